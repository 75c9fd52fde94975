package io.sluice.runtime.sync;

import static io.sluice.runtime.sync.ModelChecks.explore;
import static io.sluice.runtime.sync.ModelChecks.require;

import io.sluice.runtime.Future;
import io.sluice.runtime.sync.ModelChecks.Sleeper;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** Explores notify and the cancellation token: what is told is told to somebody, and nobody sleeps over it. */
class NotifyModelTest {

    @Test
    void keptNotification_interleaved_looksLikeOneFlag() {
        ModelChecks.twoThreads().sequentialSpecification(OneFlag.class).check(Keeping.class);
    }

    /** Nobody stays to wait. */
    public static final class Keeping {

        private final Notify notify = new Notify();

        @Operation
        public void notifyOne() {
            notify.notifyOne();
        }

        @Operation
        public void notifyLast() {
            notify.notifyLast();
        }

        /** Takes a place only if it is notified at once, by the one that is kept. */
        @Operation(nonParallelGroup = "taker")
        public boolean take() {
            Notify.Notified notified = notify.notified();
            boolean ready = notified.poll(new Sleeper().context()).isReady();
            notified.cancel();
            return ready;
        }
    }

    /** What is kept while nobody waits. */
    public static final class OneFlag {

        private boolean kept;

        public void notifyOne() {
            kept = true;
        }

        public void notifyLast() {
            kept = true;
        }

        public boolean take() {
            boolean was = kept;
            kept = false;
            return was;
        }
    }

    /** A task that waits for a notification. */
    static final class Waiting {

        final Sleeper task = new Sleeper();
        final Future<Void> future;
        boolean waits;

        Waiting(Future<Void> future) {
            this.future = future;
        }

        void poll() {
            try {
                waits = future.poll(task.context()).isPending();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        boolean isServed() {
            return !waits || task.isWoken();
        }
    }

    /** Two wait; one notification comes, and the first gives up. */
    abstract static class GiveUp {

        final Notify notify = new Notify();
        private final Waiting first = new Waiting(notify.notified());
        private final Waiting second = new Waiting(notify.notified());

        GiveUp() {
            first.poll();
            second.poll();
        }

        void giveUpTheFirst() {
            first.future.cancel();
        }

        void giveUpTheSecond() {
            second.future.cancel();
        }

        void requireServed(boolean firstHasGivenUp) {
            require((firstHasGivenUp ? second : first).isServed(), "the notification went to one that had given up");
        }
    }

    public static final class FirstGivesUp extends GiveUp {

        @Operation
        public void giveUp() {
            giveUpTheFirst();
        }

        @Operation
        public void notifier() {
            notify.notifyOne();
        }

        @Validate
        public void check() {
            requireServed(true);
        }
    }

    @Test
    void notifyOne_whileTheFirstGivesUp_reachesTheSecond() {
        explore(FirstGivesUp.class);
    }

    public static final class LastGivesUp extends GiveUp {

        @Operation
        public void giveUp() {
            giveUpTheSecond();
        }

        @Operation
        public void notifier() {
            notify.notifyLast();
        }

        @Validate
        public void check() {
            requireServed(false);
        }
    }

    @Test
    void notifyLast_whileTheLastGivesUp_reachesTheOneBeforeIt() {
        explore(LastGivesUp.class);
    }

    /** All that exist are notified, polled before or not. */
    public static final class AllAndOnePolling {

        private final Notify notify = new Notify();
        private final Waiting made = new Waiting(notify.notified());

        @Operation
        public void waiter() {
            made.poll();
        }

        @Operation
        public void notifier() {
            notify.notifyWaiters();
        }

        @Validate
        public void check() {
            require(made.isServed(), "a task sleeps");
            if (made.waits) {
                made.poll();
            }
            require(!made.waits && notify.waiters() == 0, "a waiter is left behind");
        }
    }

    @Test
    void notifyWaiters_whileOnePolls_reachesIt() {
        explore(AllAndOnePolling.class);
    }

    /** A child is made, and somebody waits on another, while the parent is cancelled. */
    public static final class CancelMakeAndAwait {

        private final CancellationToken parent = new CancellationToken();
        private final CancellationToken older = parent.child();
        private final Waiting waiting = new Waiting(older.cancelled());
        private volatile CancellationToken younger = older;

        @Operation
        public void canceller() {
            parent.cancel();
        }

        @Operation
        public void maker() {
            younger = parent.child().child();
        }

        @Operation
        public void waiter() {
            waiting.poll();
        }

        @Validate
        public void check() {
            require(older.isCancelled() && younger.isCancelled(), "a descendant was missed");
            require(waiting.isServed(), "a task sleeps");
            if (waiting.waits) {
                waiting.poll();
            }
            require(!waiting.waits && older.waiters() == 0, "a waiter is left behind");
        }
    }

    @Test
    void cancel_whileADescendantIsMadeAndAnotherAwaited_reachesBoth() {
        explore(CancelMakeAndAwait.class);
    }
}
