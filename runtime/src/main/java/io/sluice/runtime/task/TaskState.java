package io.sluice.runtime.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The state word of a task, and the only code that reads or writes its bits.
 *
 * <p>Six bits say who may touch what:
 *
 * <ul>
 *   <li>RUNNING: one thread holds the future; nobody else touches it.
 *   <li>COMPLETE: the future is released and the outcome is written; never unset.
 *   <li>NOTIFIED: the task is in a run queue, or will be put there by the thread that runs it.
 *   <li>JOIN_INTEREST: somebody may still ask for the outcome. Once COMPLETE is set, whoever unsets it owns the outcome.
 *   <li>JOIN_WAKER: the join waker is published. The handle writes the field only while this bit is unset; the task
 *       reads it only after COMPLETE was set with this bit set.
 *   <li>CANCELLED: the future shall be cancelled by whoever holds or next takes RUNNING.
 * </ul>
 *
 * <p>Every transition is one atomic read-modify-write, also where it changes nothing, so that what a waker wrote
 * before happens before the poll that it asked for. Follows {@code tokio::runtime::task::state}, without the reference
 * count.
 */
class TaskState {

    /** What a wake, or an abort, has to do next. */
    enum Wake {
        /** The caller puts the task into a run queue. */
        SUBMIT,
        /** Nothing: it is queued already, will be queued by its runner, or has ended. */
        NOTHING
    }

    /** What a thread that took the task from a run queue does with it. */
    enum Run {
        POLL,
        /** Cancel the future and complete; RUNNING is held. */
        CANCEL,
        /** Somebody else runs or ended it. */
        IGNORE
    }

    /** What follows a poll that ended pending. */
    enum Idle {
        PARKED,
        /** Woken meanwhile: the caller puts it at the back of a run queue. */
        RESCHEDULE,
        /** Cancelled meanwhile: RUNNING is kept, the caller cancels the future and completes. */
        CANCEL
    }

    /** What completing has to do about the outcome. */
    enum Completion {
        /** Nobody will ask: the outcome is the caller's to report or drop. */
        UNOBSERVED,
        KEEP,
        KEEP_AND_WAKE
    }

    /** What giving up the outcome found. */
    enum Detach {
        /** The task has not ended, or the outcome is not the caller's any more. */
        DONE,
        /** The task had ended, and the outcome that nobody took is the caller's to report. */
        OUTCOME_IS_YOURS
    }

    private static final int RUNNING = 1;
    private static final int COMPLETE = 1 << 1;
    private static final int NOTIFIED = 1 << 2;
    private static final int JOIN_INTEREST = 1 << 3;
    private static final int JOIN_WAKER = 1 << 4;
    private static final int CANCELLED = 1 << 5;

    private static final VarHandle BITS;

    static {
        try {
            BITS = MethodHandles.lookup().findVarHandle(TaskState.class, "bits", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Any thread, through {@link #BITS} only. Born notified: the spawner puts the task into a run queue. Not volatile, so
     * that its birth costs no fence; the queue that the task goes through publishes it.
     */
    @SuppressWarnings("unused") // read and written through BITS
    private int bits = JOIN_INTEREST | NOTIFIED;

    /** Asks for a poll. Any thread. */
    Wake transitionToNotified() {
        while (true) {
            int seen = load();
            boolean submit = (seen & (RUNNING | COMPLETE | NOTIFIED)) == 0;
            int next = (seen & COMPLETE) == 0 ? seen | NOTIFIED : seen;
            if (cas(seen, next)) {
                return submit ? Wake.SUBMIT : Wake.NOTHING;
            }
        }
    }

    /** Asks for the end. Any thread. */
    Wake transitionToCancelled() {
        while (true) {
            int seen = load();
            if ((seen & (COMPLETE | CANCELLED)) != 0) {
                return Wake.NOTHING;
            }
            boolean submit = (seen & (RUNNING | NOTIFIED)) == 0;
            if (cas(seen, seen | CANCELLED | NOTIFIED)) {
                return submit ? Wake.SUBMIT : Wake.NOTHING;
            }
        }
    }

    /** Takes the task off a run queue. */
    Run transitionToRunning() {
        while (true) {
            int seen = load();
            if ((seen & (RUNNING | COMPLETE)) != 0 || (seen & NOTIFIED) == 0) {
                return Run.IGNORE;
            }
            if (cas(seen, (seen & ~NOTIFIED) | RUNNING)) {
                return (seen & CANCELLED) == 0 ? Run.POLL : Run.CANCEL;
            }
        }
    }

    /** Takes the task for its end, queued or not; false if somebody runs it (who will then notice) or it has ended. */
    boolean transitionToShutdown() {
        while (true) {
            int seen = load();
            boolean taken = (seen & (RUNNING | COMPLETE)) == 0;
            int next = seen | CANCELLED | (taken ? RUNNING : 0);
            if (cas(seen, next)) {
                return taken;
            }
        }
    }

    /** After a poll that ended pending; the caller holds RUNNING. */
    Idle transitionToIdle() {
        while (true) {
            int seen = load();
            if ((seen & CANCELLED) != 0) {
                return Idle.CANCEL;
            }
            if (cas(seen, seen & ~RUNNING)) {
                return (seen & NOTIFIED) == 0 ? Idle.PARKED : Idle.RESCHEDULE;
            }
        }
    }

    /** The future is released and the outcome written; the caller holds RUNNING and gives it up. */
    Completion transitionToComplete() {
        int seen = (int) BITS.getAndBitwiseXor(this, RUNNING | COMPLETE);
        if ((seen & JOIN_INTEREST) == 0) {
            return Completion.UNOBSERVED;
        }
        return (seen & JOIN_WAKER) == 0 ? Completion.KEEP : Completion.KEEP_AND_WAKE;
    }

    /** Publishes the join waker that the handle has just written; false if the task has ended instead. */
    boolean publishJoinWaker() {
        return changeUnlessComplete(JOIN_WAKER, true);
    }

    /** Takes the join waker back so that the handle may write it; false if the task has ended instead. */
    boolean withdrawJoinWaker() {
        return changeUnlessComplete(JOIN_WAKER, false);
    }

    /** Takes the outcome; false if it was taken or given up before. The caller has seen COMPLETE. */
    boolean claimOutcome() {
        return ((int) BITS.getAndBitwiseAnd(this, ~JOIN_INTEREST) & JOIN_INTEREST) != 0;
    }

    /** Gives up the outcome. Any thread. */
    Detach transitionToDetached() {
        while (true) {
            int seen = load();
            if ((seen & JOIN_INTEREST) == 0) {
                return Detach.DONE;
            }
            if (cas(seen, seen & ~(JOIN_INTEREST | JOIN_WAKER))) {
                return (seen & COMPLETE) == 0 ? Detach.DONE : Detach.OUTCOME_IS_YOURS;
            }
        }
    }

    /** Whether somebody may still ask for the outcome. */
    boolean isJoinable() {
        return (load() & JOIN_INTEREST) != 0;
    }

    boolean isComplete() {
        return (load() & COMPLETE) != 0;
    }

    boolean isJoinWakerPublished() {
        return (load() & JOIN_WAKER) != 0;
    }

    private boolean changeUnlessComplete(int bit, boolean set) {
        while (true) {
            int seen = load();
            if ((seen & COMPLETE) != 0) {
                return false;
            }
            if (cas(seen, set ? seen | bit : seen & ~bit)) {
                return true;
            }
        }
    }

    private int load() {
        return (int) BITS.getVolatile(this);
    }

    private boolean cas(int expected, int next) {
        return BITS.compareAndSet(this, expected, next);
    }

    TaskPhase phaseNow() {
        int seen = load();
        if ((seen & COMPLETE) != 0) {
            return TaskPhase.ENDED;
        }
        if ((seen & RUNNING) != 0) {
            return TaskPhase.RUNNING;
        }
        return (seen & NOTIFIED) != 0 ? TaskPhase.READY : TaskPhase.WAITING;
    }

    /** The bits that are set, for dumps and failed assertions. */
    String stateNames() {
        int seen = load();
        StringBuilder names = new StringBuilder();
        append(names, seen, RUNNING, "running");
        append(names, seen, COMPLETE, "complete");
        append(names, seen, NOTIFIED, "notified");
        append(names, seen, JOIN_INTEREST, "joinInterest");
        append(names, seen, JOIN_WAKER, "joinWaker");
        append(names, seen, CANCELLED, "cancelled");
        return names.toString();
    }

    private static void append(StringBuilder names, int seen, int bit, String name) {
        if ((seen & bit) != 0) {
            names.append(names.length() == 0 ? "" : "|").append(name);
        }
    }
}
