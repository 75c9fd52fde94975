package io.sluice.runtime.task;

import org.jspecify.annotations.Nullable;

/**
 * A first-in first-out queue of tasks, linked through the tasks themselves, so that queueing allocates nothing and a wake
 * cannot fail for want of memory. Unbounded; one thread at a time.
 *
 * <p>A task is in at most one queue: only who made it NOTIFIED queues it, and that is unset after it was taken out.
 */
public final class TaskQueue {

    private @Nullable Task<?> first;
    private @Nullable Task<?> last;
    private int size;

    public void add(Task<?> task) {
        Task<?> before = last;
        if (before == null) {
            first = task;
        } else {
            before.nextInQueue = task;
        }
        last = task;
        size++;
    }

    /** Moves all of {@code other} to the end of this queue. */
    public void addAll(TaskQueue other) {
        Task<?> head = other.first;
        if (head == null) {
            return;
        }
        if (last == null) {
            first = head;
        } else {
            last.nextInQueue = head;
        }
        last = other.last;
        size += other.size;
        other.first = null;
        other.last = null;
        other.size = 0;
    }

    /** Takes the oldest out; null if there is none. */
    public @Nullable Task<?> poll() {
        Task<?> task = first;
        if (task == null) {
            return null;
        }
        first = task.nextInQueue;
        task.nextInQueue = null;
        if (first == null) {
            last = null;
        }
        size--;
        return task;
    }

    public boolean isEmpty() {
        return first == null;
    }

    public int size() {
        return size;
    }

    /** Forgets all; linked tasks that somebody else still holds do not hold each other. */
    public void clear() {
        while (poll() != null) {
            // each is unlinked on its way out
        }
    }
}
