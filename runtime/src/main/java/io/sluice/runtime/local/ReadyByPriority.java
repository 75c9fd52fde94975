package io.sluice.runtime.local;

import io.sluice.runtime.Waker;
import io.sluice.runtime.task.Task;
import io.sluice.runtime.task.TaskQueue;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Ready tasks by priority, and the runners that wait for one: a queue for each of 256 levels and a bit for each queue
 * that is not empty. Any thread; wakes outside of its lock.
 */
final class ReadyByPriority {

    private static final int LEVELS = 256;

    private final int turnsToLowest;

    // All guarded by this.
    private final TaskQueue[] levels = new TaskQueue[LEVELS];
    private final long[] occupied = new long[LEVELS / Long.SIZE];
    private final Deque<Waker> idle = new ArrayDeque<>();
    private int untilLowest;
    private boolean closed;

    ReadyByPriority(int turnsToLowest) {
        this.turnsToLowest = turnsToLowest;
        this.untilLowest = turnsToLowest;
        for (int level = 0; level < LEVELS; level++) {
            levels[level] = new TaskQueue();
        }
    }

    /** Queues a task and wakes a runner, if one waits. Dropped when closed: the end of the executor reaches it. */
    void push(int level, Task<?> task) {
        Waker runner;
        synchronized (this) {
            if (closed) {
                return;
            }
            levels[level].add(task);
            occupied[level / Long.SIZE] |= 1L << level;
            runner = idle.poll();
        }
        if (runner != null) {
            runner.wake();
        }
    }

    /** The task to poll next; null if there is none, and then {@code runner} is woken for the next one. */
    @Nullable
    synchronized Task<?> pop(Waker runner) {
        int level = --untilLowest <= 0 ? lowest() : highest();
        if (level < 0) {
            if (!closed && !idle.contains(runner)) {
                idle.add(runner);
            }
            return null;
        }
        idle.remove(runner); // woken by something else
        if (untilLowest <= 0) {
            untilLowest = turnsToLowest;
        }
        TaskQueue queue = levels[level];
        Task<?> task = queue.poll();
        if (queue.isEmpty()) {
            occupied[level / Long.SIZE] &= ~(1L << level);
        }
        return task;
    }

    private int highest() {
        for (int word = occupied.length - 1; word >= 0; word--) {
            if (occupied[word] != 0) {
                return word * Long.SIZE + Long.SIZE - 1 - Long.numberOfLeadingZeros(occupied[word]);
            }
        }
        return -1;
    }

    private int lowest() {
        for (int word = 0; word < occupied.length; word++) {
            if (occupied[word] != 0) {
                return word * Long.SIZE + Long.numberOfTrailingZeros(occupied[word]);
            }
        }
        return -1;
    }

    /** Takes no more and forgets what is here. */
    synchronized void close() {
        closed = true;
        idle.clear();
        for (TaskQueue queue : levels) {
            queue.clear();
        }
        Arrays.fill(occupied, 0);
    }
}
