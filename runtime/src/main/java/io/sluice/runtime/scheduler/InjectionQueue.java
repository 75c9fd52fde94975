package io.sluice.runtime.scheduler;

import io.sluice.runtime.task.Task;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The queue through which tasks enter a scheduler from outside of its workers, and into which full rings overflow.
 * Unbounded, first in first out, one lock; its size can be read without it.
 */
final class InjectionQueue implements LocalQueue.Overflow {

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private final ArrayDeque<Task<?>> tasks = new ArrayDeque<>();

    /** Written under {@link #lock}; any thread reads. */
    private volatile int size;

    /** Written under {@link #lock}; any thread reads. */
    private volatile boolean closed;

    /** Adds at the back. After {@link #close()} the task is dropped: the end of the runtime reaches it by its list. */
    @Override
    public void push(Task<?> task) {
        lock.lock();
        try {
            if (!closed) {
                tasks.addLast(task);
                size = tasks.size();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void pushAll(List<Task<?>> batch) {
        lock.lock();
        try {
            if (!closed) {
                tasks.addAll(batch);
                size = tasks.size();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes the oldest; null if there is none. */
    @Nullable
    Task<?> pop() {
        if (size == 0) {
            return null;
        }
        lock.lock();
        try {
            Task<?> task = tasks.pollFirst();
            size = tasks.size();
            return task;
        } finally {
            lock.unlock();
        }
    }

    /** Takes up to {@code max}: the first is returned to be run, the rest goes into {@code ring}, which has room. */
    @Nullable
    Task<?> popInto(LocalQueue ring, int max) {
        lock.lock();
        try {
            Task<?> first = tasks.pollFirst();
            for (int i = 1; i < max; i++) {
                Task<?> next = tasks.pollFirst();
                if (next == null) {
                    break;
                }
                ring.push(next, this);
            }
            size = tasks.size();
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** True for the call that closed it. */
    boolean close() {
        lock.lock();
        try {
            boolean first = !closed;
            closed = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        return closed;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Forgets what is left; their runtime has ended them. */
    void clear() {
        lock.lock();
        try {
            tasks.clear();
            size = 0;
        } finally {
            lock.unlock();
        }
    }
}
