package io.sluice.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.testkit.ManualClock;
import io.sluice.runtime.testkit.TestWaker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SleepTest {

    private final ManualClock clock = new ManualClock();
    private final TimeDriver driver = new TimeDriver(clock);
    private final TestWaker waker = new TestWaker();

    @Test
    void create_withoutPoll_registersNothing() {
        Sleep sleep = driver.sleep(Duration.ofSeconds(1));
        assertThat(driver.timers()).isZero();
        sleep.cancel();
        assertThat(driver.timers()).isZero();
    }

    @Test
    void poll_beforeAndAtTheDeadline_isNeverEarly() {
        clock.advanceNanos(999_999);
        Sleep sleep = driver.sleep(Duration.ofMillis(10));
        assertThat(sleep.pollElapsed(waker.context())).isFalse();

        step(Duration.ofMillis(10).minusNanos(1));
        assertThat(sleep.pollElapsed(waker.context())).isFalse();
        assertThat(waker.isWoken()).isFalse();
        step(Duration.ofMillis(1));
        assertThat(waker.wakes()).isEqualTo(1);
        assertThat(sleep.pollElapsed(waker.context())).isTrue();
        assertThat(clock.nanoTime()).isGreaterThanOrEqualTo(sleep.deadlineNanos());
    }

    @Test
    void poll_zeroOrNegative_isReadyAtOnceWithoutTheDriver() {
        assertThat(driver.sleep(Duration.ZERO).poll(waker.context()).isReady()).isTrue();
        assertThat(driver.sleep(Duration.ofDays(-1)).poll(waker.context()).isReady())
                .isTrue();
        assertThat(driver.timers()).isZero();
    }

    @Test
    void poll_deadlineBehindTheDriver_isReadyAtOnce() {
        Sleep ticker = driver.sleep(Duration.ofSeconds(1));
        ticker.pollElapsed(waker.context());
        long passed = clock.nanoTime();
        step(Duration.ofSeconds(1));

        assertThat(driver.sleepUntil(passed).poll(waker.context()).isReady()).isTrue();
    }

    @Test
    void sleep_longestDuration_isFarFutureAndNoOverflow() {
        Sleep sleep = driver.sleep(Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(sleep.pollElapsed(waker.context())).isFalse();
        step(Duration.ofDays(365 * 29));
        assertThat(sleep.pollElapsed(waker.context())).isFalse();
        sleep.cancel();
        assertThat(driver.timers()).isZero();
    }

    @Test
    void sleep_mostNegativeDuration_isReadyAtOnce() {
        assertThat(driver.sleep(Duration.ofSeconds(Long.MIN_VALUE)).pollElapsed(waker.context()))
                .isTrue();
    }

    @Test
    void reset_laterWhileOthersFire_isCheapAndNeverEarly() {
        Sleep sleep = driver.sleep(Duration.ofMillis(10));
        Sleep other = driver.sleep(Duration.ofMillis(10));
        sleep.pollElapsed(waker.context());
        TestWaker otherWaker = new TestWaker();
        other.pollElapsed(otherWaker.context());
        for (int i = 11; i < 1_000; i++) {
            sleep.reset(clock.nanoTime() + Duration.ofMillis(i).toNanos());
            assertThat(driver.timers()).isEqualTo(2);
        }
        step(Duration.ofMillis(10));
        assertThat(otherWaker.isWoken()).isTrue();
        assertThat(waker.isWoken()).isFalse();
        step(Duration.ofMillis(989));
        assertThat(waker.wakes()).isEqualTo(1);
    }

    @Test
    void clock_nearOverflow_stillFires() {
        ManualClock wrapping = new ManualClock(Long.MAX_VALUE - 1_500_000);
        TimeDriver wrappingDriver = new TimeDriver(wrapping);
        Sleep sleep = wrappingDriver.sleep(Duration.ofMillis(10));
        assertThat(sleep.pollElapsed(waker.context())).isFalse();
        wrapping.advance(Duration.ofMillis(9));
        wrappingDriver.advance();
        assertThat(sleep.isElapsed()).isFalse();
        wrapping.advance(Duration.ofMillis(1));
        wrappingDriver.advance();
        assertThat(sleep.isElapsed()).isTrue();
    }

    @Test
    void poll_withAnotherWaker_wakesOnlyTheLast() {
        TestWaker other = new TestWaker();
        Sleep sleep = driver.sleep(Duration.ofMillis(1));
        sleep.pollElapsed(waker.context());
        sleep.pollElapsed(other.context());
        step(Duration.ofMillis(1));

        assertThat(waker.isWoken()).isFalse();
        assertThat(other.wakes()).isEqualTo(1);
    }

    @Test
    void poll_afterElapsed_staysReady() {
        Sleep sleep = driver.sleep(Duration.ofMillis(1));
        sleep.pollElapsed(waker.context());
        assertThat(sleep.isElapsed()).isFalse();
        step(Duration.ofMillis(1));

        assertThat(sleep.isElapsed()).isTrue();
        assertThat(sleep.pollElapsed(waker.context())).isTrue();
        sleep.cancel();
        assertThat(sleep.pollElapsed(waker.context())).isTrue();
    }

    @Test
    void cancel_waiting_leavesNoTimerAndNoWake() {
        Sleep sleep = driver.sleep(Duration.ofMillis(1));
        sleep.pollElapsed(waker.context());
        sleep.cancel();
        sleep.cancel();
        assertThat(driver.timers()).isZero();
        step(Duration.ofMillis(5));

        assertThat(waker.isWoken()).isFalse();
    }

    @Test
    void reset_later_movesTheWakeWithoutAnotherPoll() {
        Sleep sleep = driver.sleep(Duration.ofMillis(10));
        sleep.pollElapsed(waker.context());
        sleep.reset(clock.nanoTime() + Duration.ofSeconds(10).toNanos());
        step(Duration.ofMillis(9_999));
        assertThat(waker.isWoken()).isFalse();
        step(Duration.ofMillis(1));

        assertThat(waker.wakes()).isEqualTo(1);
        assertThat(driver.timers()).isZero();
    }

    @Test
    void reset_earlier_movesTheWakeWithoutAnotherPoll() {
        Sleep sleep = driver.sleep(Duration.ofSeconds(10));
        sleep.pollElapsed(waker.context());
        sleep.reset(clock.nanoTime() + Duration.ofMillis(3).toNanos());
        assertThat(driver.timers()).isEqualTo(1);
        step(Duration.ofMillis(3));

        assertThat(waker.wakes()).isEqualTo(1);
        step(Duration.ofSeconds(10));
        assertThat(waker.wakes()).isEqualTo(1);
    }

    @Test
    void reset_toThePast_wakesTheWaitingTaskAtOnce() {
        Sleep ticker = driver.sleep(Duration.ofMillis(2));
        ticker.pollElapsed(new TestWaker().context());
        Sleep sleep = driver.sleep(Duration.ofSeconds(10));
        sleep.pollElapsed(waker.context());
        step(Duration.ofMillis(2));
        sleep.reset(clock.nanoTime() - 1_000_000);

        assertThat(waker.wakes()).isEqualTo(1);
        assertThat(sleep.pollElapsed(waker.context())).isTrue();
    }

    @Test
    void reset_elapsed_startsAnew() {
        Sleep sleep = driver.sleep(Duration.ZERO);
        assertThat(sleep.pollElapsed(waker.context())).isTrue();
        sleep.resetAfter(2_000_000);
        assertThat(sleep.pollElapsed(waker.context())).isFalse();
        step(Duration.ofMillis(2));
        assertThat(sleep.pollElapsed(waker.context())).isTrue();
        sleep.resetAfter(0);
        assertThat(sleep.pollElapsed(waker.context())).isTrue();
    }

    @Test
    void poll_withoutBudget_isPendingAndWakesTheTaskAgain() {
        Coop coop = Coop.limited();
        Context cx = new Context(waker, coop, null);
        Sleep sleep = driver.sleep(Duration.ZERO);
        for (int i = 0; i < Coop.BUDGET; i++) {
            assertThat(sleep.pollElapsed(cx)).isTrue();
        }

        assertThat(sleep.pollElapsed(cx)).isFalse();
        assertThat(waker.wakes()).isEqualTo(1);
    }

    @Test
    void poll_pending_costsNoBudget() {
        Context cx = new Context(waker, Coop.limited(), null);
        Sleep sleep = driver.sleep(Duration.ofMillis(1));
        for (int i = 0; i < Coop.BUDGET * 2; i++) {
            assertThat(sleep.pollElapsed(cx)).isFalse();
        }
        assertThat(waker.isWoken()).isFalse();
    }

    private void step(Duration duration) {
        clock.advance(duration);
        driver.advance();
    }
}
