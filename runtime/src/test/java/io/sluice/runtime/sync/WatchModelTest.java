package io.sluice.runtime.sync;

import static io.sluice.runtime.sync.ModelChecks.explore;
import static io.sluice.runtime.sync.ModelChecks.require;

import io.sluice.runtime.Future;
import io.sluice.runtime.sync.ModelChecks.Sleeper;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** Explores the watch channel: one value with a version, and changes over which nobody sleeps. */
class WatchModelTest {

    @Test
    void operations_threeThreads_lookLikeOneVariable() {
        ModelChecks.threeThreads().sequentialSpecification(Variable.class).check(Watching.class);
    }

    /** A sender, a receiver that may leave, and one that left before, for it may still look. */
    @Param(name = "value", gen = IntGen.class, conf = "0:9")
    public static final class Watching {

        private final Watch.Sender<Integer> sender;
        private final Watch.Receiver<Integer> watching;
        private final Watch.Receiver<Integer> leaving;

        public Watching() {
            Watch.Channel<Integer> channel = Watch.channel(0);
            sender = channel.sender();
            leaving = channel.receiver();
            watching = sender.subscribe();
            watching.close();
        }

        @Operation
        public boolean send(@Param(name = "value") int value) {
            return sender.send(value);
        }

        @Operation
        public int sendReplace(@Param(name = "value") int value) {
            return sender.sendReplace(value);
        }

        @Operation
        public void sendModify() {
            sender.sendModify(value -> value + 100);
        }

        @Operation
        public boolean sendIfModified() {
            return sender.sendIfModified(value -> value < 100 ? 100 : value);
        }

        @Operation(nonParallelGroup = "watching")
        public boolean hasChanged() throws ClosedException {
            return watching.hasChanged();
        }

        @Operation(nonParallelGroup = "watching")
        public int borrowAndUpdate() {
            return watching.borrowAndUpdate();
        }

        @Operation(nonParallelGroup = "leaving")
        public void leave() {
            leaving.close();
        }

        @Operation
        public void subscribe() {
            sender.subscribe();
        }
    }

    /** What {@link Watching} should look like. */
    public static final class Variable {

        private int value;
        private boolean changed;
        private int receivers = 1;
        private boolean left;

        public boolean send(int next) {
            if (receivers == 0) {
                return false;
            }
            sendReplace(next);
            return true;
        }

        public int sendReplace(int next) {
            int before = value;
            value = next;
            changed = true;
            return before;
        }

        public void sendModify() {
            sendReplace(value + 100);
        }

        public boolean sendIfModified() {
            if (value >= 100) {
                return false;
            }
            sendReplace(100);
            return true;
        }

        public boolean hasChanged() {
            return changed;
        }

        public int borrowAndUpdate() {
            changed = false;
            return value;
        }

        public void leave() {
            receivers -= left ? 0 : 1;
            left = true;
        }

        public void subscribe() {
            receivers++;
        }
    }

    @Test
    void close_twoThreads_showsTheLastValueFirst() {
        ModelChecks.twoThreads().sequentialSpecification(Ending.class).check(Closing.class);
    }

    /** A sender that ends. */
    public static final class Closing {

        private final Watch.Channel<Integer> channel = Watch.channel(0);

        @Operation(nonParallelGroup = "sender")
        public boolean send() {
            return channel.sender().send(1);
        }

        @Operation(nonParallelGroup = "sender")
        public void close() {
            channel.sender().close();
        }

        @Operation(nonParallelGroup = "receiver")
        public String changed() throws Exception {
            Future<Void> changed = channel.receiver().changed();
            try {
                return changed.poll(new Sleeper().context()).isReady() ? "changed" : "not yet";
            } catch (ClosedException e) {
                return "closed";
            } finally {
                changed.cancel();
            }
        }
    }

    /** What {@link Closing} should look like. */
    public static final class Ending {

        private boolean unseen;
        private boolean closed;

        public boolean send() {
            unseen |= !closed;
            return !closed;
        }

        public void close() {
            closed = true;
        }

        public String changed() {
            String found = unseen ? "changed" : closed ? "closed" : "not yet";
            unseen = false;
            return found;
        }
    }

    /** A task that waits for a change. */
    static final class Waiter {

        final Sleeper task = new Sleeper();
        final Future<?> wait;
        boolean waits = true;
        boolean closed;

        Waiter(Future<?> wait) {
            this.wait = wait;
        }

        void poll() {
            try {
                waits = wait.poll(task.context()).isPending();
            } catch (ClosedException e) {
                waits = false;
                closed = true;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        void requireEnd() {
            require(!waits || task.isWoken(), "a receiver sleeps");
            if (waits) {
                poll();
            }
            require(!waits, "a receiver was woken for nothing");
        }
    }

    public static final class SendAndWait {

        private final Watch.Channel<Integer> channel = Watch.channel(0);
        private final Waiter changed = new Waiter(channel.receiver().changed());
        private final Waiter fitting = new Waiter(channel.sender().subscribe().waitFor(value -> value == 2));

        @Operation
        public void receiver() {
            changed.poll();
        }

        @Operation
        public void receiver2() {
            fitting.poll();
        }

        @Operation
        public void sender() {
            channel.sender().sendModify(value -> value + 1);
        }

        @Operation
        public void sender2() {
            channel.sender().sendModify(value -> value + 1);
        }

        @Validate
        public void check() {
            require(channel.sender().borrow() == 2, "a change is lost");
            changed.requireEnd();
            fitting.requireEnd();
            require(channel.sender().waiters() == 0, "a waiter is left behind");
        }
    }

    @Test
    void changedAndWaitFor_whileTwoSend_areWokenOrHaveIt() {
        explore(SendAndWait.class);
    }

    public static final class CloseAndWait {

        private final Watch.Channel<Integer> channel = Watch.channel(0);
        private final Waiter changed = new Waiter(channel.receiver().changed());

        @Operation
        public void receiver() {
            changed.poll();
        }

        @Operation
        public void sender() {
            channel.sender().close();
        }

        @Validate
        public void check() {
            changed.requireEnd();
            require(changed.closed, "the end is not seen");
        }
    }

    @Test
    void changed_whileTheChannelCloses_seesTheEnd() {
        explore(CloseAndWait.class);
    }

    public static final class LeaveAndWait {

        private final Watch.Channel<Integer> channel = Watch.channel(0);
        private final Watch.Receiver<Integer> second = channel.receiver().dup();
        private final Waiter closed = new Waiter(channel.sender().closed());

        @Operation
        public void receiver() {
            channel.receiver().close();
        }

        @Operation
        public void receiver2() {
            second.close();
        }

        @Operation
        public void sender() {
            closed.poll();
        }

        @Validate
        public void check() {
            closed.requireEnd();
        }
    }

    @Test
    void closed_whileTheReceiversLeave_isWoken() {
        explore(LeaveAndWait.class);
    }
}
