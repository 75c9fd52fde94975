package io.sluice.runtime.local;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Current;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.PollTurn;
import io.sluice.runtime.Priority;
import io.sluice.runtime.TaskOptions;
import io.sluice.runtime.task.OwnedTasks;
import io.sluice.runtime.task.Task;
import io.sluice.runtime.task.TaskInfo;
import io.sluice.runtime.task.TaskScheduler;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs tasks of 256 priorities on a runtime, at most so many at a time: of those that are ready, the one of the highest
 * priority is polled next, and among equals the one that has waited longest.
 *
 * <p>A few runner tasks on the host runtime take from one queue; the host's own {@link Priority} of these decides how
 * the whole compares with the host's other tasks. Nobody starves: every {@value #TURNS_TO_OLDEST}th poll goes to the
 * lowest priority that is ready. For hundreds of tasks that differ in importance, not for millions: all wakes go through
 * one lock.
 *
 * <p>All methods by any thread. A failure that no handle will show goes to the uncaught exception handler of the thread
 * where it happened. Tokio has no counterpart (tokio-rs/tokio#3150).
 */
public final class PriorityExecutor implements AutoCloseable {

    /** Comes first. */
    public static final int HIGHEST = 255;

    /** Comes last. */
    public static final int LOWEST = 0;

    private static final int TURNS_TO_OLDEST = 61;

    private final ReadyByPriority ready = new ReadyByPriority(TURNS_TO_OLDEST);
    private final OwnedTasks owned = new OwnedTasks(4);
    private final List<JoinHandle<Void>> runners = new ArrayList<>();

    private PriorityExecutor() {}

    /**
     * An executor on the runtime of {@code handle}.
     *
     * @param parallelism tasks polled at the same time, at the most; more than the runtime has workers is of no use
     */
    public static PriorityExecutor start(Handle handle, int parallelism) {
        return start(handle, parallelism, Priority.NORMAL);
    }

    /** {@link #start(Handle, int)}, with the priority that the whole has among the runtime's other tasks. */
    public static PriorityExecutor start(Handle handle, int parallelism, Priority priority) {
        if (parallelism < 1) {
            throw new IllegalArgumentException("parallelism is " + parallelism + "; allowed: at least 1");
        }
        PriorityExecutor executor = new PriorityExecutor();
        TaskOptions options = TaskOptions.named("priority runner").withPriority(priority);
        for (int i = 0; i < parallelism; i++) {
            executor.runners.add(handle.spawn(options, new Runner(executor)));
        }
        return executor;
    }

    /**
     * Starts {@code future} as a task; at once cancelled if this executor is closed or its runtime has ended.
     *
     * @param priority {@value #LOWEST} to {@value #HIGHEST}
     */
    public <T> JoinHandle<T> spawn(int priority, Future<T> future) {
        if (priority < LOWEST || priority > HIGHEST) {
            throw new IllegalArgumentException("priority is " + priority + "; allowed: " + LOWEST + " to " + HIGHEST);
        }
        Task<T> task = new Task<>(
                new Level(this, priority),
                new TaskInfo("priority " + priority, Priority.NORMAL, Current.locals(), null),
                future);
        if (owned.bind(task)) {
            ready.push(priority, task);
        } else {
            task.shutdown();
        }
        return task;
    }

    /** Tasks that have not ended. */
    public int size() {
        return owned.size();
    }

    /** Ends all tasks, on the calling thread, and takes no more. Idempotent. */
    @Override
    public void close() {
        end();
        runners.forEach(JoinHandle::abort);
    }

    private void end() {
        ready.close();
        owned.closeAndShutdownAll(0);
    }

    /** How the tasks of one priority are queued: it knows its level, so that a task need not. */
    private record Level(PriorityExecutor executor, int priority) implements TaskScheduler {
        @Override
        public void schedule(Task<?> task) {
            executor.ready.push(priority, task);
        }

        @Override
        public void scheduleYielded(Task<?> task) {
            schedule(task);
        }

        @Override
        public void released(Task<?> task) {
            executor.owned.remove(task);
        }

        @Override
        public void uncaught(Task<?> task, Throwable failure) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler()
                    .uncaughtException(thread, new IllegalStateException("task " + task.name() + " failed", failure));
        }
    }

    /** A task of the host that polls tasks of this executor, one in each turn. */
    private static final class Runner implements Future<Void> {
        private final PriorityExecutor executor;

        Runner(PriorityExecutor executor) {
            this.executor = executor;
        }

        @Override
        public Poll<Void> poll(Context cx) {
            Task<?> task = executor.ready.pop(cx.waker());
            if (task == null) {
                return Poll.pending();
            }
            PollTurn turn = cx.nestedTurn(Coop.limited());
            Context outer = Current.swap(turn.context());
            try {
                task.run(turn);
            } finally {
                Current.swap(outer);
            }
            cx.waker().wake(); // at the back, so that the host's other tasks have their turn
            return Poll.pending();
        }

        @Override
        public void cancel() {
            executor.end();
        }
    }
}
