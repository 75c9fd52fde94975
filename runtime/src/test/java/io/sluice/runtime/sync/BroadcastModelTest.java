package io.sluice.runtime.sync;

import static io.sluice.runtime.sync.ModelChecks.explore;
import static io.sluice.runtime.sync.ModelChecks.require;

import io.sluice.runtime.sync.ModelChecks.Sleeper;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** Explores the broadcast channel: a short list with a cursor for each receiver, and wakes that are not lost. */
class BroadcastModelTest {

    private static final int CAPACITY = 2;

    @Test
    void sendAndReceive_threeThreads_lookLikeAListWithCursors() {
        ModelChecks.threeThreads().sequentialSpecification(Log.class).check(Broadcasting.class);
    }

    /** A channel with two receivers. */
    @Param(name = "value", gen = IntGen.class, conf = "0:9")
    public static final class Broadcasting {

        private final Broadcast.Sender<Integer> sender;
        private final Broadcast.Receiver<Integer> one;
        private final Broadcast.Receiver<Integer> other;

        public Broadcasting() {
            Broadcast.Channel<Integer> channel = Broadcast.channel(CAPACITY);
            sender = channel.sender();
            one = channel.receiver();
            other = sender.subscribe();
        }

        @Operation
        public int send(@Param(name = "value") int value) {
            return sender.send(value);
        }

        @Operation(nonParallelGroup = "one")
        public String recvOne() {
            return receive(one);
        }

        @Operation(nonParallelGroup = "other")
        public String recvOther() {
            return receive(other);
        }

        @Operation
        public void close() {
            sender.close();
        }

        private static String receive(Broadcast.Receiver<Integer> receiver) {
            try {
                return String.valueOf(receiver.tryRecv());
            } catch (LaggedException e) {
                return "missed " + e.missed();
            } catch (ClosedException e) {
                return "closed";
            }
        }
    }

    /** What {@link Broadcasting} should look like. */
    public static final class Log {

        private final List<Integer> values = new ArrayList<>();
        private boolean closed;
        private int one;
        private int other;

        public int send(int value) {
            if (closed) {
                return 0;
            }
            values.add(value);
            return 2;
        }

        public String recvOne() {
            String found = at(one);
            one = next(one);
            return found;
        }

        public String recvOther() {
            String found = at(other);
            other = next(other);
            return found;
        }

        public void close() {
            closed = true;
        }

        private String at(int cursor) {
            if (cursor < values.size() - CAPACITY) {
                return "missed " + (values.size() - CAPACITY - cursor);
            }
            if (cursor == values.size()) {
                return closed ? "closed" : "null";
            }
            return values.get(cursor).toString();
        }

        private int next(int cursor) {
            int oldest = values.size() - CAPACITY;
            return cursor < oldest ? oldest : Math.min(cursor + 1, values.size());
        }
    }

    @Test
    void subscribeAndLeave_threeThreads_areCounted() {
        ModelChecks.threeThreads().sequentialSpecification(Count.class).check(Counting.class);
    }

    /** A channel that is never full, its second receiver leaving at some time. */
    public static final class Counting {

        private final Broadcast.Sender<Integer> sender;
        private final Broadcast.Receiver<Integer> leaving;

        public Counting() {
            Broadcast.Channel<Integer> channel = Broadcast.channel(16);
            sender = channel.sender();
            leaving = channel.receiver();
        }

        @Operation
        public int send() {
            return sender.send(1);
        }

        @Operation
        public int receivers() {
            return sender.receivers();
        }

        @Operation
        public void subscribe() {
            sender.subscribe();
        }

        @Operation(nonParallelGroup = "leaving")
        public void leave() {
            leaving.close();
        }
    }

    /** What {@link Counting} should look like. */
    public static final class Count {

        private int receivers = 1;
        private boolean left;

        public int send() {
            return receivers;
        }

        public int receivers() {
            return receivers;
        }

        public void subscribe() {
            receivers++;
        }

        public void leave() {
            receivers -= left ? 0 : 1;
            left = true;
        }
    }

    /** A task that receives. */
    static final class Reader {

        final Sleeper task = new Sleeper();
        final Broadcast.Receiver<Integer> receiver;
        boolean waits;
        boolean closed;
        int received;

        Reader(Broadcast.Receiver<Integer> receiver) {
            this.receiver = receiver;
        }

        void poll() {
            try {
                waits = receiver.pollRecv(task.context()).isPending();
                received += waits ? 0 : 1;
            } catch (ClosedException e) {
                waits = false;
                closed = true;
            } catch (LaggedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Something came or the channel is closed: it must know. */
        void requireAwake() {
            require(!waits || task.isWoken(), "a receiver sleeps");
            if (waits) {
                poll();
            }
            require(!waits, "a receiver was woken for nothing");
        }
    }

    public static final class SendAndReceive {

        private final Broadcast.Channel<Integer> channel = Broadcast.channel(2);
        private final Reader one = new Reader(channel.receiver());
        private final Reader other = new Reader(channel.sender().subscribe());

        @Operation
        public void reader() {
            one.poll();
        }

        @Operation
        public void reader2() {
            other.poll();
        }

        @Operation
        public void sender() {
            channel.sender().send(1);
        }

        @Validate
        public void check() {
            one.requireAwake();
            other.requireAwake();
            require(one.received == 1 && other.received == 1, "a value is lost");
            require(channel.sender().len() == 0, "a value is kept");
        }
    }

    @Test
    void recv_whileAValueIsSent_isWokenOrHasIt() {
        explore(SendAndReceive.class);
    }

    public static final class CloseAndReceive {

        private final Broadcast.Channel<Integer> channel = Broadcast.channel(2);
        private final Reader one = new Reader(channel.receiver());

        @Operation
        public void reader() {
            one.poll();
        }

        @Operation
        public void sender() {
            channel.sender().close();
        }

        @Validate
        public void check() {
            one.requireAwake();
            require(one.closed, "the end is not seen");
        }
    }

    @Test
    void recv_whileTheChannelCloses_seesTheEnd() {
        explore(CloseAndReceive.class);
    }

    public static final class LeaveAndRead {

        private final Broadcast.Channel<Integer> channel = Broadcast.channel(2);
        private final Reader one = new Reader(channel.receiver());
        private final Broadcast.Receiver<Integer> leaving = channel.sender().subscribe();

        public LeaveAndRead() {
            channel.sender().send(1);
        }

        @Operation
        public void leaver() {
            leaving.close();
        }

        @Operation
        public void reader() {
            one.poll();
        }

        @Operation
        public void sender() {
            channel.sender().send(2);
        }

        @Validate
        public void check() {
            one.poll();
            require(one.received == 2, one.received + " values received");
            require(channel.sender().len() == 0, "a value is kept");
        }
    }

    @Test
    void close_whileOthersReadAndSend_releasesEveryValue() {
        explore(LeaveAndRead.class);
    }
}
