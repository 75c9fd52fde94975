package io.sluice.runtime.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PollTimesTest {

    private final PollTimes times = new PollTimes(SchedulerSettings.SELF_TUNED);
    private long nowNanos = -17;

    private void batch(int polls, long nanosEach) {
        times.startBatch(nowNanos);
        for (int i = 0; i < polls; i++) {
            times.polled();
        }
        nowNanos += polls * nanosEach;
        times.endBatch(nowNanos);
    }

    @Test
    void interval_atFirst_isTokios() {
        assertThat(times.interval()).isEqualTo(61);
    }

    @Test
    void interval_quickPolls_growsToTheLimit() {
        batch(200, 100);
        assertThat(times.interval()).isEqualTo(127);
    }

    @Test
    void interval_noTimePassed_growsToTheLimit() {
        batch(200, 0);
        assertThat(times.interval()).isEqualTo(127);
    }

    @Test
    void interval_slowPolls_shrinksToTheLimit() {
        batch(200, TimeUnit.MILLISECONDS.toNanos(1));
        assertThat(times.interval()).isEqualTo(2);
    }

    @Test
    void interval_pollsOf20Micros_isTen() {
        for (int i = 0; i < 20; i++) {
            batch(61, TimeUnit.MICROSECONDS.toNanos(20));
        }
        assertThat(times.interval()).isBetween(9, 11);
    }

    @Test
    void interval_jitter_changesNothing() {
        for (int i = 0; i < 20; i++) {
            batch(61, 200_000 / 60);
        }
        assertThat(times.interval()).isEqualTo(61);
    }

    @Test
    void batch_empty_changesNothing() {
        batch(0, 0);
        assertThat(times.interval()).isEqualTo(61);
    }

    @Test
    void batch_single_weighsATenth() {
        batch(1, 200_000);
        // 0.9 * 200000/61 + 0.1 * 200000 = 22951 ns; 200000 / 22951 = 8
        assertThat(times.interval()).isEqualTo(8);
    }
}
