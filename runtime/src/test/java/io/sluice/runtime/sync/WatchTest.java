package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.testkit.TestWaker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchTest {

    private final Watch.Channel<String> channel = Watch.channel("a");
    private final Watch.Sender<String> sender = channel.sender();
    private final Watch.Receiver<String> receiver = channel.receiver();
    private final TestWaker rx = new TestWaker();

    @AfterEach
    void noWaiterIsLeftBehind() {
        assertThat(sender.waiters()).isZero();
    }

    @Test
    void initialValue_isSeen() throws Exception {
        assertThat(receiver.borrow()).isEqualTo("a");
        assertThat(receiver.hasChanged()).isFalse();
        assertPending(receiver.changed());
    }

    @Test
    void subscribe_presentValueIsSeen_laterOneIsNot() throws Exception {
        sender.send("b");
        Watch.Receiver<String> late = sender.subscribe();
        assertThat(late.hasChanged()).isFalse();
        assertThat(late.borrow()).isEqualTo("b");
        assertThat(receiver.hasChanged()).isTrue();
        sender.send("c");
        assertThat(late.hasChanged()).isTrue();
    }

    @Test
    void changed_marksSeen() throws Exception {
        Future<Void> changed = receiver.changed();
        assertThat(changed.poll(rx.context()).isPending()).isTrue();
        sender.send("b");
        sender.send("c");
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(changed.poll(rx.context()).isReady()).isTrue();
        assertThat(receiver.hasChanged()).isFalse();
        assertPending(receiver.changed());
        assertThat(receiver.borrow()).isEqualTo("c");
    }

    @Test
    void changed_unseenValueThere_isReadyAtOnce() throws Exception {
        sender.send("b");
        assertThat(receiver.changed().poll(rx.context()).isReady()).isTrue();
    }

    @Test
    void changed_failsOnlyIfClosedAndSeen() throws Exception {
        sender.send("b");
        sender.close();
        assertThat(receiver.changed().poll(rx.context()).isReady()).isTrue();
        assertThatThrownBy(() -> receiver.changed().poll(rx.context())).isInstanceOf(ClosedException.class);
        assertThat(receiver.borrow()).isEqualTo("b");
    }

    @Test
    void changed_whileItWaits_isToldOfTheLastSendersEnd() throws Exception {
        Watch.Sender<String> second = sender.dup();
        Future<Void> changed = receiver.changed();
        changed.poll(rx.context());
        sender.close();
        sender.close();
        assertThat(rx.isWoken()).isFalse();
        second.close();
        assertThat(rx.wakes()).isEqualTo(1);
        assertThatThrownBy(() -> changed.poll(rx.context())).isInstanceOf(ClosedException.class);
    }

    @Test
    void changed_cancelled_leavesNoWaiterAndLosesNoChange() throws Exception {
        Future<Void> changed = receiver.changed();
        changed.poll(rx.context());
        changed.cancel();
        changed.cancel();
        assertThat(sender.waiters()).isZero();
        sender.send("b");
        assertThat(rx.isWoken()).isFalse();
        assertThat(receiver.changed().poll(rx.context()).isReady()).isTrue();
    }

    @Test
    void changed_outOfBudget_yieldsFirst() throws Exception {
        Coop coop = Coop.limited();
        Context cx = new Context(rx, coop, null);
        int seen = 0;
        while (!rx.isWoken()) {
            sender.send("b" + seen);
            seen += receiver.changed().poll(cx).isReady() ? 1 : 0;
        }
        assertThat(seen).isEqualTo(Coop.BUDGET);
        assertThat(receiver.waitFor(any -> true).poll(cx).isPending()).isTrue();
    }

    @Test
    void hasChanged_ofAClosedChannel_failsEvenIfUnseen() {
        sender.send("b");
        sender.close();
        assertThatThrownBy(receiver::hasChanged).isInstanceOf(ClosedException.class);
    }

    @Test
    void borrow_doesNotMarkSeen_borrowAndUpdateDoes() throws Exception {
        sender.send("b");
        assertThat(receiver.borrow()).isEqualTo("b");
        assertThat(receiver.hasChanged()).isTrue();
        assertThat(receiver.borrowAndUpdate()).isEqualTo("b");
        assertThat(receiver.hasChanged()).isFalse();
    }

    @Test
    void borrow_isASnapshot_thatHoldsUpNoSender() {
        String before = receiver.borrow();
        assertThat(sender.send("b")).isTrue();
        assertThat(before).isEqualTo("a");
        assertThat(sender.borrow()).isEqualTo("b");
    }

    @Test
    void send_withoutReceivers_failsAndIsNotStored() {
        receiver.close();
        receiver.close();
        assertThat(sender.isClosed()).isTrue();
        assertThat(sender.send("b")).isFalse();
        assertThat(sender.borrow()).isEqualTo("a");
        Watch.Receiver<String> late = sender.subscribe();
        assertThat(late.borrow()).isEqualTo("a");
        assertThat(sender.send("b")).isTrue();
        assertThat(late.borrow()).isEqualTo("b");
    }

    @Test
    void sendReplaceAndModify_withoutReceivers_storeAlways() {
        receiver.close();
        assertThat(sender.sendReplace("b")).isEqualTo("a");
        sender.sendModify(value -> value + "c");
        assertThat(sender.borrow()).isEqualTo("bc");
        assertThat(sender.sendIfModified(value -> value + "d")).isTrue();
        assertThat(sender.subscribe().borrow()).isEqualTo("bcd");
    }

    @Test
    void sendReplaceAndModify_tellReceivers() throws Exception {
        assertThat(sender.sendReplace("b")).isEqualTo("a");
        assertThat(receiver.borrowAndUpdate()).isEqualTo("b");
        Future<Void> changed = receiver.changed();
        changed.poll(rx.context());
        sender.sendModify(value -> value);
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(changed.poll(rx.context()).isReady()).isTrue();
    }

    @Test
    void sendIfModified_unmodified_tellsNobody() throws Exception {
        Future<Void> changed = receiver.changed();
        changed.poll(rx.context());
        assertThat(sender.sendIfModified(String::strip)).isFalse();
        assertThat(sender.sendIfModified(value -> String.valueOf(value.toCharArray())))
                .isFalse();
        assertThat(rx.isWoken()).isFalse();
        assertThat(receiver.hasChanged()).isFalse();
        assertThat(sender.sendIfModified(value -> value + "b")).isTrue();
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(changed.poll(rx.context()).isReady()).isTrue();
        assertThat(receiver.borrow()).isEqualTo("ab");
    }

    @Test
    void sendModify_thatThrows_changesNothing() throws Exception {
        assertThatThrownBy(() -> sender.sendModify(value -> {
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(receiver.hasChanged()).isFalse();
        assertThat(sender.send("b")).isTrue();
    }

    @Test
    void closedSender_sendsNothing() {
        Watch.Sender<String> second = sender.dup();
        sender.close();
        assertThat(sender.send("b")).isFalse();
        assertThatThrownBy(() -> sender.sendReplace("b")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> sender.sendModify(value -> "b")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> sender.sendIfModified(value -> "b")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(sender::dup).isInstanceOf(IllegalStateException.class);
        assertThat(second.send("c")).isTrue();
        assertThat(receiver.borrow()).isEqualTo("c");
    }

    @Test
    void waitFor_presentValueFits_isReadyEvenIfSeen() throws Exception {
        assertThat(receiver.waitFor("a"::equals).poll(rx.context()).get()).isEqualTo("a");
    }

    @Test
    void waitFor_skipsWhatDoesNotFit_andMarksItSeen() throws Exception {
        Future<String> wait = receiver.waitFor("c"::equals);
        assertThat(wait.poll(rx.context()).isPending()).isTrue();
        sender.send("b");
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(wait.poll(rx.context()).isPending()).isTrue();
        assertThat(receiver.hasChanged()).isFalse();
        sender.send("c");
        assertThat(rx.wakes()).isEqualTo(2);
        assertThat(wait.poll(rx.context()).get()).isEqualTo("c");
        assertThat(receiver.hasChanged()).isFalse();
    }

    @Test
    void waitFor_closed_looksAtTheLastValueBeforeItFails() throws Exception {
        sender.send("b");
        sender.close();
        assertThat(receiver.waitFor("b"::equals).poll(rx.context()).get()).isEqualTo("b");
        assertThatThrownBy(() -> receiver.waitFor("c"::equals).poll(rx.context()))
                .isInstanceOf(ClosedException.class);
    }

    @Test
    void waitFor_closedWhileItWaits_fails() throws Exception {
        Future<String> wait = receiver.waitFor("c"::equals);
        wait.poll(rx.context());
        sender.close();
        assertThat(rx.wakes()).isEqualTo(1);
        assertThatThrownBy(() -> wait.poll(rx.context())).isInstanceOf(ClosedException.class);
    }

    @Test
    void waitFor_conditionThrows_failsAndLeavesNoWaiter() throws Exception {
        Future<String> wait = receiver.waitFor(value -> {
            if (value.equals("b")) {
                throw new IllegalArgumentException("no");
            }
            return false;
        });
        wait.poll(rx.context());
        sender.send("b");
        assertThatThrownBy(() -> wait.poll(rx.context())).isInstanceOf(IllegalArgumentException.class);
        wait.cancel();
    }

    @Test
    void dup_hasSeenTheSame() throws Exception {
        sender.send("b");
        Watch.Receiver<String> second = receiver.dup();
        assertThat(second.hasChanged()).isTrue();
        second.markUnchanged();
        assertThat(second.hasChanged()).isFalse();
        assertThat(receiver.hasChanged()).isTrue();
        assertThat(sender.receivers()).isEqualTo(2);
    }

    @Test
    void markChanged_makesThePresentValueUnseen() throws Exception {
        receiver.markChanged();
        assertThat(receiver.hasChanged()).isTrue();
        assertThat(receiver.changed().poll(rx.context()).isReady()).isTrue();
        assertThat(receiver.borrow()).isEqualTo("a");
    }

    @Test
    void closed_isReadyOnceThereIsNoReceiver() throws Exception {
        Watch.Receiver<String> second = receiver.dup();
        Future<Void> closed = sender.closed();
        assertThat(closed.poll(rx.context()).isPending()).isTrue();
        receiver.close();
        assertThat(rx.isWoken()).isFalse();
        second.close();
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(closed.poll(rx.context()).isReady()).isTrue();
    }

    @Test
    void send_withManyReceivers_wakesEach() throws Exception {
        List<TestWaker> wakers = new ArrayList<>();
        List<Future<Void>> waits = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            TestWaker waker = new TestWaker();
            Future<Void> changed = sender.subscribe().changed();
            assertThat(changed.poll(waker.context()).isPending()).isTrue();
            wakers.add(waker);
            waits.add(changed);
        }
        sender.send("b");
        assertThat(wakers).allMatch(waker -> waker.wakes() == 1);
        for (Future<Void> wait : waits) {
            assertThat(wait.poll(rx.context()).isReady()).isTrue();
        }
    }

    private void assertPending(Future<?> future) throws Exception {
        assertThat(future.poll(rx.context()).isPending()).isTrue();
        future.cancel();
    }
}
