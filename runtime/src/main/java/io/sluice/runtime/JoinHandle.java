package io.sluice.runtime;

/**
 * The result of a spawned task, as a future; and the way to abort the task.
 *
 * <p>A poll gives the task's value. If the task failed or was aborted the poll throws {@link JoinException}. Cancelling
 * the handle detaches it: the task goes on, its value is dropped, a failure goes to the runtime's uncaught hook.
 *
 * @param <T> the task's result
 */
public interface JoinHandle<T> extends Future<T> {

    /** @throws JoinException if the task failed or was aborted */
    @Override
    Poll<T> poll(Context cx) throws JoinException;

    /**
     * Asks the task to end without a result. The task's future is cancelled by a worker, never by the caller; a task
     * whose running poll is about to return Ready completes normally. Idempotent; any thread.
     */
    void abort();

    /** Gives up the result. The task runs on; a failure goes to the runtime's uncaught hook. Any thread. */
    void detach();

    /** Whether the task has ended and its future was released. Any thread. */
    boolean isFinished();

    /** A number that no other task of this process has had. */
    long id();

    @Override
    default void cancel() {
        detach();
    }
}
