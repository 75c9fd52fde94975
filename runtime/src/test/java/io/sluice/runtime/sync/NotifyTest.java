package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.testkit.TestWaker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NotifyTest {

    private final Notify notify = new Notify();
    private final TestWaker first = new TestWaker();
    private final TestWaker second = new TestWaker();

    @AfterEach
    void noWaiterIsLeftBehind() {
        assertThat(notify.waiters()).isZero();
    }

    @Test
    void notifyOne_withoutWaiters_keepsExactlyOne() {
        notify.notifyOne();
        notify.notifyOne();
        assertThat(notify.notified().poll(first.context()).isReady()).isTrue();
        Notify.Notified next = notify.notified();
        assertThat(next.poll(first.context()).isPending()).isTrue();
        next.cancel();
    }

    @Test
    void notifyOne_wakesTheOneThatWaitsLongest() {
        Notify.Notified a = waiting(first);
        Notify.Notified b = waiting(second);
        notify.notifyOne();
        assertThat(first.wakes()).isEqualTo(1);
        assertThat(second.isWoken()).isFalse();
        assertThat(a.poll(first.context()).isReady()).isTrue();
        notify.notifyOne();
        assertThat(b.poll(second.context()).isReady()).isTrue();
    }

    @Test
    void notifyOne_countsAnEnabledOneAsWaiting() {
        Notify.Notified enabled = notify.notified();
        assertThat(enabled.enable()).isFalse();
        Notify.Notified later = waiting(second);
        notify.notifyOne();
        assertThat(second.isWoken()).isFalse();
        assertThat(enabled.enable()).isTrue();
        assertThat(enabled.poll(first.context()).isReady()).isTrue();
        later.cancel();
    }

    @Test
    void cancel_notifiedByOne_passesItOn() {
        Notify.Notified a = waiting(first);
        Notify.Notified b = waiting(second);
        notify.notifyOne();
        a.cancel();
        a.cancel();
        assertThat(second.wakes()).isEqualTo(1);
        assertThat(b.poll(second.context()).isReady()).isTrue();
        assertThat(waitingNow()).isTrue();
    }

    @Test
    void cancel_notifiedByOneWithoutOthers_keepsIt() {
        Notify.Notified a = waiting(first);
        notify.notifyOne();
        a.cancel();
        assertThat(waitingNow()).isFalse();
    }

    @Test
    void cancel_notifiedByAll_passesNothingOn() {
        Notify.Notified a = waiting(first);
        notify.notifyWaiters();
        a.cancel();
        assertThat(waitingNow()).isTrue();
    }

    @Test
    void notifyWaiters_wakesAllAndIsNotKept() {
        List<Notify.Notified> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(waiting(first));
        }
        notify.notifyWaiters();
        assertThat(first.wakes()).isEqualTo(100);
        assertThat(all).allMatch(one -> one.poll(first.context()).isReady());
        assertThat(waitingNow()).isTrue();
    }

    @Test
    void notifyWaiters_reachesWhatWasMadeButNotPolled_andNothingLater() {
        Notify.Notified before = notify.notified();
        notify.notifyWaiters();
        assertThat(before.poll(first.context()).isReady()).isTrue();
        assertThat(waitingNow()).isTrue();
    }

    @Test
    void notifyWaiters_leavesAKeptNotificationAlone() {
        notify.notifyOne();
        notify.notifyWaiters();
        assertThat(waitingNow()).isFalse();
    }

    @Test
    void poll_withAnotherWaker_wakesTheLast() {
        Notify.Notified a = waiting(first);
        a.poll(second.context());
        notify.notifyOne();
        assertThat(first.isWoken()).isFalse();
        assertThat(second.wakes()).isEqualTo(1);
        a.poll(second.context());
    }

    @Test
    void poll_withoutBudget_isPending() {
        Context cx = new Context(first, Coop.limited(), null);
        for (int i = 0; i < Coop.BUDGET; i++) {
            notify.notifyOne();
            assertThat(notify.notified().poll(cx).isReady()).isTrue();
        }
        notify.notifyOne();
        assertThat(notify.notified().poll(cx).isPending()).isTrue();
        assertThat(first.isWoken()).isTrue();
    }

    private Notify.Notified waiting(TestWaker waker) {
        Notify.Notified notified = notify.notified();
        assertThat(notified.poll(waker.context()).isPending()).isTrue();
        return notified;
    }

    /** Whether a newcomer has to wait. */
    private boolean waitingNow() {
        Notify.Notified probe = notify.notified();
        boolean waits = probe.poll(new TestWaker().context()).isPending();
        probe.cancel();
        return waits;
    }

    @Test
    void notifyLast_wakesTheOneThatCameLast() {
        Notify.Notified a = waiting(first);
        Notify.Notified b = waiting(second);
        notify.notifyLast();

        assertThat(first.isWoken()).isFalse();
        assertThat(second.wakes()).isEqualTo(1);
        assertThat(b.poll(second.context()).isReady()).isTrue();
        a.cancel();
    }

    @Test
    void notifyLast_withoutAnybody_isKeptOnce() {
        notify.notifyLast();
        notify.notifyOne();
        assertThat(waitingNow()).isFalse();
        assertThat(waitingNow()).isTrue();
    }

    @Test
    void cancel_notifiedAsTheLast_passesItOnToTheLast() {
        Notify.Notified a = waiting(first);
        Notify.Notified b = waiting(second);
        Notify.Notified c = waiting(new TestWaker());
        notify.notifyLast();
        c.cancel();

        assertThat(first.isWoken()).isFalse();
        assertThat(second.wakes()).isEqualTo(1);
        assertThat(b.poll(second.context()).isReady()).isTrue();
        a.cancel();
    }
}
