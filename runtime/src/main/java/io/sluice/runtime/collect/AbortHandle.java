package io.sluice.runtime.collect;

import io.sluice.runtime.JoinHandle;

/**
 * The way to abort a task whose result goes to somebody else, such as a {@link JoinSet}.
 *
 * <p>Any thread; letting go of it does nothing. Follows {@code tokio::task::AbortHandle}.
 */
public final class AbortHandle {

    private final JoinHandle<?> task;

    AbortHandle(JoinHandle<?> task) {
        this.task = task;
    }

    /** As {@link JoinHandle#abort}: the set gets to know that the task was cancelled. */
    public void abort() {
        task.abort();
    }

    /** Whether the task has ended and its future was released. */
    public boolean isFinished() {
        return task.isFinished();
    }

    /** A number that no other task of this process has had. */
    public long id() {
        return task.id();
    }
}
