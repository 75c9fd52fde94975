package io.sluice.runtime.sync;

import static io.sluice.runtime.sync.ModelChecks.explore;
import static io.sluice.runtime.sync.ModelChecks.require;

import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.ModelChecks.Sleeper;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Explores the unbounded channel in its smallest blocks: a queue, and hand-overs over which nobody sleeps. */
class MpscUnboundedModelTest {

    @Test
    void sendReceiveAndClose_threeThreads_lookLikeAQueue() {
        ModelChecks.threeThreads().sequentialSpecification(Queue.class).check(Queueing.class);
    }

    @Param(name = "item", gen = IntGen.class, conf = "0:9")
    public static final class Queueing {

        private final Mpsc.UnboundedChannel<Integer> channel = Mpsc.unbounded(0);

        @Operation
        public boolean send(@Param(name = "item") int item) {
            return channel.sender().send(item);
        }

        @Operation
        public void close() {
            channel.receiver().close();
        }

        @Operation(nonParallelGroup = "consumer")
        public @Nullable Integer tryRecv() {
            return channel.receiver().tryRecv();
        }
    }

    /** What {@link Queueing} should look like. */
    public static final class Queue {

        private final Deque<Integer> items = new ArrayDeque<>();
        private boolean closed;

        public boolean send(int item) {
            return !closed && items.add(item);
        }

        public void close() {
            closed = true;
        }

        public @Nullable Integer tryRecv() {
            return items.poll();
        }
    }

    /** A channel with blocks of {@code 1 << blockShift} slots and a consumer that polls. */
    abstract static class Program {

        final Mpsc.UnboundedChannel<Integer> channel;
        final Sleeper consumer = new Sleeper();
        final List<Integer> received = new ArrayList<>();
        boolean waits;
        boolean ended;

        Program(int blockShift) {
            channel = Mpsc.unbounded(blockShift);
        }

        void poll() {
            Poll<Integer> polled = channel.receiver().pollRecv(consumer.context());
            waits = polled.isPending();
            if (polled.isReady()) {
                Integer item = polled.get();
                ended = item == null;
                if (item != null) {
                    received.add(item);
                }
            }
        }

        void requireConsumerAwake() {
            require(!waits || consumer.isWoken(), "the consumer sleeps");
        }

        /** Takes what is left; all of {@code items}, in whatever order. */
        void requireAll(Integer... items) {
            while (!ended && !(waits && !consumer.isWoken())) {
                poll();
            }
            List<Integer> missing = new ArrayList<>(List.of(items));
            received.forEach(missing::remove);
            require(missing.isEmpty() && received.size() == items.length, received + " received");
        }
    }

    public static final class ThreeSendAndOneReceives extends Program {

        public ThreeSendAndOneReceives() {
            super(0);
        }

        @Operation
        public void consumer() {
            poll();
            poll();
        }

        @Operation
        public void producer() {
            channel.sender().send(1);
        }

        @Operation
        public void producer2() {
            channel.sender().send(2);
            channel.sender().send(3);
        }

        @Validate
        public void check() {
            requireConsumerAwake();
            requireAll(1, 2, 3);
        }
    }

    @Test
    void recv_whileItemsComeInNewBlocks_isWokenOrHasThem() {
        explore(ThreeSendAndOneReceives.class);
    }

    public static final class SendAndLastSenderLeaves extends Program {

        private final UnboundedSender<Integer> second = channel.sender().dup();

        public SendAndLastSenderLeaves() {
            super(1);
        }

        @Operation
        public void consumer() {
            poll();
        }

        @Operation
        public void producer() {
            channel.sender().send(1);
            channel.sender().close();
        }

        @Operation
        public void producer2() {
            second.close();
        }

        @Validate
        public void check() {
            requireConsumerAwake();
            requireAll(1);
            require(ended, "the end is not seen");
        }
    }

    @Test
    void recv_whileTheLastSenderLeaves_seesItemAndEnd() {
        explore(SendAndLastSenderLeaves.class);
    }

    public static final class UpgradeAndClose extends Program {

        private final WeakSender<UnboundedSender<Integer>> weak =
                channel.sender().downgrade();
        private boolean sent;

        public UpgradeAndClose() {
            super(1);
        }

        @Operation
        public void consumer() {
            poll();
        }

        @Operation
        public void owner() {
            channel.sender().close();
        }

        @Operation
        public void upgrader() {
            UnboundedSender<Integer> strong = weak.upgrade();
            if (strong != null) {
                sent = strong.send(1);
                require(sent, "an upgraded sender is turned away");
                strong.close();
            }
        }

        @Validate
        public void check() {
            requireConsumerAwake();
            requireAll(sent ? new Integer[] {1} : new Integer[0]);
            require(ended, "the end is not seen");
        }
    }

    @Test
    void upgrade_whileTheLastSenderLeaves_opensOrFails() {
        explore(UpgradeAndClose.class);
    }
}
