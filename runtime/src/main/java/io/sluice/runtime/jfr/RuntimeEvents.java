package io.sluice.runtime.jfr;

import io.sluice.runtime.RuntimeBuilder;
import io.sluice.runtime.TaskMeta;
import io.sluice.runtime.WorkerProbe;
import java.util.concurrent.TimeUnit;

/**
 * Writes what a runtime does into flight recordings: tasks spawned, long polls, sleeps of workers, steals, late timers.
 * Mission Control shows them below "Sluice runtime". A runtime that was not {@link #record told} to does nothing for it;
 * one that was asks, while nothing is recorded, one flag for each event.
 */
public final class RuntimeEvents {

    /** What {@code Interval} still calls punctual. */
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private RuntimeEvents() {}

    /**
     * Has the runtime that {@code builder} makes write events. Takes the builder's {@code onTaskSpawn}, {@code probes} and
     * {@code onTimerLag}; whoever needs one of these besides sets it afterwards and calls {@link #spawned},
     * {@link #probe} or {@link #timerLag} there.
     */
    public static RuntimeBuilder record(RuntimeBuilder builder) {
        return builder.onTaskSpawn(RuntimeEvents::spawned)
                .probes(RuntimeEvents::probe)
                .onTimerLag(RuntimeEvents::timerLag);
    }

    /** A task was spawned. */
    public static void spawned(TaskMeta task) {
        TaskSpawnEvent event = new TaskSpawnEvent();
        if (event.isEnabled()) {
            event.task = task.id();
            event.name = task.name();
            event.priority = task.priority().name();
            event.commit();
        }
    }

    /** For one worker. */
    public static WorkerProbe probe() {
        return new EventProbe();
    }

    /** A timer is due since {@code lagNanos}; written from 5 ms on. */
    public static void timerLag(long lagNanos) {
        if (lagNanos >= LATE_NANOS) {
            TimerLagEvent event = new TimerLagEvent();
            event.lag = lagNanos;
            event.commit();
        }
    }
}
