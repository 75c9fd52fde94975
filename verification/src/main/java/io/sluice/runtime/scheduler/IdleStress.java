package io.sluice.runtime.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.sluice.runtime.task.Task;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A task that is queued while the last worker goes to sleep: the worker sees the task, or is woken for it. */
public final class IdleStress {

    private IdleStress() {}

    /** Two workers; one is busy and queues a task in its ring, the other stops searching. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "seen, or woken")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "a task waits while a worker sleeps")
    @State
    public static class PushAgainstLastSearcher {
        private final Idle idle = new Idle(2);
        private final LocalQueue ring = new LocalQueue();
        private final InjectionQueue overflow = new InjectionQueue();
        private final Task<?> task = StressTasks.make(1).get(0);
        private boolean woken;
        private boolean seen;

        public PushAgainstLastSearcher() {
            idle.transitionToSearching();
        }

        @Actor
        public void submitter() {
            ring.push(task, overflow);
            woken = idle.workerToNotify(worker -> false) != Idle.NOBODY;
        }

        @Actor
        public void searcher() {
            boolean last = idle.transitionToParked(1, true);
            seen = last && !ring.isEmpty();
        }

        @Arbiter
        public void judge(Z_Result result) {
            result.r1 = woken || seen;
        }
    }

    /** The same with the injection queue, as for a submitter from outside. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "seen, or woken")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "a task waits while all workers sleep")
    @State
    public static class InjectAgainstLastSearcher {
        private final Idle idle = new Idle(1);
        private final InjectionQueue injection = new InjectionQueue();
        private final Task<?> task = StressTasks.make(1).get(0);
        private boolean woken;
        private boolean seen;

        public InjectAgainstLastSearcher() {
            idle.transitionToSearching();
        }

        @Actor
        public void submitter() {
            injection.push(task);
            woken = idle.workerToNotify(worker -> false) != Idle.NOBODY;
        }

        @Actor
        public void searcher() {
            boolean last = idle.transitionToParked(0, true);
            seen = last && !injection.isEmpty();
        }

        @Arbiter
        public void judge(Z_Result result) {
            result.r1 = woken || seen;
        }
    }
}
