package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Mpsc.SendResult;
import io.sluice.runtime.testkit.TestWaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MpmcTest {

    private static final int CAPACITY = 3;

    private final Mpmc.Channel<Integer> channel = Mpmc.bounded(CAPACITY);
    private final Mpmc.Sender<Integer> sender = channel.sender();
    private final Mpmc.Receiver<Integer> receiver = channel.receiver();
    private final Mpmc.Receiver<Integer> other = receiver.dup();
    private final TestWaker rx = new TestWaker();
    private final TestWaker rx2 = new TestWaker();
    private final TestWaker tx = new TestWaker();

    @AfterEach
    void noWaiterIsLeftBehind() {
        assertThat(sender.waiters()).isZero();
        assertThat(receiver.waiters()).isZero();
    }

    @Test
    void bounded_capacityNotPositive_isRefused() {
        assertThatThrownBy(() -> Mpmc.bounded(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Mpmc.bounded(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void eachItem_goesToExactlyOneReceiver_inOrder() {
        fill();
        assertThat(receiver.tryRecv()).isZero();
        assertThat(other.tryRecv()).isEqualTo(1);
        assertThat(receiver.tryRecv()).isEqualTo(2);
        assertThat(other.tryRecv()).isNull();
        assertThat(sender.room()).isEqualTo(CAPACITY);
    }

    @Test
    void trySend_untilFull_saysFullAndLeavesTheItem() {
        fill();
        assertThat(receiver.len()).isEqualTo(CAPACITY);
        assertThat(sender.trySend(9)).isEqualTo(SendResult.FULL);
        assertThat(receiver.tryRecv()).isZero();
        assertThat(sender.trySend(9)).isEqualTo(SendResult.SENT);
        assertThat(drain()).containsExactly(1, 2, 9);
    }

    @Test
    void recv_severalWait_areServedFirstComeFirstServed() throws Exception {
        Future<Integer> first = waiting(receiver, rx);
        Future<Integer> second = waiting(other, rx2);
        sender.trySend(1);
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(rx2.isWoken()).isFalse();
        sender.trySend(2);
        assertThat(rx2.wakes()).isEqualTo(1);
        assertThat(first.poll(rx.context()).get()).isEqualTo(1);
        assertThat(second.poll(rx2.context()).get()).isEqualTo(2);
    }

    @Test
    void recv_woken_isNotOvertaken() throws Exception {
        Future<Integer> first = waiting(receiver, rx);
        sender.trySend(1);
        assertThat(other.tryRecv()).isNull();
        Future<Integer> late = waiting(other, rx2);
        assertThat(first.poll(rx.context()).get()).isEqualTo(1);
        late.cancel();
    }

    @Test
    void recv_cancelledAfterItWasWoken_passesTheWakeOn() throws Exception {
        Future<Integer> first = waiting(receiver, rx);
        Future<Integer> second = waiting(other, rx2);
        sender.trySend(1);
        assertThat(rx.wakes()).isEqualTo(1);
        first.cancel();
        first.cancel();
        assertThat(rx2.wakes()).isEqualTo(1);
        assertThat(second.poll(rx2.context()).get()).isEqualTo(1);
    }

    @Test
    void recv_cancelledAfterItWasWoken_leavesTheItemIfNobodyWaits() throws Exception {
        Future<Integer> first = waiting(receiver, rx);
        sender.trySend(1);
        first.cancel();
        assertThat(other.tryRecv()).isEqualTo(1);
    }

    @Test
    void recv_cancelledBeforeItWasWoken_isPassedOver() throws Exception {
        Future<Integer> first = waiting(receiver, rx);
        Future<Integer> second = waiting(other, rx2);
        first.cancel();
        sender.trySend(1);
        assertThat(rx.isWoken()).isFalse();
        assertThat(second.poll(rx2.context()).get()).isEqualTo(1);
    }

    @Test
    void recv_withAnotherWaker_wakesTheLast() throws Exception {
        Future<Integer> recv = waiting(receiver, rx2);
        assertThat(recv.poll(rx.context()).isPending()).isTrue();
        sender.trySend(1);
        assertThat(rx2.isWoken()).isFalse();
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(recv.poll(rx.context()).get()).isEqualTo(1);
    }

    @Test
    void recv_outOfBudget_yieldsFirst() throws Exception {
        Coop coop = Coop.limited();
        Context cx = new Context(rx, coop, null);
        int received = 0;
        while (!rx.isWoken()) {
            sender.trySend(received);
            received += receiver.recv().poll(cx).isReady() ? 1 : 0;
        }
        assertThat(received).isEqualTo(Coop.BUDGET);
        assertThat(drain()).containsExactly(Coop.BUDGET);
    }

    @Test
    void sendAsync_full_waitsInOrderAndIsServedByReceivers() throws Exception {
        fill();
        Future<Void> first = sender.sendAsync(10);
        Future<Void> second = sender.sendAsync(11);
        TestWaker tx2 = new TestWaker();
        assertThat(first.poll(tx.context()).isPending()).isTrue();
        assertThat(second.poll(tx2.context()).isPending()).isTrue();
        other.tryRecv();
        assertThat(tx.wakes()).isEqualTo(1);
        assertThat(tx2.isWoken()).isFalse();
        assertThat(sender.trySend(99)).isEqualTo(SendResult.FULL);
        assertThat(first.poll(tx.context()).isReady()).isTrue();
        second.cancel();
        assertThat(drain()).containsExactly(1, 2, 10);
    }

    @Test
    void sendAsync_cancelled_sendsNothingAndPassesTheRoomOn() throws Exception {
        fill();
        Future<Void> cancelled = sender.sendAsync(10);
        Future<Void> next = sender.sendAsync(11);
        cancelled.poll(tx.context());
        next.poll(tx.context());
        receiver.tryRecv();
        cancelled.cancel();
        assertThat(tx.wakes()).isEqualTo(2);
        assertThat(next.poll(tx.context()).isReady()).isTrue();
        assertThat(drain()).containsExactly(1, 2, 11);
    }

    @Test
    void reserveMany_holdsRoomAndTheEndUp() throws Exception {
        Slots<Integer> slots = sender.reserveMany(2).poll(tx.context()).get();
        assertThat(sender.trySend(0)).isEqualTo(SendResult.SENT);
        assertThat(sender.trySend(1)).isEqualTo(SendResult.FULL);
        sender.close();
        assertThat(receiver.tryRecv()).isZero();
        Future<Integer> first = waiting(receiver, rx);
        Future<Integer> second = waiting(other, rx2);
        slots.send(7);
        assertThat(first.poll(rx.context()).get()).isEqualTo(7);
        assertThat(rx2.isWoken()).isFalse();
        slots.close();
        assertThat(rx2.wakes()).isEqualTo(1);
        assertThat(second.poll(rx2.context()).get()).isNull();
        assertThatThrownBy(() -> channel.sender().reserveMany(CAPACITY + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lastSenderClose_receiversDrainAndThenSeeTheEnd() throws Exception {
        Mpmc.Sender<Integer> second = sender.dup();
        fill();
        sender.close();
        sender.close();
        assertThat(sender.trySend(9)).isEqualTo(SendResult.CLOSED);
        assertThat(receiver.isClosed()).isFalse();
        second.close();
        assertThat(receiver.isClosed()).isTrue();
        assertThat(receiver.recv().poll(rx.context()).get()).isZero();
        assertThat(other.recv().poll(rx.context()).get()).isEqualTo(1);
        assertThat(receiver.hasEnded()).isFalse();
        assertThat(receiver.tryRecv()).isEqualTo(2);
        assertThat(receiver.hasEnded()).isTrue();
        assertThat(receiver.recv().poll(rx.context()).get()).isNull();
        assertThat(other.recv().poll(rx.context()).get()).isNull();
    }

    @Test
    void lastSenderClose_wakesAllWhoWait() throws Exception {
        List<TestWaker> wakers = new ArrayList<>();
        List<Future<Integer>> waits = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            wakers.add(new TestWaker());
            waits.add(waiting(i % 2 == 0 ? receiver : other, wakers.get(i)));
        }
        sender.close();
        assertThat(wakers).allMatch(waker -> waker.wakes() == 1);
        for (Future<Integer> wait : waits) {
            assertThat(wait.poll(rx.context()).get()).isNull();
        }
    }

    @Test
    void lastReceiverClose_turnsSendersAway_andThrowsAwayWhatWaits() throws Exception {
        fill();
        Future<Void> send = sender.sendAsync(10);
        send.poll(tx.context());
        Future<Void> closed = sender.closed();
        assertThat(closed.poll(rx.context()).isPending()).isTrue();
        receiver.close();
        receiver.close();
        assertThat(sender.isClosed()).isFalse();
        other.close();
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(closed.poll(rx.context()).isReady()).isTrue();
        assertThatThrownBy(() -> send.poll(tx.context())).isInstanceOf(ClosedException.class);
        assertThat(sender.trySend(9)).isEqualTo(SendResult.CLOSED);
        assertThat(sender.blockingSend(9, Duration.ZERO)).isEqualTo(SendResult.CLOSED);
        assertThat(receiver.len()).isZero();
        assertThat(receiver.hasEnded()).isTrue();
        assertThatThrownBy(receiver::dup).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void lastReceiverClose_whatComesByReservedSlots_isThrownAway() throws Exception {
        Slots<Integer> slots = sender.reserveMany(2).poll(tx.context()).get();
        receiver.close();
        other.close();
        slots.send(1);
        slots.close();
        assertThat(receiver.len()).isZero();
        assertThat(receiver.hasEnded()).isTrue();
    }

    @Test
    void closedReceiver_wokenAfterwards_passesTheItemOn() throws Exception {
        Future<Integer> first = waiting(receiver, rx);
        Future<Integer> second = waiting(other, rx2);
        receiver.close();
        sender.trySend(1);
        assertThat(first.poll(rx.context()).get()).isNull();
        assertThat(receiver.tryRecv()).isNull();
        assertThat(rx2.wakes()).isEqualTo(1);
        assertThat(second.poll(rx2.context()).get()).isEqualTo(1);
    }

    @Test
    void weakSender_doesNotKeepTheChannelOpen() {
        WeakSender<Mpmc.Sender<Integer>> weak = sender.downgrade();
        Mpmc.Sender<Integer> strong = requireNonNull(weak.upgrade());
        sender.close();
        assertThat(strong.trySend(1)).isEqualTo(SendResult.SENT);
        strong.close();
        assertThat(receiver.isClosed()).isTrue();
        assertThat(weak.upgrade()).isNull();
        assertThatThrownBy(sender::dup).isInstanceOf(IllegalStateException.class);
        assertThat(drain()).containsExactly(1);
    }

    @Test
    void blocking_waitsForItemsAndRoom() throws Exception {
        assertThat(receiver.blockingRecv(Duration.ofMillis(1)).isPending()).isTrue();
        Duration limit = Duration.ofSeconds(Threads.LOST_WAKE_SECONDS);
        try (Threads threads = new Threads()) {
            threads.start(() -> {
                for (int i = 0; i < 100; i++) {
                    assertThat(sender.blockingSend(i, limit)).isEqualTo(SendResult.SENT);
                }
                sender.close();
                return null;
            });
            for (int i = 0; i < 100; i++) {
                assertThat(receiver.blockingRecv(limit).get()).isEqualTo(i);
            }
            assertThat(receiver.blockingRecv(limit).get()).isNull();
            threads.join();
        }
    }

    @Test
    void blocking_onAWorker_isRefused() throws Exception {
        try (AsyncRuntime runtime =
                AsyncRuntime.builder().workerThreads(1).enableIo(false).build()) {
            Future<Integer> recv = cx -> receiver.blockingRecv(Duration.ZERO);
            Future<SendResult> send = cx -> Poll.ready(sender.blockingSend(1, Duration.ZERO));
            for (Future<?> one : List.of(recv, send)) {
                assertThatThrownBy(() -> runtime.blockOn(runtime.handle().spawn(one)))
                        .hasRootCauseInstanceOf(IllegalStateException.class);
            }
        }
        assertThat(sender.room()).isEqualTo(CAPACITY);
    }

    private static Future<Integer> waiting(Mpmc.Receiver<Integer> receiver, TestWaker waker) throws Exception {
        Future<Integer> recv = receiver.recv();
        assertThat(recv.poll(waker.context()).isPending()).isTrue();
        return recv;
    }

    private void fill() {
        for (int i = 0; i < CAPACITY; i++) {
            assertThat(sender.trySend(i)).isEqualTo(SendResult.SENT);
        }
    }

    private List<Integer> drain() {
        List<Integer> out = new ArrayList<>();
        for (Integer item = receiver.tryRecv(); item != null; item = receiver.tryRecv()) {
            out.add(item);
        }
        return out;
    }
}
