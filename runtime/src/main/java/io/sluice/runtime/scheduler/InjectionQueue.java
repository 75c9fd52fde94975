package io.sluice.runtime.scheduler;

import io.sluice.runtime.task.Task;
import io.sluice.runtime.task.TaskQueue;
import org.jspecify.annotations.Nullable;

/**
 * The queue through which tasks enter a scheduler from outside of its workers, and into which full rings overflow.
 * Unbounded, first in first out, one lock; its size can be read without it. Any thread.
 */
final class InjectionQueue implements LocalQueue.Overflow {

    /** Guarded by this. */
    private final TaskQueue tasks = new TaskQueue();

    /** Written under the lock; any thread reads. */
    private volatile int size;

    /** Guarded by this. */
    private boolean closed;

    /** Adds at the back. After {@link #close()} the task is dropped: the end of the runtime reaches it by its list. */
    @Override
    public synchronized void push(Task<?> task) {
        if (!closed) {
            tasks.add(task);
            size = tasks.size();
        }
    }

    @Override
    public synchronized void pushAll(TaskQueue batch) {
        if (closed) {
            batch.clear();
        } else {
            tasks.addAll(batch);
            size = tasks.size();
        }
    }

    /** Takes the oldest; null if there is none. */
    @Nullable
    Task<?> pop() {
        return size == 0 ? null : popLocked();
    }

    private synchronized @Nullable Task<?> popLocked() {
        Task<?> task = tasks.poll();
        size = tasks.size();
        return task;
    }

    /** Takes up to {@code max}: the first is returned to be run, the rest goes into {@code ring}, which has room. */
    synchronized @Nullable Task<?> popInto(LocalQueue ring, int max) {
        Task<?> first = tasks.poll();
        for (int i = 1; i < max; i++) {
            Task<?> next = tasks.poll();
            if (next == null) {
                break;
            }
            ring.push(next, this);
        }
        size = tasks.size();
        return first;
    }

    /** Takes no more and forgets what is here; the end of the runtime reaches it by its list. */
    synchronized void close() {
        closed = true;
        tasks.clear();
        size = 0;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }
}
