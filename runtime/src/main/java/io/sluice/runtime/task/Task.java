package io.sluice.runtime.task;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.PollTurn;
import io.sluice.runtime.Priority;
import io.sluice.runtime.TaskMeta;
import io.sluice.runtime.Waker;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One spawned future: its own state word, waker and join handle, so that a spawn allocates one object, and the harness
 * that polls it.
 *
 * <p>Whoever sets RUNNING in {@link TaskState} owns {@link #future} until RUNNING is given up; {@link #outcome} is
 * written before COMPLETE is set, and belongs afterwards to who unsets JOIN_INTEREST; {@link #joinWaker} follows the
 * rule of JOIN_WAKER. So no field needs a lock.
 *
 * <p>The cancel rule is kept here for roots: the future is cancelled on every exit but Ready. What a poll, or a
 * cancel, throws ends only this task, errors included. Follows {@code tokio::runtime::task::harness}.
 */
public class Task<T> extends TaskState implements JoinHandle<T>, Waker {

    /** Stands for a time that was not noted. */
    public static final long UNKNOWN_NANOS = Long.MIN_VALUE;

    private static final AtomicLong IDS = new AtomicLong();

    /** The outcome of a task that was cancelled. */
    private static final Object CANCELLED = new Object();

    private record Failure(Throwable cause) {}

    /** Stands in when the heap has no room left for a {@link Failure}. */
    private static final Failure NO_ROOM =
            new Failure(new OutOfMemoryError("the task failed, and there was no memory to say how"));

    private final TaskScheduler scheduler;
    private final TaskInfo info;
    private final long id = IDS.incrementAndGet();

    /** Owner of RUNNING only; null once released. */
    private @Nullable Future<T> future;

    /** A {@link Poll}, a {@link Failure} or {@link #CANCELLED}. See the class comment. */
    private @Nullable Object outcome;

    /** See JOIN_WAKER in {@link TaskState}. */
    private @Nullable Waker joinWaker;

    /** Belongs to the {@link TaskQueue} that holds the task; the state word lets it into one at a time. */
    @Nullable
    Task<?> nextInQueue;

    /** Position in its {@link OwnedTasks} shard; guarded by that shard's lock. */
    int ownedIndex = -1;

    public Task(TaskScheduler scheduler, TaskInfo info, Future<T> future) {
        this.scheduler = requireNonNull(scheduler, "scheduler");
        this.info = requireNonNull(info, "info");
        this.future = requireNonNull(future, "future");
    }

    @Override
    public long id() {
        return id;
    }

    public String name() {
        return info.name();
    }

    public Priority priority() {
        return info.priority();
    }

    public TaskMeta meta() {
        return new TaskMeta(id, info.name(), info.priority(), Optional.ofNullable(info.spawnedAt()));
    }

    // ---- from a run queue -------------------------------------------------------------------------------------

    /**
     * Polls the future once, on the thread that took the task from a run queue. Throws nothing but the error of
     * {@code Thread.stop}, which is for the thread and not for the task.
     */
    public void run(PollTurn turn) {
        switch (transitionToRunning()) {
            case POLL -> poll(turn);
            case CANCEL -> cancelAndComplete();
            case IGNORE -> {}
        }
    }

    /** Ends the task because its runtime ends. A task that is running now ends when its poll returns. Never throws. */
    public void shutdown() {
        if (transitionToShutdown()) {
            cancelAndComplete();
        }
    }

    private void poll(PollTurn turn) {
        Poll<T> poll;
        try {
            poll = requireNonNull(owned(future).poll(turn.begin(this, info.locals())), "a poll returned null");
        } catch (Throwable failure) {
            turn.end();
            failAndComplete(failure);
            return;
        }
        turn.end();
        if (poll.isReady()) {
            complete(poll);
        } else {
            idle();
        }
    }

    private void idle() {
        switch (transitionToIdle()) {
            case PARKED -> {}
            case RESCHEDULE -> scheduler.scheduleYielded(this);
            case CANCEL -> cancelAndComplete();
        }
    }

    // ---- the end ----------------------------------------------------------------------------------------------

    private void failAndComplete(Throwable failure) {
        Throwable fromCancel = cancelFuture();
        if (fromCancel != null) {
            suppress(failure, fromCancel);
        }
        complete(failed(failure));
        if (isThreadDeath(failure)) {
            throw (Error) failure;
        }
    }

    private void cancelAndComplete() {
        Throwable failure = cancelFuture();
        complete(failure == null ? CANCELLED : failed(failure));
    }

    private @Nullable Throwable cancelFuture() {
        try {
            owned(future).cancel();
            return null;
        } catch (Throwable failure) {
            return failure;
        }
    }

    private static void suppress(Throwable failure, Throwable second) {
        try {
            failure.addSuppressed(second);
        } catch (IllegalArgumentException | OutOfMemoryError e) {
            return; // the same throwable twice, or no room: the first failure is the one that matters
        }
    }

    private static Failure failed(Throwable cause) {
        try {
            return new Failure(cause);
        } catch (OutOfMemoryError e) {
            return NO_ROOM;
        }
    }

    /** By name: the class itself is on its way out of the JDK. */
    public static boolean isThreadDeath(Throwable failure) {
        return failure instanceof Error && failure.getClass().getName().equals("java.lang.ThreadDeath");
    }

    private void complete(Object result) {
        future = null;
        outcome = result;
        scheduler.released(this);
        switch (transitionToComplete()) {
            case UNOBSERVED -> reportUnobserved();
            case KEEP -> {}
            case KEEP_AND_WAKE -> wakeJoiner();
        }
    }

    private void wakeJoiner() {
        Waker waker = owned(joinWaker);
        joinWaker = null;
        waker.wake();
    }

    private void reportUnobserved() {
        Object result = outcome;
        outcome = null;
        if (result instanceof Failure failure) {
            scheduler.uncaught(this, failure.cause());
        }
    }

    // ---- the waker --------------------------------------------------------------------------------------------

    @Override
    public void wake() {
        submit(transitionToNotified());
    }

    // ---- the join handle --------------------------------------------------------------------------------------

    @Override
    public void abort() {
        submit(transitionToCancelled());
    }

    private void submit(Wake wake) {
        switch (wake) {
            case SUBMIT -> scheduler.schedule(this);
            case NOTHING -> {}
        }
    }

    @Override
    public Poll<T> poll(Context cx) throws JoinException {
        if (!cx.proceed()) {
            return Poll.pending();
        }
        if (!isComplete() && awaitsWith(cx.waker())) {
            return Poll.pending();
        }
        if (!claimOutcome()) {
            throw givenUp();
        }
        cx.madeProgress();
        return takeOutcome();
    }

    /** Makes {@code waker} the join waker; false if the task has ended. */
    private boolean awaitsWith(Waker waker) {
        if (!isJoinable()) {
            throw givenUp();
        }
        if (isJoinWakerPublished()) {
            if (joinWaker == waker) {
                return true;
            }
            if (!withdrawJoinWaker()) {
                return false;
            }
        }
        joinWaker = waker;
        boolean published = publishJoinWaker();
        if (!published) {
            joinWaker = null;
        }
        return published;
    }

    private IllegalStateException givenUp() {
        return new IllegalStateException("task " + id + " (" + info.name() + ") was joined or detached before");
    }

    @SuppressWarnings("unchecked") // only poll() and complete() write the outcome
    private Poll<T> takeOutcome() throws JoinException {
        Object result = outcome;
        outcome = null;
        if (result instanceof Poll<?> poll) {
            return (Poll<T>) poll;
        }
        if (result instanceof Failure failure) {
            throw JoinException.failed(id, failure.cause());
        }
        throw JoinException.cancelled(id);
    }

    @Override
    public void detach() {
        switch (transitionToDetached()) {
            case DONE -> {}
            case OUTCOME_IS_YOURS -> reportUnobserved();
        }
    }

    /** Notes when it became ready; only {@link TimedTask} remembers. */
    public void readyNow(long nowNanos) {}

    /** When it became ready; {@link #UNKNOWN_NANOS} if nobody noted that. Polling thread only. */
    public long readySinceNanos() {
        return UNKNOWN_NANOS;
    }

    /** What it is about to do, in a word: for dumps. Any thread; stale when read. */
    public TaskPhase phase() {
        return phaseNow();
    }

    @Override
    public boolean isFinished() {
        return isComplete();
    }

    private static <V> V owned(@Nullable V value) {
        return requireNonNull(value, "the state word gave a task to two owners");
    }

    @Override
    public String toString() {
        return "Task[" + id + " " + info.name() + " " + stateNames() + "]";
    }
}
