package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.sync.Mpsc.SendResult;
import io.sluice.runtime.testkit.TestWaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MpscTest {

    private static final int CAPACITY = 4;

    private final Mpsc.Channel<Integer> channel = Mpsc.bounded(CAPACITY, 1);
    private final Mpsc.Sender<Integer> sender = channel.sender();
    private final Mpsc.Receiver<Integer> receiver = channel.receiver();
    private final TestWaker rx = new TestWaker();
    private final TestWaker tx = new TestWaker();

    @AfterEach
    void noWaiterIsLeftBehind() {
        assertThat(sender.waiters()).isZero();
    }

    @Test
    void bounded_capacityNotPositive_isRefused() {
        assertThatThrownBy(() -> Mpsc.bounded(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Mpsc.bounded(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void trySend_untilFull_saysFullAndLeavesTheItem() {
        fill();
        assertThat(sender.trySend(9)).isEqualTo(SendResult.FULL);
        assertThat(sender.room()).isZero();
        assertThat(receiver.tryRecv()).isZero();
        assertThat(sender.trySend(9)).isEqualTo(SendResult.SENT);
        assertThat(drain()).containsExactly(1, 2, 3, 9);
    }

    @Test
    void trySend_null_isRefused() {
        assertThatThrownBy(() -> sender.trySend(nothing())).isInstanceOf(NullPointerException.class);
        assertThat(receiver.len()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 31, 32, 33, 100, 1000})
    void order_overManyRounds_isKeptForEveryCapacity(int capacity) {
        Mpsc.Channel<Integer> any = Mpsc.bounded(capacity);
        int sent = 0;
        int received = 0;
        for (int round = 0; round < 200; round++) {
            while (any.sender().trySend(sent) == SendResult.SENT) {
                sent++;
            }
            assertThat(any.receiver().len()).isEqualTo(capacity);
            for (int i = 0; i <= round % capacity; i++) {
                assertThat(any.receiver().tryRecv()).isEqualTo(received++);
            }
        }
        List<Integer> rest = new ArrayList<>();
        assertThat(any.receiver().tryRecvMany(rest, Integer.MAX_VALUE)).isEqualTo(sent - received);
        assertThat(rest).isEqualTo(IntStream.range(received, sent).boxed().toList());
    }

    @Test
    void pollRecv_empty_isWokenByTheNextItemOnly() {
        assertThat(receiver.pollRecv(rx.context()).isPending()).isTrue();
        sender.trySend(1);
        assertThat(rx.wakes()).isEqualTo(1);
        sender.trySend(2);
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(receiver.pollRecv(rx.context()).get()).isEqualTo(1);
        assertThat(receiver.pollRecv(rx.context()).get()).isEqualTo(2);
    }

    @Test
    void pollRecv_withAnotherWaker_wakesTheLast() {
        TestWaker other = new TestWaker();
        receiver.pollRecv(other.context());
        receiver.pollRecv(rx.context());
        sender.trySend(1);
        assertThat(other.isWoken()).isFalse();
        assertThat(rx.wakes()).isEqualTo(1);
    }

    @Test
    void recv_lostInASelect_losesNoItem() throws Exception {
        Future<Integer> recv = receiver.recv();
        recv.poll(rx.context());
        sender.trySend(1);
        recv.cancel();
        assertThat(receiver.recv().poll(rx.context()).get()).isEqualTo(1);
    }

    @Test
    void pollRecvMany_takesWhatIsThere_upToMax() {
        List<Integer> out = new ArrayList<>();
        assertThat(receiver.pollRecvMany(rx.context(), out, 3)).isZero();
        fill();
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(receiver.pollRecvMany(rx.context(), out, 3)).isEqualTo(3);
        assertThat(sender.room()).isEqualTo(3);
        assertThat(receiver.pollRecvMany(rx.context(), out, 3)).isEqualTo(1);
        assertThat(out).containsExactly(0, 1, 2, 3);
        sender.close();
        assertThat(receiver.pollRecvMany(rx.context(), out, 3)).isEqualTo(-1);
        assertThatThrownBy(() -> receiver.pollRecvMany(rx.context(), out, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pollRecvMany_collectionThatThrows_losesNeitherItemNorRoom() {
        fill();
        List<Integer> picky = new ArrayList<>() {
            @Override
            public boolean add(Integer item) {
                if (item == 2) {
                    throw new IllegalStateException("no twos");
                }
                return super.add(item);
            }
        };
        assertThatThrownBy(() -> receiver.pollRecvMany(rx.context(), picky, 4)).hasMessage("no twos");
        assertThat(drain()).containsExactly(2, 3);
        fill();
        assertThat(drain()).hasSize(CAPACITY);
    }

    @Test
    void pollBuffered_wakesOnlyOnceTheThresholdIsReached() {
        assertThat(receiver.pollBuffered(rx.context(), 3)).isFalse();
        sender.trySend(0);
        sender.trySend(1);
        assertThat(rx.isWoken()).isFalse();
        sender.trySend(2);
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(receiver.pollBuffered(rx.context(), 3)).isTrue();
        assertThat(receiver.len()).isEqualTo(3);
        sender.trySend(3);
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(drain()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void pollBuffered_oneThenMany_wakesTwicePerBatch() {
        for (int batch = 0; batch < 50; batch++) {
            rx.reset();
            assertThat(receiver.pollBuffered(rx.context(), 1)).isFalse();
            sender.trySend(0);
            assertThat(receiver.pollBuffered(rx.context(), 1)).isTrue();
            assertThat(receiver.pollBuffered(rx.context(), CAPACITY)).isFalse();
            sender.trySend(1);
            sender.trySend(2);
            sender.trySend(3);
            assertThat(rx.wakes()).isEqualTo(2);
            assertThat(receiver.pollBuffered(rx.context(), CAPACITY)).isTrue();
            assertThat(drain()).hasSize(CAPACITY);
        }
    }

    @Test
    void pollBuffered_moreThanTheCapacity_meansFull() {
        assertThat(receiver.pollBuffered(rx.context(), 100)).isFalse();
        fill();
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(receiver.pollBuffered(rx.context(), 100)).isTrue();
        drain();
    }

    @Test
    void pollBuffered_afterClose_isTrueAndCloseWakes() {
        assertThat(receiver.pollBuffered(rx.context(), 2)).isFalse();
        sender.trySend(0);
        sender.close();
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(receiver.pollBuffered(rx.context(), 2)).isTrue();
        assertThat(drain()).containsExactly(0);
    }

    @Test
    void sendAsync_full_waitsInOrderAndIsServedByTheReceiver() throws Exception {
        fill();
        Future<Void> first = sender.sendAsync(10);
        Future<Void> second = sender.sendAsync(11);
        TestWaker other = new TestWaker();
        assertThat(first.poll(tx.context()).isPending()).isTrue();
        assertThat(second.poll(other.context()).isPending()).isTrue();
        assertThat(sender.waiters()).isEqualTo(2);

        receiver.pollRecv(rx.context());
        assertThat(tx.wakes()).isEqualTo(1);
        assertThat(other.isWoken()).isFalse();
        assertThat(sender.trySend(99)).isEqualTo(SendResult.FULL);
        assertThat(first.poll(tx.context()).isReady()).isTrue();
        receiver.pollRecv(rx.context());
        assertThat(second.poll(other.context()).isReady()).isTrue();
        assertThat(drain()).containsExactly(2, 3, 10, 11);
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
        cancelled.cancel();
        assertThat(tx.wakes()).isEqualTo(2);
        assertThat(next.poll(tx.context()).isReady()).isTrue();
        assertThat(drain()).containsExactly(1, 2, 3, 11);
        assertThat(sender.room()).isEqualTo(CAPACITY);
    }

    @Test
    void sendAsync_closedWhileWaiting_isToldAndSendsNothing() throws Exception {
        fill();
        Future<Void> waiting = sender.sendAsync(10);
        waiting.poll(tx.context());
        receiver.close();
        assertThat(tx.wakes()).isEqualTo(1);
        assertThatThrownBy(() -> waiting.poll(tx.context())).isInstanceOf(ClosedException.class);
        waiting.cancel();
        assertThat(drain()).containsExactly(0, 1, 2, 3);
        assertThat(receiver.pollRecv(rx.context()).get()).isNull();
    }

    @Test
    void reserve_holdsRoom_untilUsedOrClosed() throws Exception {
        Mpsc.Slot<Integer> used = sender.reserve().poll(tx.context()).get();
        Mpsc.Slot<Integer> unused = requireNonNull(sender.tryReserve());
        assertThat(sender.trySend(0)).isEqualTo(SendResult.SENT);
        assertThat(sender.trySend(1)).isEqualTo(SendResult.SENT);
        assertThat(sender.trySend(2)).isEqualTo(SendResult.FULL);
        assertThat(sender.tryReserve()).isNull();
        used.send(3);
        used.close();
        unused.close();
        unused.close();
        assertThatThrownBy(() -> unused.send(4)).isInstanceOf(IllegalStateException.class);
        assertThat(drain()).containsExactly(0, 1, 3);
        assertThat(sender.room()).isEqualTo(CAPACITY);
    }

    @Test
    void reserve_cancelledAfterItWasServed_givesTheRoomBack() throws Exception {
        fill();
        Future<Mpsc.Slot<Integer>> reserve = sender.reserve();
        reserve.poll(tx.context());
        drain();
        assertThat(tx.wakes()).isEqualTo(1);
        reserve.cancel();
        assertThat(sender.room()).isEqualTo(CAPACITY);
    }

    @Test
    void pollReady_holdsOneSlot_andSendUsesIt() throws Exception {
        assertThatThrownBy(() -> sender.send(0)).isInstanceOf(IllegalStateException.class);
        for (int i = 0; i < CAPACITY; i++) {
            assertThat(sender.pollReady(tx.context())).isTrue();
            assertThat(sender.pollReady(tx.context())).isTrue();
            sender.send(i);
        }
        assertThat(sender.pollReady(tx.context())).isFalse();
        receiver.tryRecv();
        assertThat(tx.wakes()).isEqualTo(1);
        assertThat(sender.pollReady(tx.context())).isTrue();
        sender.close();
        assertThat(drain()).containsExactly(1, 2, 3);
        assertThat(receiver.hasEnded()).as("the held slot came back").isTrue();
        assertThatThrownBy(() -> sender.pollReady(tx.context())).isInstanceOf(ClosedException.class);
    }

    @Test
    void receiverClose_turnsSendersAway_andDrainsWhatIsThere() {
        fill();
        receiver.close();
        receiver.close();
        assertThat(sender.isClosed()).isTrue();
        assertThat(sender.trySend(9)).isEqualTo(SendResult.CLOSED);
        assertThat(receiver.hasEnded()).isFalse();
        for (int i = 0; i < CAPACITY; i++) {
            assertThat(receiver.pollRecv(rx.context()).get()).isEqualTo(i);
        }
        assertThat(receiver.pollRecv(rx.context()).get()).isNull();
        assertThat(receiver.pollRecv(rx.context()).get()).isNull();
        assertThat(receiver.hasEnded()).isTrue();
    }

    @Test
    void receiverClose_withReservedSlots_endsOnlyAfterThem() throws Exception {
        Mpsc.Slot<Integer> used = sender.reserve().poll(tx.context()).get();
        Mpsc.Slot<Integer> unused = sender.reserve().poll(tx.context()).get();
        receiver.close();
        assertThat(receiver.pollRecv(rx.context()).isPending()).isTrue();
        used.send(7);
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(receiver.pollRecv(rx.context()).get()).isEqualTo(7);
        assertThat(receiver.pollRecv(rx.context()).isPending()).isTrue();
        unused.close();
        assertThat(rx.wakes()).isEqualTo(2);
        assertThat(receiver.pollRecv(rx.context()).get()).isNull();
    }

    @Test
    void receiverClose_servedButUnfetchedWaiter_holdsTheEndUp() throws Exception {
        fill();
        Future<Void> served = sender.sendAsync(10);
        served.poll(tx.context());
        receiver.tryRecv();
        receiver.close();
        assertThat(drain()).containsExactly(1, 2, 3);
        assertThat(receiver.pollRecv(rx.context()).isPending()).isTrue();
        served.cancel();
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(receiver.hasEnded()).isTrue();
    }

    @Test
    void lastSenderClose_endsTheChannelAfterItsItems() {
        Mpsc.Sender<Integer> second = sender.dup();
        sender.trySend(1);
        sender.close();
        sender.close();
        assertThat(sender.trySend(2)).isEqualTo(SendResult.CLOSED);
        assertThat(second.trySend(2)).isEqualTo(SendResult.SENT);
        assertThat(drain()).containsExactly(1, 2);
        assertThat(receiver.pollRecv(rx.context()).isPending()).isTrue();
        second.close();
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(receiver.pollRecv(rx.context()).get()).isNull();
        assertThatThrownBy(sender::dup).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void recv_withoutBudget_isPendingAndTakesNothing() {
        Context cx = new Context(rx, Coop.limited(), null);
        for (int i = 0; i < Coop.BUDGET; i++) {
            sender.trySend(i);
            assertThat(receiver.pollRecv(cx).get()).isEqualTo(i);
        }
        sender.trySend(1000);
        assertThat(receiver.pollRecv(cx).isPending()).isTrue();
        assertThat(receiver.pollRecvMany(cx, new ArrayList<>(), 5)).isZero();
        assertThat(rx.isWoken()).isTrue();
        assertThat(drain()).containsExactly(1000);
    }

    @Test
    void send_withoutBudget_isPendingAndTakesNoRoom() throws Exception {
        Context cx = new Context(tx, Coop.limited(), null);
        for (int i = 0; i < Coop.BUDGET; i++) {
            assertThat(sender.sendAsync(i).poll(cx).isReady()).isTrue();
            receiver.tryRecv();
        }
        assertThat(sender.sendAsync(1).poll(cx).isPending()).isTrue();
        assertThat(tx.isWoken()).isTrue();
        assertThat(sender.room()).isEqualTo(CAPACITY);
    }

    @Test
    void blockingSend_noRoomInTime_saysFullAndLeavesTheQueue() throws InterruptedException {
        fill();
        assertThat(sender.blockingSend(9, Duration.ofMillis(1))).isEqualTo(SendResult.FULL);
        assertThat(sender.blockingSend(9, Duration.ZERO)).isEqualTo(SendResult.FULL);
        assertThat(drain()).containsExactly(0, 1, 2, 3);
        assertThat(sender.blockingSend(9, Duration.ZERO)).isEqualTo(SendResult.SENT);
    }

    @Test
    void blockingSend_roomComes_sends() throws Exception {
        fill();
        AtomicReference<SendResult> result = new AtomicReference<>();
        Thread producer = blocked(() -> result.set(sender.blockingSend(9, Duration.ofSeconds(Long.MAX_VALUE))));
        receiver.tryRecv();
        producer.join();
        assertThat(result).hasValue(SendResult.SENT);
        assertThat(drain()).containsExactly(1, 2, 3, 9);
    }

    @Test
    void blockingSend_channelCloses_isTold() throws Exception {
        fill();
        AtomicReference<SendResult> result = new AtomicReference<>();
        Thread producer = blocked(() -> result.set(sender.blockingSend(9, Duration.ofMinutes(1))));
        receiver.close();
        producer.join();
        assertThat(result).hasValue(SendResult.CLOSED);
    }

    @Test
    void blockingSend_interrupted_leavesTheQueue() throws Exception {
        fill();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread producer = blocked(() -> {
            try {
                sender.blockingSend(9, Duration.ofMinutes(1));
            } catch (InterruptedException e) {
                failure.set(e);
            }
        });
        producer.interrupt();
        producer.join();
        assertThat(failure.get()).isInstanceOf(InterruptedException.class);
        assertThat(drain()).containsExactly(0, 1, 2, 3);
        assertThat(sender.room()).isEqualTo(CAPACITY);
    }

    private interface Body {
        void run() throws Exception;
    }

    /** Runs {@code body} on another thread and returns once it waits for room. */
    private Thread blocked(Body body) {
        Thread thread = new Thread(() -> {
            try {
                body.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        thread.start();
        while (sender.waiters() == 0) {
            assertThat(thread.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        return thread;
    }

    private void fill() {
        for (int i = 0; i < CAPACITY; i++) {
            assertThat(sender.trySend(i)).isEqualTo(SendResult.SENT);
        }
    }

    private List<Integer> drain() {
        List<Integer> out = new ArrayList<>();
        receiver.tryRecvMany(out, Integer.MAX_VALUE);
        return out;
    }

    @SuppressWarnings("NullAway") // what a caller without null checks may do
    private static Integer nothing() {
        return null;
    }
}
