package io.sluice.runtime.sync;

import static io.sluice.runtime.sync.ModelChecks.explore;
import static io.sluice.runtime.sync.ModelChecks.require;

import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.ModelChecks.Sleeper;
import io.sluice.runtime.sync.Mpsc.SendResult;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Explores the channel with several receivers: a bounded queue, and hand-overs over which nobody sleeps. */
class MpmcModelTest {

    private static final int CAPACITY = 2;

    @Test
    void sendAndReceive_threeThreads_lookLikeABoundedQueue() {
        ModelChecks.threeThreads().sequentialSpecification(Queue.class).check(Queueing.class);
    }

    @Param(name = "item", gen = IntGen.class, conf = "0:9")
    public static final class Queueing {

        private final Mpmc.Channel<Integer> channel = Mpmc.bounded(CAPACITY);

        @Operation
        public SendResult trySend(@Param(name = "item") int item) {
            return channel.sender().trySend(item);
        }

        @Operation
        public @Nullable Integer tryRecv() {
            return channel.receiver().tryRecv();
        }

        @Operation
        public int len() {
            return channel.receiver().len();
        }
    }

    /** What {@link Queueing} should look like. */
    public static final class Queue {

        private final Deque<Integer> items = new ArrayDeque<>();

        public SendResult trySend(int item) {
            if (items.size() == CAPACITY) {
                return SendResult.FULL;
            }
            items.add(item);
            return SendResult.SENT;
        }

        public @Nullable Integer tryRecv() {
            return items.poll();
        }

        public int len() {
            return items.size();
        }
    }

    @Test
    void sendAndClose_twoThreads_drainAndEnd() {
        ModelChecks.twoThreads().sequentialSpecification(Ending.class).check(Closing.class);
    }

    /** The one sender sends and closes, one of two receivers may leave. */
    public static final class Closing {

        private final Mpmc.Channel<Integer> channel = Mpmc.bounded(CAPACITY);
        private final Mpmc.Receiver<Integer> leaving = channel.receiver().dup();

        @Operation(nonParallelGroup = "sender")
        public SendResult trySend() {
            return channel.sender().trySend(1);
        }

        @Operation(nonParallelGroup = "sender")
        public void close() {
            channel.sender().close();
        }

        @Operation(nonParallelGroup = "receiver")
        public String recv() throws Exception {
            Future<Integer> recv = channel.receiver().recv();
            Poll<Integer> polled = recv.poll(new Sleeper().context());
            recv.cancel();
            return polled.isPending() ? "not yet" : String.valueOf(polled.get());
        }

        @Operation(nonParallelGroup = "receiver")
        public void leave() {
            leaving.close();
        }
    }

    /** What {@link Closing} should look like. */
    public static final class Ending {

        private int items;
        private boolean closed;

        public SendResult trySend() {
            if (closed) {
                return SendResult.CLOSED;
            }
            if (items == CAPACITY) {
                return SendResult.FULL;
            }
            items++;
            return SendResult.SENT;
        }

        public void close() {
            closed = true;
        }

        public String recv() {
            if (items == 0) {
                return closed ? "null" : "not yet";
            }
            items--;
            return "1";
        }

        public void leave() {}
    }

    /** A task that receives one item. */
    static final class Consumer {

        final Sleeper task = new Sleeper();
        final Future<Integer> recv;
        boolean waits;
        boolean ended;
        boolean received;

        Consumer(Mpmc.Receiver<Integer> receiver) {
            recv = receiver.recv();
        }

        void poll() {
            try {
                Poll<Integer> polled = recv.poll(task.context());
                waits = polled.isPending();
                received = polled.isReady() && polled.get() != null;
                ended = polled.isReady() && polled.get() == null;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        void giveUp() {
            recv.cancel();
            waits = false;
        }

        /** Something is there for it: it must have been woken and get on. */
        void requireEnd() {
            require(!waits || task.isWoken(), "a receiver sleeps");
            if (waits) {
                poll();
            }
            require(!waits, "a receiver was woken for nothing");
        }
    }

    abstract static class Program {

        final Mpmc.Channel<Integer> channel = Mpmc.bounded(CAPACITY);
        final Consumer one = new Consumer(channel.receiver());
        final Consumer other = new Consumer(channel.receiver().dup());

        void requireNothingLeft() {
            require(channel.receiver().waiters() == 0, "a receiver is left behind");
            require(channel.sender().waiters() == 0, "a sender is left behind");
            require(channel.receiver().len() == 0, "an item is left behind");
            require(channel.sender().room() == CAPACITY, "room is lost");
        }
    }

    public static final class TwoSendAndTwoReceive extends Program {

        @Operation
        public void consumer() {
            one.poll();
        }

        @Operation
        public void consumer2() {
            other.poll();
        }

        @Operation
        public void producer() {
            channel.sender().trySend(1);
            channel.sender().trySend(2);
        }

        @Validate
        public void check() {
            one.requireEnd();
            other.requireEnd();
            require(one.received && other.received, "an item is lost");
            requireNothingLeft();
        }
    }

    @Test
    void recv_twoWhileTwoItemsCome_eachGetsOne() {
        explore(TwoSendAndTwoReceive.class);
    }

    public static final class CancelWhileCalled extends Program {

        public CancelWhileCalled() {
            one.poll();
            other.poll();
        }

        @Operation
        public void consumer() {
            one.giveUp();
        }

        @Operation
        public void producer() {
            channel.sender().trySend(1);
        }

        @Validate
        public void check() {
            other.requireEnd();
            require(other.received, "the item is lost");
            requireNothingLeft();
        }
    }

    @Test
    void recv_cancelledWhileItIsWoken_passesTheWakeOn() {
        explore(CancelWhileCalled.class);
    }

    public static final class CloseWhileWaiting extends Program {

        public CloseWhileWaiting() {
            channel.sender().trySend(1);
        }

        @Operation
        public void consumer() {
            one.poll();
        }

        @Operation
        public void consumer2() {
            other.poll();
        }

        @Operation
        public void producer() {
            channel.sender().close();
        }

        @Validate
        public void check() {
            one.requireEnd();
            other.requireEnd();
            require(one.received != other.received, "the item is lost or doubled");
            require(one.ended != other.ended, "the end is not seen");
            requireNothingLeft();
        }
    }

    @Test
    void recv_whileTheLastSenderLeaves_seesItemOrEnd() {
        explore(CloseWhileWaiting.class);
    }

    public static final class RoomAndWait extends Program {

        private final Sleeper producer = new Sleeper();
        private final Future<Void> send;
        private boolean waits;

        public RoomAndWait() {
            channel.sender().trySend(1);
            channel.sender().trySend(2);
            send = channel.sender().sendAsync(3);
        }

        private void send() {
            try {
                waits = send.poll(producer.context()).isPending();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Operation
        public void consumer() {
            one.poll();
        }

        @Operation
        public void producer() {
            send();
        }

        @Validate
        public void check() {
            require(one.received, "nothing received");
            require(!waits || producer.isWoken(), "the producer sleeps");
            if (waits) {
                send();
            }
            other.poll();
            require(other.received && channel.receiver().tryRecv() != null, "an item is lost");
            requireNothingLeft();
        }
    }

    @Test
    void sendAsync_whileAnItemIsTaken_isWokenOrSends() {
        explore(RoomAndWait.class);
    }

    public static final class LastReceiverLeaves extends Program {

        private final Mpmc.Receiver<Integer> second = channel.receiver().dup();
        private SendResult result = SendResult.FULL;

        @Operation
        public void consumer() {
            channel.receiver().close();
        }

        @Operation
        public void consumer2() {
            second.close();
        }

        @Operation
        public void producer() {
            result = channel.sender().trySend(1);
        }

        @Validate
        public void check() {
            require(result != SendResult.FULL, "full though empty");
        }
    }

    @Test
    void close_ofReceiversWhileOneSends_losesNoRoom() {
        explore(LastReceiverLeaves.class);
    }
}
