package io.sluice.runtime.scheduler;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;

/**
 * What a scheduler obeys.
 *
 * @param workers threads that poll; 1 for the current-thread scheduler
 * @param eventInterval turns after which a busy worker looks at the driver; 61 as in Tokio
 * @param globalQueueInterval turns after which a busy worker takes from the injection queue first
 * @param seed of the order in which workers look for tasks to steal
 * @param onUncaught told of failures that no handle will show, with the task's name; called on a worker
 */
public record SchedulerSettings(
        int workers,
        int eventInterval,
        int globalQueueInterval,
        long seed,
        ThreadFactory threads,
        BiConsumer<String, Throwable> onUncaught) {

    public SchedulerSettings {
        require(workers >= 1, "workers", workers);
        require(eventInterval >= 1, "eventInterval", eventInterval);
        require(globalQueueInterval >= 1, "globalQueueInterval", globalQueueInterval);
        requireNonNull(threads, "threads");
        requireNonNull(onUncaught, "onUncaught");
    }

    private static void require(boolean holds, String name, int value) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed: at least 1");
        }
    }

    /** Reports without letting the hook's own failure out. */
    void report(String task, Throwable failure) {
        try {
            onUncaught.accept(task, failure);
        } catch (Throwable ignored) {
            // the hook is the last place to tell; nothing is left to do
        }
    }
}
