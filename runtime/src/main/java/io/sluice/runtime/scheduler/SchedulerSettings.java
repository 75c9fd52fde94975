package io.sluice.runtime.scheduler;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.TaskMeta;
import io.sluice.runtime.time.Clock;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a scheduler obeys.
 *
 * @param workers threads that poll; 1 for the current-thread scheduler
 * @param eventInterval turns after which a busy worker looks at the driver; 61 as in Tokio
 * @param injectionInterval turns after which a busy worker looks into the injection queue first; {@link #SELF_TUNED} to
 *     go by the time that polls take
 * @param seed of the order in which workers look for tasks to steal
 * @param clock for the time that polls take
 * @param pollHistograms whether each poll is timed; costs two readings of the clock
 * @param watched whether polls can be asked since when they run
 * @param threads makes {@link WorkerThread}s
 * @param onUncaught told of failures that no handle will show, with the task's name; called on a worker
 */
public record SchedulerSettings(
        int workers,
        int eventInterval,
        int injectionInterval,
        long seed,
        Clock clock,
        boolean pollHistograms,
        boolean watched,
        Hooks hooks,
        Parking parking,
        ThreadFactory threads,
        BiConsumer<String, Throwable> onUncaught) {

    /** Stands for no fixed interval. */
    public static final int SELF_TUNED = 0;

    /** Tokio's figure. */
    public static final int EVENT_INTERVAL = 61;

    public SchedulerSettings {
        require(workers >= 1, "workers", workers);
        require(eventInterval >= 1, "eventInterval", eventInterval);
        require(injectionInterval >= SELF_TUNED, "injectionInterval", injectionInterval);
        requireNonNull(clock, "clock");
        requireNonNull(hooks, "hooks");
        requireNonNull(parking, "parking");
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

    /** The same work between the hooks for the beginning and the end of a thread. */
    public Runnable hooked(Runnable work) {
        return () -> {
            call(hooks.threadStart());
            try {
                work.run();
            } finally {
                call(hooks.threadStop());
            }
        };
    }

    /** Runs {@code hook} without letting its failure out. */
    void call(@Nullable Runnable hook) {
        if (hook != null) {
            try {
                hook.run();
            } catch (Throwable bug) {
                report(Thread.currentThread().getName(), bug);
            }
        }
    }

    /** Tells {@code hook} of {@code task} without letting its failure out. */
    public void tell(@Nullable Consumer<TaskMeta> hook, TaskMeta task) {
        if (hook != null) {
            try {
                hook.accept(task);
            } catch (Throwable bug) {
                report(task.name(), bug);
            }
        }
    }
}
