package io.sluice.runtime.sync;

import static io.sluice.runtime.sync.ModelChecks.explore;
import static io.sluice.runtime.sync.ModelChecks.require;

import io.sluice.runtime.Future;
import io.sluice.runtime.sync.ModelChecks.Sleeper;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** Explores the task tracker: a count with a flag, and an end that no wait misses. */
class TaskTrackerModelTest {

    @Test
    void countingOperations_interleaved_lookLikeACountAndAFlag() {
        ModelChecks.threeThreads().sequentialSpecification(CountAndFlag.class).check(Counting.class);
    }

    public static final class Counting {

        private final TaskTracker tracker = new TaskTracker();

        @Operation
        public void spawn() {
            tracker.token();
        }

        @Operation
        public boolean close() {
            return tracker.close();
        }

        @Operation
        public boolean reopen() {
            return tracker.reopen();
        }

        @Operation
        public int size() {
            return tracker.size();
        }

        /** Whether a wait that begins now ends at once. */
        @Operation
        public boolean await() throws Exception {
            Future<Void> await = tracker.await();
            boolean ready = await.poll(new Sleeper().context()).isReady();
            await.cancel();
            return ready;
        }
    }

    /** Tasks that never end. */
    public static final class CountAndFlag {

        private boolean closed;
        private int tasks;

        public void spawn() {
            tasks++;
        }

        public boolean close() {
            boolean first = !closed;
            closed = true;
            return first;
        }

        public boolean reopen() {
            boolean first = closed;
            closed = false;
            return first;
        }

        public int size() {
            return tasks;
        }

        public boolean await() {
            return closed && tasks == 0;
        }
    }

    /** Somebody who waits for the end. */
    static final class Waiting {

        private final Sleeper task = new Sleeper();
        private final Future<Void> await;
        private boolean waits;

        Waiting(TaskTracker tracker) {
            await = tracker.await();
        }

        void poll() {
            try {
                waits = await.poll(task.context()).isPending();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        void requireEnd() {
            require(!waits || task.isWoken(), "a task sleeps");
            poll();
            require(!waits, "the end was missed");
        }
    }

    /** The last task ends, the tracker is closed, and at once somebody waits. */
    public static final class EndCloseAndAwait {

        private final TaskTracker tracker = new TaskTracker();
        private final TaskTracker.Token last = tracker.token();
        private final Waiting waiting = new Waiting(tracker);

        @Operation
        public void task() {
            last.close();
        }

        @Operation
        public void closer() {
            tracker.close();
        }

        @Operation
        public void waiter() {
            waiting.poll();
        }

        @Validate
        public void check() {
            if (waiting.waits) {
                waiting.requireEnd();
            }
            require(tracker.waiters() == 0, "a waiter is left behind");
        }
    }

    @Test
    void await_whileTheLastTaskEndsAndItIsClosed_missesNothing() {
        explore(EndCloseAndAwait.class);
    }

    /** The end comes and goes while somebody begins to wait that was made before. */
    public static final class EndReopenAndAwait {

        private final TaskTracker tracker = new TaskTracker();
        private final TaskTracker.Token last = tracker.token();
        private final Waiting waiting = new Waiting(tracker);

        public EndReopenAndAwait() {
            tracker.close();
        }

        @Operation
        public void task() {
            last.close();
            tracker.token();
            tracker.reopen();
        }

        @Operation
        public void waiter() {
            waiting.poll();
        }

        @Validate
        public void check() {
            if (waiting.waits) {
                waiting.requireEnd();
            }
            require(tracker.waiters() == 0, "a waiter is left behind");
        }
    }

    @Test
    void await_whileTheEndComesAndGoes_isNotHeldUpByWhatFollows() {
        explore(EndReopenAndAwait.class);
    }
}
