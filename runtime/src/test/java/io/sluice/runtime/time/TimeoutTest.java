package io.sluice.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.testkit.ManualClock;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TimeoutTest {

    private static final Duration LIMIT = Duration.ofMillis(10);

    private final ManualClock clock = new ManualClock();
    private final TimeDriver driver = new TimeDriver(clock);
    private final TestWaker waker = new TestWaker();
    private final Inner inner = new Inner();

    @Test
    void poll_innerReadyFirst_givesItsValueAndLeavesNoTimer() throws Exception {
        Future<String> timeout = driver.timeout(LIMIT, inner);
        assertThat(timeout.poll(waker.context()).isPending()).isTrue();
        assertThat(driver.timers()).isEqualTo(1);
        inner.next = Poll.ready("value");

        assertThat(timeout.poll(waker.context()).get()).isEqualTo("value");
        assertThat(driver.timers()).isZero();
        assertThat(inner.cancels).isZero();
    }

    @Test
    void poll_zeroTimeout_innerThatIsReadyWins() throws Exception {
        inner.next = Poll.ready("value");

        assertThat(driver.timeout(Duration.ZERO, inner).poll(waker.context()).get())
                .isEqualTo("value");
    }

    @Test
    void poll_zeroTimeout_innerThatIsPendingLosesAtOnce() {
        assertThatThrownBy(() -> driver.timeout(Duration.ZERO, inner).poll(waker.context()))
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    void poll_bothReady_innerWins() throws Exception {
        Future<String> timeout = driver.timeout(LIMIT, inner);
        timeout.poll(waker.context());
        step();
        inner.next = Poll.ready("value");

        assertThat(timeout.poll(waker.context()).get()).isEqualTo("value");
    }

    @Test
    void poll_deadlinePassed_cancelsTheInnerAndSaysAfterHowLong() throws Exception {
        Future<String> timeout = driver.timeout(LIMIT, inner);
        timeout.poll(waker.context());
        step();
        assertThat(waker.wakes()).isEqualTo(1);

        assertThatThrownBy(() -> timeout.poll(waker.context()))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("PT0.01S");
        assertThat(inner.cancels).isEqualTo(1);
        assertThat(driver.timers()).isZero();
    }

    @Test
    void timeoutAt_endsAtTheDeadline() throws Exception {
        Future<String> timeout = driver.timeoutAt(clock.nanoTime() + LIMIT.toNanos(), inner);
        assertThat(timeout.poll(waker.context()).isPending()).isTrue();
        step();
        assertThatThrownBy(() -> timeout.poll(waker.context())).isInstanceOf(TimeoutException.class);
        assertThat(inner.cancels).isEqualTo(1);
        assertThat(driver.timers()).isZero();
    }

    @Test
    void timeout_nearInfinite_isAccepted() throws Exception {
        Future<String> timeout = driver.timeout(Duration.ofSeconds(Long.MAX_VALUE), inner);
        assertThat(timeout.poll(waker.context()).isPending()).isTrue();
        timeout.cancel();
    }

    @Test
    void poll_innerThrows_cancelsItAndLeavesNoTimer() throws Exception {
        Future<String> timeout = driver.timeout(LIMIT, inner);
        timeout.poll(waker.context());
        inner.failure = new IOException("broken");

        assertThatThrownBy(() -> timeout.poll(waker.context())).isSameAs(inner.failure);
        assertThat(inner.cancels).isEqualTo(1);
        assertThat(driver.timers()).isZero();
    }

    @Test
    void cancel_waiting_cancelsTheInnerAndLeavesNoTimer() throws Exception {
        Future<String> timeout = driver.timeout(LIMIT, inner);
        timeout.poll(waker.context());
        timeout.cancel();

        assertThat(inner.cancels).isEqualTo(1);
        assertThat(driver.timers()).isZero();
        step();
        assertThat(waker.isWoken()).isFalse();
    }

    @Test
    void poll_innerSpendsTheBudget_deadlineIsNoticedAllTheSame() throws Exception {
        Coop coop = Coop.limited();
        Context cx = new Context(waker, coop, null);
        Future<String> greedy = driver.timeout(LIMIT, childCx -> {
            while (childCx.proceed()) {
                childCx.madeProgress();
            }
            return Poll.pending();
        });
        assertThat(greedy.poll(cx).isPending()).isTrue();
        step();

        coop.refill();
        assertThatThrownBy(() -> greedy.poll(cx)).isInstanceOf(TimeoutException.class);
    }

    private void step() {
        clock.advance(LIMIT);
        driver.advance();
    }

    private static final class Inner implements Future<String> {

        Poll<String> next = Poll.pending();

        @Nullable
        Exception failure;

        int cancels;

        @Override
        public Poll<String> poll(Context cx) throws Exception {
            if (failure != null) {
                throw failure;
            }
            return next;
        }

        @Override
        public void cancel() {
            cancels++;
        }
    }
}
