package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Mpsc.SendResult;
import io.sluice.runtime.testkit.TestWaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Room for many, weak senders, the end as a future, batches as a future, and threads that wait. */
class MpscSlotsTest {

    private static final int CAPACITY = 4;

    private final Mpsc.Channel<Integer> channel = Mpsc.bounded(CAPACITY, 1);
    private final Mpsc.Sender<Integer> sender = channel.sender();
    private final Mpsc.Receiver<Integer> receiver = channel.receiver();
    private final TestWaker rx = new TestWaker();
    private final TestWaker tx = new TestWaker();
    private final Threads threads = new Threads();

    @AfterEach
    void noWaiterIsLeftBehind() throws Exception {
        threads.join();
        threads.close();
        assertThat(sender.waiters()).isZero();
    }

    @Test
    void reserveMany_holdsRoom_untilUsedOrClosed() throws Exception {
        Slots<Integer> slots = sender.reserveMany(3).poll(tx.context()).get();
        assertThat(sender.room()).isEqualTo(1);
        slots.send(1);
        slots.send(2);
        assertThat(slots.remaining()).isEqualTo(1);
        slots.close();
        slots.close();
        assertThat(slots.remaining()).isZero();
        assertThat(sender.room()).isEqualTo(2);
        assertThatThrownBy(() -> slots.send(3)).isInstanceOf(IllegalStateException.class);
        assertThat(drain()).containsExactly(1, 2);
        assertThat(sender.room()).isEqualTo(CAPACITY);
    }

    @Test
    void reserveMany_waitsForAllOfIt_andHoldsUpThoseBehind() throws Exception {
        fill();
        Future<Slots<Integer>> many = sender.reserveMany(2);
        assertThat(many.poll(tx.context()).isPending()).isTrue();
        receiver.tryRecv();
        assertThat(tx.isWoken()).isFalse();
        assertThat(sender.trySend(9)).isEqualTo(SendResult.FULL);
        receiver.tryRecv();
        assertThat(tx.wakes()).isEqualTo(1);
        try (Slots<Integer> slots = many.poll(tx.context()).get()) {
            slots.send(8);
            slots.send(9);
        }
        assertThat(drain()).containsExactly(2, 3, 8, 9);
    }

    @Test
    void reserveMany_cancelledWithAPart_givesItBack() throws Exception {
        fill();
        Future<Slots<Integer>> many = sender.reserveMany(3);
        many.poll(tx.context());
        receiver.tryRecv();
        many.cancel();
        assertThat(sender.room()).isEqualTo(1);
        drain();
        assertThat(sender.room()).isEqualTo(CAPACITY);
    }

    @Test
    void reserveMany_none_isReadyAtOnceEvenIfFull() throws Exception {
        fill();
        try (Slots<Integer> none = sender.reserveMany(0).poll(tx.context()).get()) {
            assertThatThrownBy(() -> none.send(1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, CAPACITY + 1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void reserveMany_neverToBeHad_isRefused(int count) {
        assertThatThrownBy(() -> sender.reserveMany(count)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sender.tryReserveMany(count)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tryReserveMany_takesAllOrNothing() {
        Slots<Integer> slots = requireNonNull(sender.tryReserveMany(3));
        assertThat(sender.tryReserveMany(2)).isNull();
        slots.close();
        receiver.close();
        assertThat(sender.tryReserveMany(1)).isNull();
    }

    @Test
    void receiverClose_withManyReserved_endsOnlyAfterThem() throws Exception {
        Slots<Integer> slots = sender.reserveMany(3).poll(tx.context()).get();
        receiver.close();
        assertThat(receiver.pollRecv(rx.context()).isPending()).isTrue();
        slots.send(7);
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(receiver.pollRecv(rx.context()).get()).isEqualTo(7);
        assertThat(receiver.pollRecv(rx.context()).isPending()).isTrue();
        slots.close();
        assertThat(rx.wakes()).isEqualTo(2);
        assertThat(receiver.pollRecv(rx.context()).get()).isNull();
    }

    @Test
    void closed_isReadyOnceTheReceiverCloses_thoughItemsWait() throws Exception {
        Future<Void> closed = sender.closed();
        assertThat(closed.poll(tx.context()).isPending()).isTrue();
        sender.trySend(1);
        assertThat(tx.isWoken()).isFalse();
        receiver.close();
        assertThat(tx.wakes()).isEqualTo(1);
        assertThat(closed.poll(tx.context()).isReady()).isTrue();
        assertThat(sender.closed().poll(tx.context()).isReady()).isTrue();
        drain();
    }

    @Test
    void closed_cancelled_isNotWoken() throws Exception {
        Future<Void> closed = sender.closed();
        closed.poll(tx.context());
        closed.cancel();
        receiver.close();
        assertThat(tx.isWoken()).isFalse();
    }

    @Test
    void closeAndDiscard_givesTheRoomBack_soThatTheChannelEnds() {
        fill();
        assertThat(receiver.closeAndDiscard()).isEqualTo(CAPACITY);
        assertThat(receiver.hasEnded()).isTrue();
        assertThat(sender.trySend(1)).isEqualTo(SendResult.CLOSED);
    }

    @Test
    void weakSender_doesNotKeepTheChannelOpen() {
        WeakSender<Mpsc.Sender<Integer>> weak = sender.downgrade();
        assertThat(receiver.pollRecv(rx.context()).isPending()).isTrue();
        sender.close();
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(receiver.pollRecv(rx.context()).get()).isNull();
        assertThat(weak.upgrade()).isNull();
    }

    @Test
    void weakSender_upgraded_keepsTheChannelOpen() {
        WeakSender<Mpsc.Sender<Integer>> weak = sender.downgrade();
        try (Mpsc.Sender<Integer> strong = requireNonNull(weak.upgrade())) {
            sender.close();
            assertThat(strong.trySend(1)).isEqualTo(SendResult.SENT);
            assertThat(receiver.isClosed()).isFalse();
        }
        assertThat(receiver.isClosed()).isTrue();
        assertThat(drain()).containsExactly(1);
    }

    @Test
    void recvMany_limitZero_isZeroAtOnce() throws Exception {
        assertThat(receiver.recvMany(new ArrayList<>(), 0).poll(rx.context()).get())
                .isZero();
        assertThatThrownBy(() -> receiver.recvMany(new ArrayList<>(), -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void recvMany_takesAtLeastOne_upToTheLimit_andZeroMeansClosed() throws Exception {
        List<Integer> out = new ArrayList<>();
        Future<Integer> many = receiver.recvMany(out, 3);
        assertThat(many.poll(rx.context()).isPending()).isTrue();
        sender.trySend(0);
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(many.poll(rx.context()).get()).isEqualTo(1);
        fill();
        sender.close();
        assertThat(receiver.recvMany(out, 3).poll(rx.context()).get()).isEqualTo(3);
        assertThat(receiver.recvMany(out, 3).poll(rx.context()).get()).isEqualTo(1);
        assertThat(out).containsExactly(0, 0, 1, 2, 3);
        assertThat(receiver.recvMany(out, 3).poll(rx.context()).get()).isZero();
    }

    @Test
    void recvMany_cancelled_losesNoItem() throws Exception {
        List<Integer> out = new ArrayList<>();
        Future<Integer> many = receiver.recvMany(out, 3);
        many.poll(rx.context());
        fill();
        many.cancel();
        assertThat(out).isEmpty();
        assertThat(drain()).hasSize(CAPACITY);
    }

    @Test
    void blockingRecv_waitsForAnItemTheEndOrItsLimit() throws Exception {
        assertThat(receiver.blockingRecv(Duration.ofMillis(1)).isPending()).isTrue();
        assertThat(receiver.blockingRecvMany(new ArrayList<>(), 3, Duration.ofMillis(1)))
                .isZero();
        threads.start(() -> {
            for (int i = 0; i < 100; i++) {
                Threads.await(sender.sendAsync(i));
            }
            sender.close();
            return null;
        });
        List<Integer> received = new ArrayList<>();
        Duration limit = Duration.ofSeconds(Threads.LOST_WAKE_SECONDS);
        for (Poll<Integer> one = receiver.blockingRecv(limit);
                one.isReady() && one.get() != null;
                one = receiver.blockingRecv(limit)) {
            received.add(one.get());
            receiver.blockingRecvMany(received, 3, limit);
        }
        assertThat(received).hasSize(100).isSorted();
        assertThat(receiver.hasEnded()).isTrue();
        assertThat(receiver.blockingRecvMany(received, 3, limit)).isEqualTo(-1);
    }

    @Test
    void blockingRecv_interrupted_losesNoItem() throws Exception {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> receiver.blockingRecv(Duration.ofMinutes(1))).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        sender.trySend(1);
        assertThat(receiver.blockingRecv(Duration.ZERO).get()).isEqualTo(1);
    }

    @Test
    void blocking_onAWorker_isRefused() throws Exception {
        try (AsyncRuntime runtime =
                AsyncRuntime.builder().workerThreads(1).enableIo(false).build()) {
            List<Future<Object>> wrong = List.of(
                    cx -> Poll.ready(sender.blockingSend(1, Duration.ZERO)),
                    cx -> Poll.ready(receiver.blockingRecv(Duration.ZERO)),
                    cx -> Poll.ready(receiver.blockingRecvMany(new ArrayList<>(), 1, Duration.ZERO)));
            for (Future<Object> one : wrong) {
                assertThatThrownBy(() -> runtime.blockOn(runtime.handle().spawn(one)))
                        .hasRootCauseInstanceOf(IllegalStateException.class)
                        .hasStackTraceContaining("a thread that polls tasks and must not wait");
            }
        }
        assertThat(sender.room()).isEqualTo(CAPACITY);
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
}
