package io.sluice.runtime.task;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One spawned future: its own waker, its own join handle, and the harness that polls it.
 *
 * <p>Whoever sets RUNNING in {@link TaskState} owns {@link #future} and {@link #context} until RUNNING is given up;
 * {@link #outcome} is written before COMPLETE is set and read after COMPLETE was seen; {@link #joinWaker} follows the
 * rule of JOIN_WAKER. So no field needs a lock.
 *
 * <p>The cancel rule is kept here for roots: the future is cancelled on every exit but Ready. What a poll, or a
 * cancel, throws ends only this task, errors included. Follows {@code tokio::runtime::task::harness}.
 */
public final class Task<T> implements JoinHandle<T>, Waker {

    private static final AtomicLong IDS = new AtomicLong();

    /** The outcome of a task that was cancelled. */
    private static final Object CANCELLED = new Object();

    /** The outcome after the handle took it. */
    private static final Object TAKEN = new Object();

    private record Failure(Throwable cause) {}

    private final TaskState state = new TaskState();
    private final TaskScheduler scheduler;
    private final Handle handle;
    private final String name;
    private final long id = IDS.incrementAndGet();

    /** Owner of RUNNING only; null once released. */
    private @Nullable Future<T> future;

    /** Owner of RUNNING only; made anew when another worker's budget applies. */
    private @Nullable Context context;

    /** Owner of RUNNING only: whose budget {@link #context} carries. */
    private @Nullable Coop coop;

    /** See the class comment. */
    private @Nullable Object outcome;

    /** See JOIN_WAKER in {@link TaskState}. */
    private @Nullable Waker joinWaker;

    /** Position in its {@link OwnedTasks} shard; guarded by that shard's lock. */
    int ownedIndex = -1;

    public Task(TaskScheduler scheduler, Handle handle, String name, Future<T> future) {
        this.scheduler = requireNonNull(scheduler, "scheduler");
        this.handle = requireNonNull(handle, "handle");
        this.name = requireNonNull(name, "name");
        this.future = requireNonNull(future, "future");
    }

    @Override
    public long id() {
        return id;
    }

    public String name() {
        return name;
    }

    // ---- from a run queue -------------------------------------------------------------------------------------

    /** Polls the future once, on the thread that took the task from a run queue. Never throws. */
    public void run(Coop budget) {
        switch (state.transitionToRunning()) {
            case POLL -> poll(budget);
            case CANCEL -> cancelAndComplete();
            case IGNORE -> {}
        }
    }

    /** Ends the task because its runtime ends. A task that is running now ends when its poll returns. Never throws. */
    public void shutdown() {
        if (state.transitionToShutdown()) {
            cancelAndComplete();
        }
    }

    private void poll(Coop budget) {
        Poll<T> poll;
        try {
            poll = owned(future).poll(contextFor(budget));
        } catch (Throwable failure) {
            cancelFuture();
            complete(new Failure(failure));
            return;
        }
        if (poll.isReady()) {
            complete(poll);
        } else {
            idle();
        }
    }

    private void idle() {
        switch (state.transitionToIdle()) {
            case PARKED -> {}
            case RESCHEDULE -> scheduler.scheduleYielded(this);
            case CANCEL -> cancelAndComplete();
        }
    }

    private Context contextFor(Coop budget) {
        Context current = context;
        if (current == null || coop != budget) {
            current = new Context(this, budget, handle);
            context = current;
            coop = budget;
        }
        return current;
    }

    private void cancelAndComplete() {
        Throwable failure = cancelFuture();
        complete(failure == null ? CANCELLED : new Failure(failure));
    }

    private @Nullable Throwable cancelFuture() {
        try {
            owned(future).cancel();
            return null;
        } catch (Throwable failure) {
            return failure;
        }
    }

    private void complete(Object result) {
        future = null;
        context = null;
        coop = null;
        outcome = result;
        TaskState.Completion completion = state.transitionToComplete();
        scheduler.released(this);
        switch (completion) {
            case UNOBSERVED -> reportUnobserved(result);
            case KEEP -> {}
            case KEEP_AND_WAKE -> owned(joinWaker).wake();
        }
    }

    private void reportUnobserved(@Nullable Object result) {
        if (result instanceof Failure failure) {
            scheduler.uncaught(this, failure.cause());
        }
    }

    // ---- the waker --------------------------------------------------------------------------------------------

    @Override
    public void wake() {
        submit(state.transitionToNotified());
    }

    // ---- the join handle --------------------------------------------------------------------------------------

    @Override
    public void abort() {
        submit(state.transitionToCancelled());
    }

    private void submit(TaskState.Wake wake) {
        switch (wake) {
            case SUBMIT -> scheduler.schedule(this);
            case NOTHING -> {}
        }
    }

    @Override
    public Poll<T> poll(Context cx) throws JoinException {
        if (!state.isComplete()) {
            if (!cx.proceed()) {
                return Poll.pending();
            }
            if (awaitsWith(cx.waker())) {
                return Poll.pending();
            }
        }
        cx.madeProgress();
        return takeOutcome();
    }

    /** Makes {@code waker} the join waker; false if the task has ended. */
    private boolean awaitsWith(Waker waker) {
        if (state.isJoinWakerPublished()) {
            if (joinWaker == waker) {
                return !state.isComplete();
            }
            if (!state.withdrawJoinWaker()) {
                return false;
            }
        }
        joinWaker = waker;
        return state.publishJoinWaker();
    }

    @SuppressWarnings("unchecked") // only poll() and complete() write the outcome
    private Poll<T> takeOutcome() throws JoinException {
        Object result = outcome;
        outcome = TAKEN;
        joinWaker = null;
        if (result instanceof Poll<?> poll) {
            return (Poll<T>) poll;
        }
        if (result instanceof Failure failure) {
            throw JoinException.failed(id, failure.cause());
        }
        if (result == CANCELLED) {
            throw JoinException.cancelled(id);
        }
        throw new IllegalStateException("task " + id + " (" + name + ") was polled after its end");
    }

    @Override
    public void detach() {
        switch (state.transitionToDetached()) {
            case DETACHED -> {}
            case WAS_COMPLETE -> {
                Object result = outcome;
                outcome = TAKEN;
                reportUnobserved(result);
            }
        }
    }

    @Override
    public boolean isFinished() {
        return state.isComplete();
    }

    private static <V> V owned(@Nullable V value) {
        return requireNonNull(value, "the state word gave a task to two owners");
    }

    @Override
    public String toString() {
        return "Task[" + id + " " + name + " " + state + "]";
    }
}
