package io.sluice.runtime.scheduler;

import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.TaskDump;
import io.sluice.runtime.task.Task;
import io.sluice.runtime.task.TaskScheduler;
import java.util.List;
import java.util.function.Consumer;

/** A scheduler as its runtime sees it. */
public sealed interface Scheduler extends TaskScheduler permits MultiThreadScheduler, CurrentThreadScheduler {

    /**
     * Begins to run tasks; called once, before the first task comes.
     *
     * @param handle what tasks see as their runtime
     * @param elsewhere runs what it is given on a thread that may wait
     */
    void start(Handle handle, Consumer<Runnable> elsewhere);

    /** Takes a new task and queues it; if the scheduler has ended, ends the task instead. Any thread. */
    void spawn(Task<?> task);

    /** Begins the end: takes no more tasks, wakes all workers. Idempotent; any thread; does not wait. */
    void close();

    /**
     * Waits until the end is complete: all tasks released, drivers shut down, worker threads gone.
     *
     * @return false if {@code timeoutNanos} passed first
     */
    boolean awaitEnd(long timeoutNanos) throws InterruptedException;

    /**
     * Polls {@code root} on the calling thread until it is done; the current-thread scheduler runs its tasks meanwhile.
     * The caller must not be a worker, and cancels {@code root} if this throws.
     *
     * @throws InterruptedException if the calling thread was interrupted
     */
    <T> Poll<T> blockOn(Future<T> root, Handle handle) throws Exception;

    /** Whether the current thread is one that polls this scheduler's tasks, so must not wait. */
    boolean isOnWorker();

    SchedulerMetrics metrics();

    /** Asks all tasks what they wait for, and waits for their answers up to {@code timeoutNanos}. Not on a worker. */
    List<TaskDump> dump(long timeoutNanos) throws InterruptedException;
}
