package io.sluice.runtime.scheduler;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.time.Clock;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;

/**
 * What a scheduler obeys.
 *
 * @param workers threads that poll; 1 for the current-thread scheduler
 * @param eventInterval turns after which a busy worker looks at the driver; 61 as in Tokio
 * @param clock for the mean time of polls
 * @param seed of the order in which workers look for tasks to steal
 * @param threads makes {@link WorkerThread}s
 * @param onUncaught told of failures that no handle will show, with the task's name; called on a worker
 */
public record SchedulerSettings(
        int workers,
        int eventInterval,
        long seed,
        Clock clock,
        ThreadFactory threads,
        BiConsumer<String, Throwable> onUncaught) {

    public SchedulerSettings {
        require(workers >= 1, "workers", workers);
        require(eventInterval >= 1, "eventInterval", eventInterval);
        requireNonNull(clock, "clock");
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
