package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.testkit.TestWaker;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BroadcastTest {

    private static final int CAPACITY = 4;

    private final Broadcast.Channel<Object> channel = Broadcast.channel(CAPACITY);
    private final Broadcast.Sender<Object> sender = channel.sender();
    private final Broadcast.Receiver<Object> receiver = channel.receiver();
    private final TestWaker rx = new TestWaker();

    @AfterEach
    void noWaiterIsLeftBehind() {
        assertThat(sender.waiters()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 4", "4, 4", "5, 8", "1000, 1024"})
    void channel_capacity_isRoundedUpToAPowerOfTwo(int asked, int given) throws Exception {
        Broadcast.Channel<Integer> any = Broadcast.channel(asked);
        assertThat(any.sender().capacity()).isEqualTo(given);
        for (int i = 0; i < given; i++) {
            any.sender().send(i);
        }
        assertThat(any.receiver().tryRecv()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, (1 << 30) + 1, Integer.MAX_VALUE})
    void channel_capacityOutOfRange_isRefused(int capacity) {
        assertThatThrownBy(() -> Broadcast.channel(capacity)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void send_withReceivers_returnsTheirCount() {
        assertThat(sender.send(1)).isEqualTo(1);
        Broadcast.Receiver<Object> second = sender.subscribe();
        assertThat(sender.send(2)).isEqualTo(2);
        second.close();
        assertThat(sender.send(3)).isEqualTo(1);
        assertThat(sender.receivers()).isEqualTo(1);
    }

    @Test
    void send_withoutReceivers_failsAndStoresNothing() throws Exception {
        receiver.close();
        assertThat(sender.send(1)).isZero();
        assertThat(sender.len()).isZero();
        Broadcast.Receiver<Object> late = sender.subscribe();
        assertThat(late.tryRecv()).isNull();
        assertThat(sender.send(2)).isEqualTo(1);
        assertThat(late.tryRecv()).isEqualTo(2);
    }

    @Test
    void send_afterClose_reachesNobody() {
        sender.close();
        assertThat(sender.send(1)).isZero();
        assertThat(receiver.len()).isZero();
        assertThatThrownBy(sender::dup).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void everyReceiver_getsEveryValueInOrder() throws Exception {
        Broadcast.Receiver<Object> second = sender.subscribe();
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < CAPACITY; i++) {
                sender.send(round * CAPACITY + i);
            }
            for (int i = 0; i < CAPACITY; i++) {
                assertThat(receiver.tryRecv()).isEqualTo(round * CAPACITY + i);
                assertThat(second.tryRecv()).isEqualTo(round * CAPACITY + i);
            }
        }
        assertThat(receiver.tryRecv()).isNull();
    }

    @Test
    void slowReader_isToldOnceWhatItMissed_andContinuesAtTheOldest() throws Exception {
        for (int i = 0; i < CAPACITY + 3; i++) {
            sender.send(i);
        }
        assertThat(receiver.len()).isEqualTo(CAPACITY + 3);
        assertThat(missed(receiver)).isEqualTo(3);
        for (int i = 3; i < CAPACITY + 3; i++) {
            assertThat(receiver.tryRecv()).isEqualTo(i);
        }
        assertThat(receiver.tryRecv()).isNull();
    }

    @Test
    void slowReader_inAPoll_isToldToo() throws Exception {
        Future<Object> recv = receiver.recv();
        assertThat(recv.poll(rx.context()).isPending()).isTrue();
        for (int i = 0; i <= CAPACITY; i++) {
            sender.send(i);
        }
        assertThat(rx.wakes()).isEqualTo(1);
        LaggedException lagged = catchThrowableOfType(LaggedException.class, () -> recv.poll(rx.context()));
        assertThat(lagged.missed()).isEqualTo(1);
        assertThat(receiver.recv().poll(rx.context()).get()).isEqualTo(1);
    }

    @Test
    void slowReader_doesNotHoldUpOthers() throws Exception {
        Broadcast.Receiver<Object> slow = sender.subscribe();
        for (int i = 0; i < 100; i++) {
            assertThat(sender.send(i)).isEqualTo(2);
            assertThat(receiver.tryRecv()).isEqualTo(i);
        }
        assertThat(missed(slow)).isEqualTo(100 - CAPACITY);
    }

    @Test
    void closed_comesOnlyAfterTheDrain() throws Exception {
        sender.send(1);
        sender.send(2);
        sender.close();
        assertThat(receiver.isClosed()).isTrue();
        assertThat(receiver.recv().poll(rx.context()).get()).isEqualTo(1);
        assertThat(receiver.tryRecv()).isEqualTo(2);
        assertThatThrownBy(receiver::tryRecv).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> receiver.recv().poll(rx.context())).isInstanceOf(ClosedException.class);
    }

    @Test
    void closed_comesAfterTheLagToo() throws Exception {
        for (int i = 0; i <= CAPACITY; i++) {
            sender.send(i);
        }
        sender.close();
        assertThat(missed(receiver)).isEqualTo(1);
        for (int i = 1; i <= CAPACITY; i++) {
            assertThat(receiver.tryRecv()).isEqualTo(i);
        }
        assertThatThrownBy(receiver::tryRecv).isInstanceOf(ClosedException.class);
    }

    @Test
    void close_ofTheLastSender_wakesWhoWaits() {
        Broadcast.Sender<Object> second = sender.dup();
        Future<Object> recv = receiver.recv();
        assertThatPending(recv, rx);
        sender.close();
        sender.close();
        assertThat(rx.isWoken()).isFalse();
        second.close();
        assertThat(rx.wakes()).isEqualTo(1);
        assertThatThrownBy(() -> recv.poll(rx.context())).isInstanceOf(ClosedException.class);
    }

    @Test
    void subscribe_seesOnlyLaterValues() throws Exception {
        sender.send(1);
        Broadcast.Receiver<Object> late = sender.subscribe();
        Broadcast.Receiver<Object> again = receiver.resubscribe();
        assertThat(late.tryRecv()).isNull();
        sender.send(2);
        assertThat(late.tryRecv()).isEqualTo(2);
        assertThat(again.tryRecv()).isEqualTo(2);
        assertThat(receiver.tryRecv()).isEqualTo(1);
    }

    @Test
    void value_isReleasedWhenTheLastReaderReadIt() throws Exception {
        Broadcast.Receiver<Object> second = sender.subscribe();
        WeakReference<Object> value = sendFresh();
        assertThat(sender.len()).isEqualTo(1);
        assertThat(receiver.tryRecv()).isNotNull();
        System.gc();
        assertThat(value.refersTo(null)).isFalse();
        assertThat(sender.len()).isEqualTo(1);
        assertThat(second.tryRecv()).isNotNull();
        assertThat(sender.len()).isZero();
        Threads.until(() -> {
            System.gc();
            return value.refersTo(null);
        });
    }

    @Test
    void value_isReleasedWhenItsLastReaderLeaves() throws Exception {
        WeakReference<Object> value = sendFresh();
        sender.subscribe();
        receiver.close();
        receiver.close();
        assertThat(sender.len()).isZero();
        Threads.until(() -> {
            System.gc();
            return value.refersTo(null);
        });
    }

    private WeakReference<Object> sendFresh() {
        Object value = new Object();
        sender.send(value);
        return new WeakReference<>(value);
    }

    @Test
    void len_countsWhatSomeoneHasNotReceived() throws Exception {
        Broadcast.Receiver<Object> second = sender.subscribe();
        for (int i = 0; i < 6; i++) {
            sender.send(i);
            assertThat(sender.len()).isEqualTo(Math.min(i + 1, CAPACITY));
        }
        assertThat(missed(receiver)).isEqualTo(2);
        receiver.tryRecv();
        assertThat(sender.len()).isEqualTo(CAPACITY);
        second.close();
        assertThat(sender.len()).isEqualTo(CAPACITY - 1);
        receiver.close();
        assertThat(sender.len()).isZero();
    }

    @Test
    void pollRecv_empty_isWokenByTheNextValue() throws Exception {
        assertThat(receiver.pollRecv(rx.context()).isPending()).isTrue();
        sender.send(1);
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(receiver.pollRecv(rx.context()).get()).isEqualTo(1);
    }

    @Test
    void pollRecv_withAnotherWaker_wakesTheLast() throws Exception {
        TestWaker other = new TestWaker();
        receiver.pollRecv(other.context());
        receiver.pollRecv(rx.context());
        sender.send(1);
        assertThat(other.isWoken()).isFalse();
        assertThat(rx.wakes()).isEqualTo(1);
    }

    @Test
    void send_withManyWaiters_wakesEachOnce() throws Exception {
        List<TestWaker> wakers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            TestWaker waker = new TestWaker();
            wakers.add(waker);
            assertThat(sender.subscribe().pollRecv(waker.context()).isPending()).isTrue();
        }
        sender.send(1);
        assertThat(wakers).allMatch(waker -> waker.wakes() == 1);
    }

    @Test
    void send_whileAWokenReceiverWaitsAgain_doesNotWakeItForever() throws Exception {
        int receivers = 70;
        int[] received = {0};
        for (int i = 0; i < receivers; i++) {
            pollOnWake(sender.subscribe(), received);
        }
        sender.send(1);
        assertThat(received[0]).isEqualTo(receivers);
        sender.send(2);
        assertThat(received[0]).isEqualTo(2 * receivers);
        sender.close();
    }

    /** A task that is polled inside of its wake. */
    private static void pollOnWake(Broadcast.Receiver<Object> receiver, int[] received) {
        Context cx = Context.of(() -> pollOnWake(receiver, received));
        try {
            while (receiver.pollRecv(cx).isReady()) {
                received[0]++;
            }
        } catch (LaggedException bug) {
            throw new AssertionError(bug);
        } catch (ClosedException e) {
            receiver.close();
        }
    }

    @Test
    void recv_cancelled_losesNoValueAndLeavesNoWaiter() throws Exception {
        Future<Object> recv = receiver.recv();
        assertThatPending(recv, rx);
        assertThat(sender.waiters()).isEqualTo(1);
        recv.cancel();
        recv.cancel();
        assertThat(sender.waiters()).isZero();
        sender.send(1);
        assertThat(rx.isWoken()).isFalse();
        assertThat(receiver.tryRecv()).isEqualTo(1);
    }

    @Test
    void recv_outOfBudget_yieldsFirst() throws Exception {
        Coop coop = Coop.limited();
        Context cx = new Context(rx, coop, null);
        int received = 0;
        while (!rx.isWoken()) {
            sender.send(received);
            received += receiver.pollRecv(cx).isReady() ? 1 : 0;
        }
        assertThat(received).isEqualTo(Coop.BUDGET);
        coop.refill();
        assertThat(receiver.pollRecv(cx).get()).isEqualTo(Coop.BUDGET);
    }

    @Test
    void receiver_usedAfterClose_isRefused() {
        receiver.close();
        assertThatThrownBy(receiver::tryRecv).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closed_isReadyOnceNobodyListens() throws Exception {
        Broadcast.Receiver<Object> second = sender.subscribe();
        Future<Void> closed = sender.closed();
        assertThat(closed.poll(rx.context()).isPending()).isTrue();
        receiver.close();
        assertThat(closed.poll(rx.context()).isPending()).isTrue();
        second.close();
        assertThat(rx.isWoken()).isTrue();
        assertThat(closed.poll(rx.context()).isReady()).isTrue();
        assertThat(sender.closed().poll(rx.context()).isReady()).isTrue();
    }

    @Test
    void blockingRecv_waitsForAValueOrItsLimit() throws Exception {
        assertThat(receiver.blockingRecv(Duration.ofMillis(1)).isPending()).isTrue();
        try (Threads threads = new Threads()) {
            threads.start(() -> {
                Threads.until(() -> sender.waiters() == 1);
                return sender.send(1);
            });
            assertThat(receiver.blockingRecv(Duration.ofSeconds(30)).get()).isEqualTo(1);
            threads.join();
        }
    }

    @Test
    void blockingRecv_onAWorker_isRefused() throws Exception {
        try (AsyncRuntime runtime =
                AsyncRuntime.builder().workerThreads(1).enableIo(false).build()) {
            Future<Object> wrong = cx -> receiver.blockingRecv(Duration.ZERO);
            assertThatThrownBy(() -> runtime.blockOn(runtime.handle().spawn(wrong)))
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .hasStackTraceContaining("blockingRecv was called on");
        }
    }

    private static long missed(Broadcast.Receiver<Object> receiver) {
        return catchThrowableOfType(LaggedException.class, receiver::tryRecv).missed();
    }

    private static void assertThatPending(Future<Object> future, TestWaker waker) {
        try {
            Poll<Object> polled = future.poll(waker.context());
            assertThat(polled.isPending()).isTrue();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
