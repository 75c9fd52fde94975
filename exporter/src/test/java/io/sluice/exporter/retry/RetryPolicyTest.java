package io.sluice.exporter.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private static final RetrySettings SETTINGS = settings(Duration.ofSeconds(60));

    private final RetryPolicy lowest = new RetryPolicy(SETTINGS, () -> 0.0);
    private final RetryPolicy highest = new RetryPolicy(SETTINGS, () -> Math.nextDown(1.0));

    @Test
    void waitNanos_growsByTheMultiplierUpToTheLimit() {
        assertThat(seconds(lowest, 1)).isEqualTo(0.5);
        assertThat(seconds(lowest, 2)).isEqualTo(0.75);
        assertThat(seconds(lowest, 3)).isEqualTo(1.125);
        assertThat(seconds(lowest, 5)).isEqualTo(2.5);
        assertThat(seconds(lowest, 999)).isEqualTo(2.5);
    }

    @Test
    void waitNanos_isFromHalfOfTheBackoffToAllOfIt() {
        assertThat(seconds(highest, 1)).isBetween(0.999999, 1.0);
        assertThat(seconds(highest, 5)).isBetween(4.999999, 5.0);
    }

    @Test
    void waitNanos_isNeverShorterThanTheServerAsked() {
        assertThat(seconds(lowest, 1, 3.0)).isEqualTo(3.0);
        assertThat(seconds(highest, 1, 3.0)).isBetween(3.499, 3.5);
        assertThat(seconds(lowest, 1, 0.0)).isEqualTo(0.5);
        assertThat(seconds(lowest, 1, -10.0)).isEqualTo(0.5);
        assertThat(seconds(lowest, 1, 0.1)).isEqualTo(0.5);
    }

    @Test
    void waitNanos_atTheBudgetsEnd_isCutToIt_andThenGivesUp() {
        long budget = TimeUnit.SECONDS.toNanos(60);
        Optional<Duration> absurd = Optional.of(Duration.ofSeconds(Long.MAX_VALUE));

        assertThat(lowest.waitNanos(5, budget - 7, Optional.empty())).isEqualTo(7);
        assertThat(lowest.waitNanos(5, budget - 1, Optional.empty())).isEqualTo(1);
        assertThat(lowest.waitNanos(5, budget, Optional.empty())).isEqualTo(RetryPolicy.GIVE_UP);
        assertThat(lowest.waitNanos(5, budget + 1, Optional.empty())).isEqualTo(RetryPolicy.GIVE_UP);
        assertThat(lowest.waitNanos(1, 0, absurd)).isEqualTo(budget);
        assertThat(highest.waitNanos(1, 0, absurd)).isEqualTo(budget);
    }

    @Test
    void waitNanos_afterTheLastAttempt_givesUp() {
        Duration second = Duration.ofSeconds(1);
        RetryPolicy three = new RetryPolicy(new RetrySettings(second, second, 1, second, 3, 0), () -> 0.0);

        assertThat(three.waitNanos(2, 0, Optional.empty())).isPositive();
        assertThat(three.waitNanos(3, 0, Optional.empty())).isEqualTo(RetryPolicy.GIVE_UP);
        assertThat(three.waitNanos(4, 0, Optional.empty())).isEqualTo(RetryPolicy.GIVE_UP);
        RetryPolicy one = new RetryPolicy(new RetrySettings(second, second, 1, second, 1, 0), () -> 0.0);
        assertThat(one.waitNanos(1, 0, Optional.empty())).isEqualTo(RetryPolicy.GIVE_UP);
    }

    @Test
    void waitNanos_withoutABudget_givesUpAtOnce() {
        RetryPolicy never = new RetryPolicy(settings(Duration.ZERO), () -> 0.0);

        assertThat(never.waitNanos(1, 0, Optional.of(Duration.ofSeconds(1)))).isEqualTo(RetryPolicy.GIVE_UP);
    }

    @Test
    void pauseNanos_isLimitedByTheBudgetOrTheLongestBackoff() {
        Optional<Duration> absurd = Optional.of(Duration.ofSeconds(1_000_000_000));

        assertThat(lowest.pauseNanos(1, absurd)).isEqualTo(TimeUnit.SECONDS.toNanos(60));
        assertThat(new RetryPolicy(settings(Duration.ZERO), () -> 0.0).pauseNanos(1, absurd))
                .isEqualTo(TimeUnit.SECONDS.toNanos(5));
        assertThat(lowest.pauseNanos(1, Optional.empty())).isEqualTo(TimeUnit.MILLISECONDS.toNanos(500));
    }

    @Test
    void waitNanos_withTinyBackoff_isNeverZero() {
        RetrySettings tiny = new RetrySettings(Duration.ofNanos(1), Duration.ofNanos(1), 1, Duration.ofSeconds(1), 0);

        assertThat(new RetryPolicy(tiny, () -> 0.0).waitNanos(1, 0, Optional.empty()))
                .isEqualTo(1);
    }

    @Test
    void jitter_ofOneSeed_isTheSameEachTime_andSpreadsOverTheRange() {
        Jitter one = Jitter.seeded(7);
        Jitter same = Jitter.seeded(7);
        double lowestSeen = 1;
        double highestSeen = 0;
        for (int i = 0; i < 1_000; i++) {
            double value = one.next();
            assertThat(value).isEqualTo(same.next()).isBetween(0.0, Math.nextDown(1.0));
            lowestSeen = Math.min(lowestSeen, value);
            highestSeen = Math.max(highestSeen, value);
        }
        assertThat(lowestSeen).isLessThan(0.02);
        assertThat(highestSeen).isGreaterThan(0.98);
    }

    @Test
    void settings_outsideTheirRange_nameKeyValueAndRange() {
        Duration second = Duration.ofSeconds(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetrySettings(Duration.ZERO, second, 1, second, 0))
                .withMessage("initialBackoff is PT0S; allowed: more than zero");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetrySettings(second, Duration.ofMillis(999), 1, second, 0))
                .withMessageContaining("maxBackoff is PT0.999S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetrySettings(second, second, 0.99, second, 0))
                .withMessageContaining("multiplier is 0.99");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetrySettings(second, second, Double.NaN, second, 0))
                .withMessageContaining("multiplier is NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetrySettings(second, second, 1, second.negated(), 0))
                .withMessageContaining("maxElapsed is PT-1S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetrySettings(second, second, 1, second, 0, 0))
                .withMessage("maxAttempts is 0; allowed: at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetrySettings(second, second, 1, second, -1))
                .withMessageContaining("maxQueuedBytes is -1");
    }

    @Test
    void settings_thatMeanForEver_areTaken() {
        Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
        RetryPolicy patient = new RetryPolicy(new RetrySettings(forEver, forEver, 2, forEver, 0), () -> 0.5);

        assertThat(patient.waitNanos(3, 0, Optional.of(forEver))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void defaults_areValid() {
        assertThat(RetryDefaults.settings().maxElapsed()).isEqualTo(Duration.ofMinutes(5));
    }

    private static double seconds(RetryPolicy policy, int failures) {
        return policy.waitNanos(failures, 0, Optional.empty()) / 1e9;
    }

    private static double seconds(RetryPolicy policy, int failures, double askedSeconds) {
        Duration asked = Duration.ofNanos((long) (askedSeconds * 1e9));
        return policy.waitNanos(failures, 0, Optional.of(asked)) / 1e9;
    }

    private static RetrySettings settings(Duration maxElapsed) {
        return new RetrySettings(Duration.ofSeconds(1), Duration.ofSeconds(5), 1.5, maxElapsed, 0);
    }
}
