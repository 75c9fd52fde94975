package io.sluice.exporter.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestLimitTest {

    private static final int MAX = 4_000_000;

    /** Close to the overflow of the nanosecond clock, as a real one may be. */
    private long nowNanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(90);

    private final RequestLimit limit = new RequestLimit(MAX, () -> nowNanos);

    private void advanceSeconds(long seconds) {
        nowNanos += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void bytes_withoutARefusal_areTheLimit() {
        limit.taken(100);

        assertThat(limit.bytes()).isEqualTo(MAX);
        assertThat(limit.maxBytes()).isEqualTo(MAX);
    }

    @Test
    void refusal_halves_andAnotherHalvesAgain() {
        limit.refused(MAX);
        assertThat(limit.bytes()).isEqualTo(MAX / 2);
        limit.refused(MAX);
        assertThat(limit.bytes()).isEqualTo(MAX / 2);
        limit.refused(MAX / 2);

        assertThat(limit.bytes()).isEqualTo(MAX / 4);
        assertThat(limit.maxBytes()).isEqualTo(MAX);
    }

    @Test
    void growth_isAQuarterAMinute_upToTheLimit() {
        limit.refused(MAX);
        advanceSeconds(59);
        assertThat(limit.bytes()).isEqualTo(2_000_000);
        advanceSeconds(1);
        assertThat(limit.bytes()).isEqualTo(2_500_000);
        advanceSeconds(60);
        assertThat(limit.bytes()).isEqualTo(3_125_000);
        advanceSeconds(60);
        assertThat(limit.bytes()).isEqualTo(3_906_250);
        advanceSeconds(60);

        assertThat(limit.bytes()).isEqualTo(MAX);
    }

    @Test
    void growth_thatGoesTooFar_returnsToWhatWasTaken() {
        limit.refused(MAX);
        limit.taken(1_900_000);
        advanceSeconds(60);
        limit.refused(2_500_000);

        assertThat(limit.bytes()).isEqualTo(1_900_000);
    }

    @Test
    void destinationThatTakesLessThanItDid_isBelieved() {
        limit.refused(MAX);
        limit.taken(1_900_000);
        limit.refused(1_000_000);

        assertThat(limit.bytes()).isEqualTo(500_000);
    }

    @Test
    void refusalOfVeryLittle_isNotLearned() {
        limit.refused(100);

        assertThat(limit.bytes()).isEqualTo(4_096);
    }

    @Test
    void limitBelowAll_staysItself() {
        RequestLimit tiny = new RequestLimit(10, () -> nowNanos);
        tiny.refused(10);

        assertThat(tiny.bytes()).isEqualTo(10);
        assertThatIllegalArgumentException().isThrownBy(() -> new RequestLimit(0, () -> nowNanos));
    }
}
