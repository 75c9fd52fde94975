package io.sluice.runtime.pressure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.testkit.StepRuntime;
import io.sluice.runtime.testkit.StepRuntime.Watched;
import io.sluice.runtime.testkit.TestWaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RateLimiterTest {

    private static final Duration TENTH = Duration.ofMillis(100);

    private final StepRuntime steps = new StepRuntime();
    private final RateLimiter limiter = new RateLimiter(steps.handle(), 10, 5);
    private final TestWaker waker = new TestWaker();

    @AfterEach
    void nothingIsLeftBehind() {
        assertThat(limiter.waiting()).isZero();
        assertThat(steps.handle().timeDriver().timers()).isZero();
        steps.close();
    }

    @Test
    void tryAcquire_takesTheBurst_andThenWhatComes() {
        assertThat(limiter.available()).isEqualTo(5);
        assertThat(limiter.tryAcquire(3)).isTrue();
        assertThat(limiter.tryAcquire(3)).isFalse();
        assertThat(limiter.tryAcquire(2)).isTrue();
        assertThat(limiter.tryAcquire(1)).isFalse();
        steps.advance(TENTH);
        assertThat(limiter.tryAcquire(1)).isTrue();
        assertThat(limiter.tryAcquire(1)).isFalse();
        steps.advance(Duration.ofHours(1));
        assertThat(limiter.available()).isEqualTo(5);
    }

    @Test
    void acquire_waitsUntilThePermitsHaveCome_andNoLonger() {
        Watched<Void> burst = steps.watch(limiter.acquire(5));
        assertThat(burst.isEnded()).isTrue();
        Watched<Void> three = steps.watch(limiter.acquire(3));
        steps.advance(Duration.ofMillis(299));
        assertThat(three.isEnded()).isFalse();
        steps.advance(Duration.ofMillis(1));
        assertThat(three.isEnded()).isTrue();
        assertThat(limiter.available()).isZero();
    }

    @Test
    void acquire_isServedFirstComeFirstServed_andNotInPassing() {
        limiter.tryAcquire(5);
        Watched<Void> many = steps.watch(limiter.acquire(4));
        Watched<Void> few = steps.watch(limiter.acquire(1));
        assertThat(limiter.waiting()).isEqualTo(2);
        assertThat(steps.handle().timeDriver().timers()).isEqualTo(1);
        steps.advance(Duration.ofMillis(300));
        assertThat(limiter.available()).isEqualTo(3);
        assertThat(limiter.tryAcquire(1)).isFalse();
        assertThat(few.isEnded()).isFalse();
        steps.advance(TENTH);
        assertThat(many.isEnded()).isTrue();
        assertThat(few.isEnded()).isFalse();
        steps.advance(TENTH);
        assertThat(few.isEnded()).isTrue();
    }

    @Test
    void acquire_many_keepTheRateOverTime() {
        List<Watched<Void>> all = new ArrayList<>();
        for (int i = 0; i < 105; i++) {
            all.add(steps.watch(limiter.acquire(1)));
        }
        for (int tenth = 0; tenth <= 100; tenth++) {
            assertThat(all.stream().filter(Watched::isEnded)).hasSize(5 + tenth);
            steps.advance(TENTH);
        }
    }

    @Test
    void cancel_firstOrWaiting_takesNothingAndLetsTheNextIn() throws Exception {
        limiter.tryAcquire(5);
        Future<Void> first = limiter.acquire(5);
        Future<Void> second = limiter.acquire(5);
        first.poll(waker.context());
        second.poll(waker.context());
        Watched<Void> third = steps.watch(limiter.acquire(1));
        second.cancel();
        second.cancel();
        steps.advance(TENTH);
        assertThat(third.isEnded()).isFalse();
        first.cancel();
        steps.run();

        assertThat(third.isEnded()).isTrue();
    }

    @Test
    void cancel_neverPolledOrReady_doesNothing() throws Exception {
        limiter.acquire(5).cancel();
        Future<Void> ready = limiter.acquire(2);
        assertThat(ready.poll(waker.context()).isReady()).isTrue();
        ready.cancel();
        assertThat(limiter.available()).isEqualTo(3);
    }

    @Test
    void setRate_countsForThoseWhoWait() {
        limiter.tryAcquire(5);
        Watched<Void> sooner = steps.watch(limiter.acquire(4));
        steps.advance(TENTH);
        limiter.setRate(300);
        steps.advance(Duration.ofMillis(10));
        assertThat(sooner.isEnded()).isTrue();
        assertThat(limiter.rate()).isEqualTo(300);

        Watched<Void> later = steps.watch(limiter.acquire(3));
        limiter.setRate(1);
        steps.advance(Duration.ofMillis(2999));
        assertThat(later.isEnded()).isFalse();
        steps.advance(Duration.ofMillis(1));
        assertThat(later.isEnded()).isTrue();
    }

    @Test
    void acquire_atAVeryLowRate_waitsWithoutOverflow() {
        RateLimiter slow = new RateLimiter(steps.handle(), 1e-300, 1);
        assertThat(slow.tryAcquire(1)).isTrue();
        JoinHandle<Void> never = steps.handle().spawn(slow.acquire(1));
        steps.advance(Duration.ofDays(40), Duration.ofDays(1));
        assertThat(never.isFinished()).isFalse();
        assertThat(slow.waiting()).isEqualTo(1);
        never.abort();
        steps.run();
        assertThat(slow.waiting()).isZero();
    }

    @Test
    void arguments_outOfRange_areRefused() {
        assertThatThrownBy(() -> limiter.acquire(6)).hasMessage("permits is 6; allowed: 1 to the burst of 5");
        assertThatThrownBy(() -> limiter.tryAcquire(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RateLimiter(steps.handle(), 1, 0)).hasMessage("burst is 0; allowed: at least 1");
        for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> limiter.setRate(rate))
                    .hasMessage("permitsPerSecond is " + rate + "; allowed: more than 0 and finite");
        }
    }

    @Test
    void acquire_withoutBudget_isPendingAndTakesNothing() throws Exception {
        RateLimiter ample = new RateLimiter(steps.handle(), 1, 1000);
        Context cx = new Context(waker, Coop.limited(), null);
        for (int i = 0; i < Coop.BUDGET; i++) {
            assertThat(ample.acquire(1).poll(cx).isReady()).isTrue();
        }
        assertThat(ample.acquire(1).poll(cx).isPending()).isTrue();
        assertThat(ample.available()).isEqualTo(1000 - Coop.BUDGET);
        assertThat(waker.wakes()).isEqualTo(1);
    }
}
