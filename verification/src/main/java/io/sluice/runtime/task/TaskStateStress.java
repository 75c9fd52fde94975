package io.sluice.runtime.task;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** The task state word under two threads at once. */
public final class TaskStateStress {

    private TaskStateStress() {}

    /** A wake while the poll ends: whoever comes second queues the task, and exactly one of them does. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "queued once")
    @Outcome(id = "0", expect = FORBIDDEN, desc = "a lost wake")
    @Outcome(id = "2", expect = FORBIDDEN, desc = "queued twice")
    @State
    public static class WakeAgainstIdle {
        private final TaskState state = running();
        private int queuedByWaker;
        private int queuedByRunner;

        @Actor
        public void waker() {
            queuedByWaker = state.transitionToNotified() == TaskState.Wake.SUBMIT ? 1 : 0;
        }

        @Actor
        public void runner() {
            queuedByRunner = state.transitionToIdle() == TaskState.Idle.RESCHEDULE ? 1 : 0;
        }

        @Arbiter
        public void sum(I_Result result) {
            result.r1 = queuedByWaker + queuedByRunner;
        }
    }

    /** Two wakes of an idle task: one queues it. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "queued once")
    @Outcome(expect = FORBIDDEN, desc = "lost or doubled")
    @State
    public static class WakeAgainstWake {
        private final TaskState state = idle();
        private int first;
        private int second;

        @Actor
        public void one() {
            first = state.transitionToNotified() == TaskState.Wake.SUBMIT ? 1 : 0;
        }

        @Actor
        public void other() {
            second = state.transitionToNotified() == TaskState.Wake.SUBMIT ? 1 : 0;
        }

        @Arbiter
        public void sum(I_Result result) {
            result.r1 = first + second;
        }
    }

    /** What was written before a wake is seen by the poll that the wake led to, also if the task was queued already. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "polled before the wake; another poll follows")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "as before, and the write was seen early")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the wake came first, and what it announced is seen")
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "woken for nothing")
    @State
    public static class WriteBeforeWake {
        private final TaskState state = new TaskState(); // born queued
        private int data;
        private TaskState.Wake wake = TaskState.Wake.NOTHING;

        @Actor
        public void producer() {
            data = 1;
            wake = state.transitionToNotified();
        }

        @Actor
        public void runner(II_Result result) {
            state.transitionToRunning();
            result.r2 = data;
            boolean again = state.transitionToIdle() == TaskState.Idle.RESCHEDULE;
            result.r1 = again ? 0 : 1;
        }

        /** Without another poll the wake must have come before the first, or have queued the task itself. */
        @Arbiter
        public void judge(II_Result result) {
            if (result.r1 == 1 && wake == TaskState.Wake.SUBMIT) {
                result.r1 = 0;
            }
        }
    }

    /** An abort while the poll ends: somebody cancels, once. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "cancelled once")
    @Outcome(expect = FORBIDDEN, desc = "never, or twice")
    @State
    public static class AbortAgainstIdle {
        private final TaskState state = running();
        private int byAborter;
        private int byRunner;

        @Actor
        public void aborter() {
            if (state.transitionToCancelled() == TaskState.Wake.SUBMIT) {
                byAborter = state.transitionToRunning() == TaskState.Run.CANCEL ? 1 : 0;
            }
        }

        @Actor
        public void runner() {
            byRunner = state.transitionToIdle() == TaskState.Idle.CANCEL ? 1 : 0;
        }

        @Arbiter
        public void sum(I_Result result) {
            result.r1 = byAborter + byRunner;
        }
    }

    /** The end of the runtime against a worker that takes the task: one of them owns the future. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "one owner")
    @Outcome(expect = FORBIDDEN, desc = "none, or two")
    @State
    public static class ShutdownAgainstRun {
        private final TaskState state = new TaskState();
        private int byShutdown;
        private int byWorker;

        @Actor
        public void shutdown() {
            byShutdown = state.transitionToShutdown() ? 1 : 0;
        }

        @Actor
        public void worker() {
            byWorker = state.transitionToRunning() == TaskState.Run.IGNORE ? 0 : 1;
        }

        @Arbiter
        public void sum(I_Result result) {
            result.r1 = byShutdown + byWorker;
        }
    }

    /** A join waker published while the task completes: the joiner sees the end itself, or is woken. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the joiner learns of the end")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "the joiner waits for ever")
    @State
    public static class JoinAgainstComplete {
        private final TaskState state = running();
        private boolean sawEnd;
        private boolean woken;

        @Actor
        public void joiner() {
            sawEnd = !state.publishJoinWaker();
        }

        @Actor
        public void runner() {
            woken = state.transitionToComplete() == TaskState.Completion.KEEP_AND_WAKE;
        }

        @Arbiter
        public void judge(Z_Result result) {
            result.r1 = sawEnd || woken;
        }
    }

    /** A detach while the task completes: exactly one side looks after an outcome that nobody will take. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "one side reports")
    @Outcome(expect = FORBIDDEN, desc = "none, or both")
    @State
    public static class DetachAgainstComplete {
        private final TaskState state = running();
        private int byHandle;
        private int byRunner;

        @Actor
        public void handle() {
            byHandle = state.transitionToDetached() == TaskState.Detach.OUTCOME_IS_YOURS ? 1 : 0;
        }

        @Actor
        public void runner() {
            byRunner = state.transitionToComplete() == TaskState.Completion.UNOBSERVED ? 1 : 0;
        }

        @Arbiter
        public void sum(I_Result result) {
            result.r1 = byHandle + byRunner;
        }
    }

    /** A detach by one thread while another takes the outcome: it goes to one of them. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "one owner of the outcome")
    @Outcome(expect = FORBIDDEN, desc = "none, or two")
    @State
    public static class DetachAgainstJoin {
        private final TaskState state = running();
        private int byDetacher;
        private int byJoiner;

        public DetachAgainstJoin() {
            state.transitionToComplete();
        }

        @Actor
        public void detacher() {
            byDetacher = state.transitionToDetached() == TaskState.Detach.OUTCOME_IS_YOURS ? 1 : 0;
        }

        @Actor
        public void joiner() {
            byJoiner = state.claimOutcome() ? 1 : 0;
        }

        @Arbiter
        public void sum(I_Result result) {
            result.r1 = byDetacher + byJoiner;
        }
    }

    /** A wake, an abort and the runner: the task is queued once, or cancelled once by its runner, and not both. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "queued or cancelled, once")
    @Outcome(expect = FORBIDDEN, desc = "lost or doubled")
    @State
    public static class WakeAndAbortAgainstIdle {
        private final TaskState state = running();
        private int byWaker;
        private int byAborter;
        private int byRunner;

        @Actor
        public void waker() {
            byWaker = state.transitionToNotified() == TaskState.Wake.SUBMIT ? 1 : 0;
        }

        @Actor
        public void aborter() {
            byAborter = state.transitionToCancelled() == TaskState.Wake.SUBMIT ? 1 : 0;
        }

        @Actor
        public void runner() {
            byRunner = state.transitionToIdle() == TaskState.Idle.PARKED ? 0 : 1;
        }

        @Arbiter
        public void sum(I_Result result) {
            result.r1 = byWaker + byAborter + byRunner;
        }
    }

    private static TaskState running() {
        TaskState state = new TaskState();
        state.transitionToRunning();
        return state;
    }

    private static TaskState idle() {
        TaskState state = running();
        state.transitionToIdle();
        return state;
    }
}
