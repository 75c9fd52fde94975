package io.sluice.runtime.local;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Current;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.PollTurn;
import io.sluice.runtime.Priority;
import io.sluice.runtime.task.OwnedTasks;
import io.sluice.runtime.task.Task;
import io.sluice.runtime.task.TaskInfo;
import io.sluice.runtime.task.TaskQueue;
import io.sluice.runtime.task.TaskScheduler;
import io.sluice.runtime.task.WakerCell;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that are all polled by whoever polls the set, one at a time: they may share state without locks.
 *
 * <p>Nothing runs by itself. The set is a future: {@link #runUntil} polls its tasks while another future is not done,
 * polling the set itself runs them until all have ended. One poll runs up to {@value #TASKS_PER_POLL} tasks and then
 * gives way. Tasks woken from other threads come through a queue that is looked at first every
 * {@value #REMOTE_INTERVAL} tasks. Inside a task of a multi-thread runtime the set may move between workers, one poll
 * here and one there; the visibility of its tasks' state follows that of the task. Inside {@code blockOn} it stays on
 * the calling thread.
 *
 * <p>{@link #spawn} and polls by one thread at a time, which has what the last one wrote; wakes, aborts and joins by any.
 * {@link #cancel} ends all tasks; one spawned afterwards ends at once. Follows {@code tokio::task::LocalSet}.
 */
public final class LocalSet implements Future<Void>, TaskScheduler {

    private static final int TASKS_PER_POLL = 61;
    private static final int REMOTE_INTERVAL = 31;

    private final OwnedTasks owned = new OwnedTasks(1);
    private final WakerCell owner = new WakerCell();

    /** Guarded by itself. */
    private final TaskQueue remote = new TaskQueue();

    /** Written under the lock of {@link #remote}; any thread reads. */
    private volatile boolean remoteWaits;

    /** Set while the set is polled, to the thread that does. */
    private volatile @Nullable Thread polling;

    // Polling thread only.
    private final TaskQueue local = new TaskQueue();
    private int untilRemote = REMOTE_INTERVAL;

    /** Starts {@code future} as a task of this set. */
    public <T> JoinHandle<T> spawn(Future<T> future) {
        Task<T> task = new Task<>(this, new TaskInfo("local task", Priority.NORMAL, Current.locals(), null), future);
        if (owned.bind(task)) {
            schedule(task);
        } else {
            task.shutdown();
        }
        return task;
    }

    /** {@code future}, with the tasks of this set running while it is not done; what is left waits for the next time. */
    public <T> Future<T> runUntil(Future<T> future) {
        return new RunUntil<>(this, requireNonNull(future, "future"));
    }

    /**
     * Runs the tasks of this set on the calling thread until {@code future} is done.
     *
     * @throws Exception what {@link AsyncRuntime#blockOn} throws
     */
    public <T> T blockOn(AsyncRuntime runtime, Future<T> future) throws Exception {
        return runtime.blockOn(runUntil(future));
    }

    /** Tasks that have not ended. Any thread. */
    public int size() {
        return owned.size();
    }

    // ---- polling ----------------------------------------------------------------------------------------------

    /** Ready when no task is left; more may be spawned afterwards. */
    @Override
    public Poll<Void> poll(Context cx) {
        runTasks(cx);
        return size() == 0 ? Poll.ready() : Poll.pending();
    }

    private void runTasks(Context cx) {
        if (polling != null) {
            throw new IllegalStateException("this set is being polled by " + polling.getName());
        }
        owner.register(cx.waker());
        PollTurn turn = cx.nestedTurn(Coop.limited());
        Context outer = Current.swap(turn.context());
        polling = Thread.currentThread();
        try {
            int left = TASKS_PER_POLL;
            Task<?> task;
            while (left-- > 0 && (task = next()) != null) {
                turn.coop().refill();
                task.run(turn);
            }
            if (!local.isEmpty() || remoteWaits) {
                cx.yieldTurn();
            }
        } finally {
            polling = null;
            Current.swap(outer);
        }
    }

    private @Nullable Task<?> next() {
        if (--untilRemote <= 0) {
            untilRemote = REMOTE_INTERVAL;
            takeRemote();
        }
        Task<?> task = local.poll();
        if (task == null && remoteWaits) {
            takeRemote();
            task = local.poll();
        }
        return task;
    }

    private void takeRemote() {
        synchronized (remote) {
            local.addAll(remote);
            remoteWaits = false;
        }
    }

    /** Ends all tasks. By the thread that may poll. */
    @Override
    public void cancel() {
        owned.closeAndShutdownAll(0);
        local.clear();
        synchronized (remote) {
            remote.clear();
            remoteWaits = false;
        }
    }

    private static final class RunUntil<T> implements Future<T> {
        private final LocalSet set;
        private final Future<T> future;

        RunUntil(LocalSet set, Future<T> future) {
            this.set = set;
            this.future = future;
        }

        @Override
        public Poll<T> poll(Context cx) throws Exception {
            Poll<T> poll = future.poll(cx);
            if (poll.isPending()) {
                set.runTasks(cx);
            }
            return poll;
        }

        @Override
        public void cancel() {
            future.cancel();
        }
    }

    // ---- as the scheduler of its tasks ------------------------------------------------------------------------

    @Override
    public void schedule(Task<?> task) {
        if (Thread.currentThread() == polling) {
            local.add(task);
            return;
        }
        synchronized (remote) {
            remote.add(task);
            remoteWaits = true;
        }
        owner.wake();
    }

    @Override
    public void scheduleYielded(Task<?> task) {
        schedule(task);
    }

    @Override
    public void released(Task<?> task) {
        owned.remove(task);
    }

    /** To the handler of the thread on which it happened. */
    @Override
    public void uncaught(Task<?> task, Throwable failure) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler()
                .uncaughtException(thread, new IllegalStateException("task " + task.name() + " failed", failure));
    }
}
