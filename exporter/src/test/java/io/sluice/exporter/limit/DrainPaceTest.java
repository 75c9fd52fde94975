package io.sluice.exporter.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DrainPaceTest {

    /** The nanosecond clock may overflow at any time. */
    private static final long BEGIN = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

    private final DrainPace pace = new DrainPace();

    @Test
    void waits_beforeADrain_areLeftAlone() {
        assertThat(pace.hasBegun()).isFalse();
        assertThat(pace.waitNanos(7, BEGIN)).isEqualTo(7);
        assertThat(pace.pauseNanos(7, BEGIN)).isEqualTo(7);
        assertThat(pace.askedNanos(7, BEGIN)).isEqualTo(7);
    }

    @Test
    void waits_endASecondBeforeALongDrain() {
        begin(Duration.ofSeconds(10));

        assertThat(pace.waitNanos(nanos(8_999), at(0))).isEqualTo(nanos(8_999));
        assertThat(pace.waitNanos(nanos(60_000), at(0))).isEqualTo(nanos(9_000));
        assertThat(pace.waitNanos(nanos(60_000), at(8_999))).isEqualTo(nanos(1));
        assertThat(pace.waitNanos(nanos(1), at(9_000))).isEqualTo(DrainPace.NO_TIME);
        assertThat(pace.waitNanos(nanos(1), at(11_000))).isEqualTo(DrainPace.NO_TIME);
    }

    @Test
    void waits_inAShortDrain_leaveAQuarterOfIt() {
        begin(Duration.ofMillis(400));

        assertThat(pace.waitNanos(nanos(5_000), at(0))).isEqualTo(nanos(300));
    }

    @Test
    void drain_withoutTime_leavesNone() {
        begin(Duration.ZERO);

        assertThat(pace.waitNanos(nanos(1), at(0))).isEqualTo(DrainPace.NO_TIME);
        assertThat(pace.pauseNanos(nanos(1), at(0))).isZero();
    }

    @Test
    void drain_thatIsToEndEarlier_endsWaitsEarlier() {
        begin(Duration.ofSeconds(10));
        pace.begin(at(1_000), at(5_000));

        assertThat(pace.waitNanos(nanos(60_000), at(1_000))).isEqualTo(nanos(3_000));
    }

    private void begin(Duration time) {
        pace.begin(BEGIN, BEGIN + time.toNanos());
    }

    private static long at(long millis) {
        return BEGIN + nanos(millis);
    }

    private static long nanos(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
