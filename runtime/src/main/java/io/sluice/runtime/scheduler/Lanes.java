package io.sluice.runtime.scheduler;

import io.sluice.runtime.Priority;
import io.sluice.runtime.task.Task;

/**
 * Ready tasks that are not of normal priority, in two queues shared by all workers of a scheduler. Any thread.
 *
 * <p>They are few and must be found by whichever worker comes first, so they go through neither rings nor LIFO slots.
 */
final class Lanes {

    final InjectionQueue urgent = new InjectionQueue();
    final InjectionQueue background = new InjectionQueue();

    void push(Task<?> task) {
        (task.priority() == Priority.URGENT ? urgent : background).push(task);
    }

    boolean isEmpty() {
        return urgent.isEmpty() && background.isEmpty();
    }

    int size() {
        return urgent.size() + background.size();
    }

    void close() {
        urgent.close();
        background.close();
    }
}
