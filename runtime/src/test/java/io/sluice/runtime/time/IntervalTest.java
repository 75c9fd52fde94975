package io.sluice.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.testkit.ManualClock;
import io.sluice.runtime.testkit.TestWaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntervalTest {

    private static final Duration PERIOD = Duration.ofMillis(100);

    private final ManualClock clock = new ManualClock();
    private final long startNanos = clock.nanoTime();
    private final TimeDriver driver = new TimeDriver(clock);
    private final TestWaker waker = new TestWaker();

    @Test
    void firstTick_comesAtOnce() {
        clock.advanceNanos(17);
        Interval interval = driver.interval(PERIOD, MissedTick.BURST);

        assertThat(interval.pollTick(waker.context())).isTrue();
        assertThat(interval.tickNanos()).isEqualTo(clock.nanoTime());
        assertThat(interval.pollTick(waker.context())).isFalse();
    }

    @Test
    void period_notPositive_isRefused() {
        assertThatThrownBy(() -> driver.interval(Duration.ZERO, MissedTick.SKIP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("period");
        assertThatThrownBy(() -> driver.interval(Duration.ofMillis(-1), MissedTick.SKIP))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ticks_punctual_comeOncePerPeriod() {
        Interval interval = driver.interval(PERIOD, MissedTick.DELAY);
        assertThat(ticksAt(interval, 0, 99, 100, 199, 200, 250, 300)).containsExactly(0L, 100L, 200L, 300L);
        assertThat(driver.timers()).isEqualTo(1);
    }

    @Test
    void lateBy5ms_isStillPunctual_forEveryBehaviour() {
        for (MissedTick missed : MissedTick.values()) {
            Interval interval = driver.interval(PERIOD, missed);
            long origin = millis();
            assertThat(ticksAt(interval, origin, origin + 105, origin + 200))
                    .as("%s", missed)
                    .containsExactly(origin, origin + 100, origin + 200);
            interval.cancel();
        }
    }

    @Test
    void missed_burst_catchesUpWithoutPauseAndKeepsTheSchedule() {
        Interval interval = driver.interval(PERIOD, MissedTick.BURST);
        assertThat(ticksAt(interval, 0, 350, 351, 399, 400)).containsExactly(0L, 100L, 200L, 300L, 400L);
    }

    @Test
    void missed_delay_countsFromTheLateTick() {
        Interval interval = driver.interval(PERIOD, MissedTick.DELAY);
        assertThat(ticksAt(interval, 0, 350, 400, 449, 450, 550)).containsExactly(0L, 100L, 450L, 550L);
    }

    @Test
    void missed_skip_goesOnAtTheNextMultiple() {
        Interval interval = driver.interval(PERIOD, MissedTick.SKIP);
        assertThat(ticksAt(interval, 0, 350, 399, 400, 500)).containsExactly(0L, 100L, 400L, 500L);
    }

    @Test
    void missed_skipExactlyOnAMultiple_waitsForTheOneAfter() {
        Interval interval = driver.interval(PERIOD, MissedTick.SKIP);
        assertThat(ticksAt(interval, 0, 300, 399, 400)).containsExactly(0L, 100L, 400L);
    }

    @Test
    void reset_countsFromNow() {
        Interval interval = driver.interval(PERIOD, MissedTick.BURST);
        ticksAt(interval, 0, 50);
        interval.reset();
        assertThat(ticksAt(interval, 100, 149, 150, 250)).containsExactly(150L, 250L);
        interval.resetImmediately();
        assertThat(ticksAt(interval, 260)).containsExactly(250L);
        interval.resetAfter(Duration.ofMillis(10).toNanos());
        assertThat(ticksAt(interval, 269, 270, 370)).containsExactly(270L, 370L);
    }

    @Test
    void intervalAt_firstTickAtThatMoment_thenThePeriod() {
        Interval interval = driver.intervalAt(startNanos + 30_000_000, PERIOD, MissedTick.BURST);
        assertThat(ticksAt(interval, 0, 29, 30, 129, 130)).containsExactly(30L, 130L);
        interval.cancel();
        assertThat(driver.timers()).isZero();
    }

    @Test
    void intervalAt_thePast_ticksAtOnceAndTreatsTheRestAsMissed() {
        step(250);
        Interval interval = driver.intervalAt(startNanos, PERIOD, MissedTick.SKIP);
        assertThat(ticksAt(interval, 250, 299, 300)).containsExactly(0L, 300L);
        interval.cancel();
    }

    @Test
    void resetAt_nextTickIsDueThen() {
        Interval interval = driver.interval(PERIOD, MissedTick.BURST);
        ticksAt(interval, 0, 50);
        interval.resetAt(startNanos + 70_000_000);
        assertThat(ticksAt(interval, 69, 70, 169, 170)).containsExactly(70L, 170L);
        interval.resetAt(startNanos);
        assertThat(ticksAt(interval, 171)).startsWith(0L);
        interval.cancel();
    }

    @Test
    void period_nearInfinite_isAccepted() {
        Interval interval = driver.interval(Duration.ofSeconds(Long.MAX_VALUE), MissedTick.SKIP);
        assertThat(ticksAt(interval, 0, Duration.ofDays(365).toMillis())).containsExactly(0L);
        interval.cancel();
        assertThatThrownBy(() -> driver.interval(Duration.ofSeconds(Long.MIN_VALUE), MissedTick.SKIP))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tick_asFuture_givesTheScheduledInstant() throws Exception {
        Interval interval = driver.interval(PERIOD, MissedTick.BURST);
        assertThat(interval.tick().poll(waker.context()).get()).isEqualTo(startNanos);
        var next = interval.tick();
        assertThat(next.poll(waker.context()).isPending()).isTrue();
        step(103);
        assertThat(waker.wakes()).isEqualTo(1);
        assertThat(next.poll(waker.context()).get()).isEqualTo(startNanos + 100_000_000);
    }

    @Test
    void cancel_leavesNoTimerAndKeepsTheSchedule() {
        Interval interval = driver.interval(PERIOD, MissedTick.BURST);
        ticksAt(interval, 0, 10);
        interval.cancel();
        assertThat(driver.timers()).isZero();
        assertThat(ticksAt(interval, 99, 100)).containsExactly(100L);
    }

    /** Polls at each of these milliseconds until pending; the scheduled instants of the ticks taken. */
    private List<Long> ticksAt(Interval interval, long... atMillis) {
        List<Long> ticks = new ArrayList<>();
        for (long at : atMillis) {
            step(at - millis());
            while (interval.pollTick(waker.context())) {
                ticks.add((interval.tickNanos() - startNanos) / 1_000_000);
            }
        }
        return ticks;
    }

    private long millis() {
        return (clock.nanoTime() - startNanos) / 1_000_000;
    }

    private void step(long millis) {
        clock.advance(Duration.ofMillis(millis));
        driver.advance();
    }
}
