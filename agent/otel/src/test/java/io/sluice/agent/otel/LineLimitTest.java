package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.testkit.ManualClock;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LineLimitTest {

    private final ManualClock clock = new ManualClock();
    private final LineLimit limit = new LineLimit(clock);

    private long passed(int asked) {
        return LongStream.generate(limit::pass)
                .limit(asked)
                .filter(answer -> answer >= 0)
                .count();
    }

    @Test
    void pass_allowsSomeAtOnce_andThenNone() {
        assertThat(passed(1_000)).isEqualTo(LineLimit.AT_ONCE);
    }

    @Test
    void pass_earnsOneAMinute_andSaysHowManyWereLeftOut() {
        passed(LineLimit.AT_ONCE + 30);

        clock.advance(Duration.ofSeconds(59));
        assertThat(limit.pass()).isEqualTo(-1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(limit.pass()).isEqualTo(31);
        assertThat(limit.pass()).isEqualTo(-1);
        clock.advance(Duration.ofSeconds(60));
        assertThat(limit.pass()).isEqualTo(1);
    }

    @Test
    void pass_forgetsNothing_afterALongQuiet_butEarnsNoMoreThanAtFirst() {
        passed(LineLimit.AT_ONCE);
        clock.advance(Duration.ofDays(2));

        assertThat(passed(1_000)).isEqualTo(LineLimit.AT_ONCE);
    }

    @Test
    void lines_ofATroubleThatLastsADay_areFewerThanFifteenHundred() {
        long passed = 0;
        for (int second = 0; second < 86_400; second++) {
            clock.advance(Duration.ofSeconds(1));
            passed += passed(3);
        }

        assertThat(passed).isBetween(1_440L, 1_440L + LineLimit.AT_ONCE);
    }
}
