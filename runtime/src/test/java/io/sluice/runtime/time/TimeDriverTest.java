package io.sluice.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.testkit.ManualClock;
import io.sluice.runtime.testkit.TestWaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TimeDriverTest {

    private final ManualClock clock = new ManualClock();
    private final TimeDriver driver = new TimeDriver(clock);
    private final TestWaker waker = new TestWaker();

    @Test
    void nextDeadline_withoutTimers_isNever() {
        assertThat(driver.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(driver.advance()).isZero();
    }

    @Test
    void nextDeadline_isRoundedUpToTheMillisecond() {
        clock.advanceNanos(1);
        registered(driver.sleep(Duration.ofMillis(5)));

        assertThat(driver.nextDeadlineNanos() - clock.nanoTime()).isEqualTo(6_000_000 - 1);
    }

    @Test
    void nextDeadline_afterLongIdle_isTheDeadlineItselfAndNotACascade() {
        registered(driver.sleep(Duration.ofSeconds(5)));

        assertThat(driver.nextDeadlineNanos() - clock.nanoTime()).isEqualTo(5_000_000_000L);
    }

    @Test
    void nextDeadline_afterEveryTimerWasCancelled_isNever() {
        Sleep first = registered(driver.sleep(Duration.ofSeconds(5)));
        Sleep second = registered(driver.sleep(Duration.ofSeconds(6)));
        first.cancel();
        second.cancel();

        assertThat(driver.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(driver.timers()).isZero();
    }

    @Test
    void advance_clockGoneBackwards_firesNothingAndRecovers() {
        Sleep fired = registered(driver.sleep(Duration.ofMillis(5)));
        Sleep sleep = registered(driver.sleep(Duration.ofMillis(10)));
        clock.advance(Duration.ofMillis(5));
        driver.advance();
        assertThat(fired.isElapsed()).isTrue();

        clock.advance(Duration.ofSeconds(-3));
        assertThat(driver.advance()).isZero();
        assertThat(driver.sleep(Duration.ofSeconds(2)).pollElapsed(waker.context()))
                .as("a time that has been there already is not waited for again")
                .isTrue();
        clock.advance(Duration.ofSeconds(3));
        assertThat(driver.advance()).isZero();
        clock.advance(Duration.ofMillis(5));
        driver.advance();
        assertThat(sleep.isElapsed()).isTrue();
    }

    @Test
    void advance_moreThanATurn_isBoundedAndSaysThatMoreIsDue() {
        for (int i = 0; i < 5000; i++) {
            registered(driver.sleep(Duration.ofMillis(1)));
        }
        clock.advance(Duration.ofMillis(1));

        int first = driver.advance();
        assertThat(first).isBetween(32, 1024);
        assertThat(driver.nextDeadlineNanos()).isLessThanOrEqualTo(clock.nanoTime());
        int all = first;
        while (driver.nextDeadlineNanos() <= clock.nanoTime()) {
            all += driver.advance();
        }
        assertThat(all).isEqualTo(5000);
        assertThat(driver.timers()).isZero();
    }

    @Test
    void advance_wakerThatThrows_doesNotLoseTheOthers() {
        List<Throwable> reported = new ArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> reported.add(failure));
        try {
            RuntimeException bug = new RuntimeException("bad waker");
            registered(driver.sleep(Duration.ofMillis(1)));
            driver.sleep(Duration.ofMillis(1)).poll(Context.of(() -> {
                throw bug;
            }));
            registered(driver.sleep(Duration.ofMillis(1)));
            clock.advance(Duration.ofMillis(1));

            assertThat(driver.advance()).isEqualTo(3);
            assertThat(waker.wakes()).isEqualTo(2);
            assertThat(reported).containsExactly(bug);
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(before);
        }
    }

    @Test
    void advance_wakerThatUsesTheDriver_doesNotDeadlock() {
        Sleep second = driver.sleep(Duration.ofMillis(2));
        driver.sleep(Duration.ofMillis(1)).poll(Context.of(() -> second.poll(waker.context())));
        clock.advance(Duration.ofMillis(1));
        driver.advance();

        assertThat(driver.timers()).isEqualTo(1);
    }

    @Test
    void earlierDeadline_callsTheListenerOnlyWhenItIsEarlier() {
        AtomicInteger calls = new AtomicInteger();
        driver.onEarlierDeadline(calls::incrementAndGet);

        registered(driver.sleep(Duration.ofMillis(50)));
        assertThat(calls).hasValue(1);
        registered(driver.sleep(Duration.ofMillis(60)));
        registered(driver.sleep(Duration.ofMillis(50)));
        assertThat(calls).hasValue(1);
        registered(driver.sleep(Duration.ofMillis(49)));
        assertThat(calls).hasValue(2);
    }

    @Test
    void clockMoved_callsTheListener() {
        AtomicInteger calls = new AtomicInteger();
        driver.onEarlierDeadline(calls::incrementAndGet);
        clock.advance(Duration.ofMillis(1));

        assertThat(calls).hasValue(1);
    }

    @Test
    void shutdown_wakesEverybodyOnceAndPollsThrow() {
        List<Sleep> sleeps = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sleeps.add(registered(driver.sleep(Duration.ofSeconds(i + 1))));
        }
        AtomicInteger listener = new AtomicInteger();
        driver.onEarlierDeadline(listener::incrementAndGet);

        driver.shutdown();
        driver.shutdown();

        assertThat(waker.wakes()).isEqualTo(100);
        assertThat(driver.timers()).isZero();
        assertThat(driver.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> sleeps.get(50).poll(waker.context())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> driver.sleep(Duration.ofSeconds(1)).poll(waker.context()))
                .isInstanceOf(IllegalStateException.class);
        clock.advance(Duration.ofMillis(1));
        assertThat(listener).hasValue(0);
    }

    @Test
    void shutdown_afterATimerFired_leavesItReady() {
        Sleep sleep = registered(driver.sleep(Duration.ofMillis(1)));
        clock.advance(Duration.ofMillis(1));
        driver.advance();
        driver.shutdown();

        assertThat(sleep.poll(waker.context()).isReady()).isTrue();
    }

    private Sleep registered(Sleep sleep) {
        assertThat(sleep.poll(waker.context()).isPending()).isTrue();
        return sleep;
    }
}
