package io.sluice.exporter.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.exporter.retry.RetryPolicy;
import io.sluice.exporter.retry.RetrySettings;
import io.sluice.runtime.Waker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DestinationGateTest {

    private static final Optional<Duration> NOTHING = Optional.empty();

    /** Close to the overflow of the nanosecond clock, as a real one may be. */
    private long nowNanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1);

    private int wakes;

    private final DrainPace pace = new DrainPace();
    private final DestinationGate gate = new DestinationGate(
            () -> nowNanos,
            new RetryPolicy(
                    new RetrySettings(Duration.ofSeconds(2), Duration.ofSeconds(8), 2, Duration.ofSeconds(60), 0),
                    () -> 0.0),
            pace);

    @Test
    void gate_thatNeverSawAFailure_letsAllPass() {
        assertThat(waitMillis()).isZero();
        assertThat(gate.tryPass()).isTrue();
        assertThat(gate.tryPass()).isTrue();
    }

    @Test
    void failed_closes_andLetsOnePassAPause() {
        gate.failed(NOTHING);

        assertThat(waitMillis()).isEqualTo(1_000);
        assertThat(gate.tryPass()).isFalse();
        advanceMillis(999);
        assertThat(gate.tryPass()).isFalse();
        advanceMillis(1);
        assertThat(waitMillis()).isZero();
        assertThat(gate.tryPass()).isTrue();
        assertThat(gate.tryPass()).isFalse();
        assertThat(waitMillis()).isEqualTo(1_000);
    }

    @Test
    void failed_again_growsThePause_upToItsLimit() {
        gate.failed(NOTHING);
        advanceMillis(1_000);
        gate.failed(NOTHING);
        assertThat(waitMillis()).isEqualTo(2_000);
        for (int i = 0; i < 10; i++) {
            advanceMillis(8_000);
            gate.failed(NOTHING);
        }
        assertThat(waitMillis()).isEqualTo(4_000);
    }

    @Test
    void failed_byAttemptsThatWereInFlightTogether_countsOnce() {
        for (int i = 0; i < 8; i++) {
            gate.failed(NOTHING);
        }
        assertThat(waitMillis()).isEqualTo(1_000);
    }

    @Test
    void answered_opensAndWakesTheWaiter() {
        gate.failed(NOTHING);
        assertThat(waitMillis()).isPositive();

        gate.answered();

        assertThat(wakes).isEqualTo(1);
        assertThat(waitMillis()).isZero();
        assertThat(gate.tryPass()).isTrue();
        assertThat(gate.tryPass()).isTrue();
    }

    @Test
    void answered_doesNotShortenWhatTheServerAskedFor() {
        gate.failed(Optional.of(Duration.ofSeconds(5)));
        gate.answered();

        assertThat(waitMillis()).isEqualTo(5_000);
        assertThat(gate.tryPass()).isFalse();
        advanceMillis(5_000);
        assertThat(gate.tryPass()).isTrue();
        assertThat(gate.tryPass()).isTrue();
    }

    @Test
    void failed_whilePaused_takesOverALongerWishOfTheServer_butNoShorterOne() {
        gate.failed(NOTHING);
        gate.failed(Optional.of(Duration.ofSeconds(5)));
        gate.failed(Optional.of(Duration.ofSeconds(3)));

        assertThat(waitMillis()).isEqualTo(5_000);
    }

    @Test
    void failed_withAnAbsurdWish_pausesForTheBudgetOnly() {
        gate.failed(Optional.of(Duration.ofSeconds(1_000_000_000)));

        assertThat(waitMillis()).isEqualTo(60_000);
    }

    @Test
    void forgetWaiter_leavesNobodyToWake() {
        gate.failed(NOTHING);
        assertThat(waitMillis()).isPositive();
        gate.forgetWaiter();
        gate.answered();

        assertThat(wakes).isZero();
    }

    // ---- drains -----------------------------------------------------------------------------------------------

    @Test
    void drain_shortensThePause_thatIsUnderWay_andThoseThatFollow() {
        gate.failed(NOTHING);
        begin(Duration.ofMillis(6_400));

        assertThat(waitMillis()).isEqualTo(200);
        assertThat(wakes).isEqualTo(0);
        advanceMillis(200);
        assertThat(gate.tryPass()).isTrue();
        assertThat(gate.tryPass()).isFalse();
        assertThat(waitMillis()).isEqualTo(200);
        gate.failed(NOTHING);
        assertThat(waitMillis()).isEqualTo(200);
    }

    @Test
    void drain_wakesWhoWaits() {
        gate.failed(NOTHING);
        waitMillis();
        begin(Duration.ofSeconds(10));

        assertThat(wakes).isEqualTo(1);
    }

    @Test
    void drain_nearItsEnd_letsAllPass() {
        gate.failed(NOTHING);
        begin(Duration.ofSeconds(10));
        advanceMillis(9_000);

        assertThat(gate.tryPass()).isTrue();
        gate.failed(NOTHING);
        assertThat(gate.tryPass()).isTrue();
    }

    @Test
    void drain_keepsTheDelayThatTheServerAskedFor_butForALastAttempt() {
        gate.failed(Optional.of(Duration.ofSeconds(3)));
        begin(Duration.ofSeconds(10));
        assertThat(waitMillis()).isEqualTo(3_000);
        advanceMillis(3_000);
        gate.failed(Optional.of(Duration.ofSeconds(30)));

        assertThat(waitMillis()).isEqualTo(6_000);
    }

    private void begin(Duration time) {
        pace.begin(nowNanos, nowNanos + time.toNanos());
        gate.drainBegan();
    }

    private long waitMillis() {
        Waker waker = () -> wakes++;
        return TimeUnit.NANOSECONDS.toMillis(gate.pollWaitNanos(waker));
    }

    private void advanceMillis(long millis) {
        nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
