package io.sluice.runtime.sync;

import io.sluice.runtime.sync.Mpsc.SendResult;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Explores interleavings of the channel's operations that do not wait. */
class MpscModelTest {

    @Test
    void sendAndReceive_twoThreads_lookLikeAQueue() {
        ModelChecks.twoThreads().sequentialSpecification(Queue.class).check(Queueing.class);
    }

    @Test
    void sendAndReceive_threeThreads_lookLikeAQueue() {
        ModelChecks.threeThreads().sequentialSpecification(Queue.class).check(Queueing.class);
    }

    @Test
    void sendAndClose_threeThreads_lookLikeABound() {
        ModelChecks.threeThreads().sequentialSpecification(Bound.class).check(Bounding.class);
    }

    /**
     * The order of items, in a channel that no scenario fills. (A sender that has its room and no place in the order
     * yet makes others find the channel full, though a receiver still finds it empty.)
     */
    @Param(name = "item", gen = IntGen.class, conf = "0:9")
    public static final class Queueing {

        /** Segments of two slots, and the edge of the ring within the first few. */
        private final Mpsc.Sender<Integer> sender;

        private final Mpsc.Receiver<Integer> receiver;

        public Queueing() {
            Mpsc.Channel<Integer> channel = Mpsc.bounded(13, 1);
            sender = channel.sender();
            receiver = channel.receiver();
            for (int i = 0; i < 13; i++) {
                sender.trySend(i);
                receiver.tryRecv();
            }
        }

        @Operation
        public SendResult trySend(int item) {
            return sender.trySend(item);
        }

        @Operation(nonParallelGroup = "consumer")
        public @Nullable Integer tryRecv() {
            return receiver.tryRecv();
        }
    }

    /** What {@link Queueing} should look like. */
    public static final class Queue {

        private final Deque<Integer> items = new ArrayDeque<>();

        public SendResult trySend(int item) {
            items.add(item);
            return SendResult.SENT;
        }

        public @Nullable Integer tryRecv() {
            return items.poll();
        }
    }

    /** Who is let in, without receiving. */
    @Param(name = "item", gen = IntGen.class, conf = "0:9")
    public static final class Bounding {

        private final Mpsc.Sender<Integer> sender;

        private final Mpsc.Receiver<Integer> receiver;

        public Bounding() {
            Mpsc.Channel<Integer> channel = Mpsc.bounded(2, 1);
            sender = channel.sender();
            receiver = channel.receiver();
        }

        @Operation
        public SendResult trySend(int item) {
            return sender.trySend(item);
        }

        @Operation
        public void close() {
            receiver.close();
        }

        @Operation
        public boolean isClosed() {
            return sender.isClosed();
        }

        @Operation(nonParallelGroup = "consumer")
        public boolean hasEnded() {
            return receiver.hasEnded();
        }
    }

    /** What {@link Bounding} should look like. */
    public static final class Bound {

        private int room = 2;
        private boolean closed;

        public SendResult trySend(int item) {
            if (closed) {
                return SendResult.CLOSED;
            }
            if (room == 0) {
                return SendResult.FULL;
            }
            room--;
            return SendResult.SENT;
        }

        public void close() {
            closed = true;
        }

        public boolean isClosed() {
            return closed;
        }

        public boolean hasEnded() {
            return closed && room == 2;
        }
    }
}
