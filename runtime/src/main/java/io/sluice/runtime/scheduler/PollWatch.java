package io.sluice.runtime.scheduler;

import io.sluice.runtime.HistogramSnapshot;
import io.sluice.runtime.WorkerProbe;
import io.sluice.runtime.task.Task;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one worker polls now and since when, for those who look from outside; and, where asked for, how long polls took,
 * how long tasks waited for them, and the hooks around them.
 *
 * <p>Written by the worker's thread; {@link #running}, {@link #thread} and {@link #sinceNanos} are read by any, stale.
 */
final class PollWatch {

    private static final VarHandle RUNNING;
    private static final VarHandle SINCE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            RUNNING = lookup.findVarHandle(PollWatch.class, "running", Task.class);
            SINCE = lookup.findVarHandle(PollWatch.class, "sinceNanos", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SchedulerSettings settings;

    /** Whether the clock is read around each poll. */
    private final boolean timed;

    private final boolean hooked;

    /** Null unless asked for. Worker thread only. */
    private final @Nullable WorkerProbe probe;

    /** Null unless asked for. */
    private final @Nullable Histogram pollNanos;

    /** Null unless asked for. */
    private final @Nullable Histogram waitNanos;

    @SuppressWarnings("unused") // through RUNNING
    private @Nullable Task<?> running;

    @SuppressWarnings("unused") // through SINCE
    private long sinceNanos;

    private volatile @Nullable Thread thread;

    PollWatch(SchedulerSettings settings) {
        this.settings = settings;
        this.timed = settings.pollHistograms() || settings.watched();
        Supplier<? extends WorkerProbe> probes = settings.hooks().probes();
        this.probe = probes == null ? null : probes.get();
        this.hooked = settings.hooks().watchPolls() || probe != null;
        this.pollNanos = settings.pollHistograms() ? new Histogram() : null;
        this.waitNanos = settings.pollHistograms() ? new Histogram() : null;
    }

    void begins(Task<?> task) {
        if (timed) {
            beginsTimed(task);
        }
        if (hooked) {
            settings.tell(settings.hooks().beforePoll(), task.meta());
            if (probe != null) {
                settings.tell(probe::pollBegins, task.meta());
            }
        }
    }

    private void beginsTimed(Task<?> task) {
        long nowNanos = settings.clock().nanoTime();
        SINCE.setOpaque(this, nowNanos);
        RUNNING.setOpaque(this, task);
        if (thread != Thread.currentThread()) {
            thread = Thread.currentThread();
        }
        if (waitNanos != null) {
            long readyNanos = task.readySinceNanos();
            if (readyNanos != Task.UNKNOWN_NANOS) {
                waitNanos.record(nowNanos - readyNanos);
            }
        }
    }

    /** @param task null if the poll goes on without the worker */
    void ends(@Nullable Task<?> task) {
        if (timed) {
            RUNNING.setOpaque(this, null);
            if (pollNanos != null) {
                pollNanos.record(settings.clock().nanoTime() - sinceNanos);
            }
        }
        if (hooked && task != null) {
            if (probe != null) {
                settings.tell(probe::pollEnds, task.meta());
            }
            settings.tell(settings.hooks().afterPoll(), task.meta());
        }
    }

    /** The worker is about to sleep. */
    void parks() {
        settings.call(settings.hooks().park());
        if (probe != null) {
            settings.call(probe::parks);
        }
    }

    /** The worker has slept. */
    void unparks() {
        if (probe != null) {
            settings.call(probe::unparks);
        }
        settings.call(settings.hooks().unpark());
    }

    /** The worker has taken tasks from another one. */
    void stole(int tasks) {
        if (probe != null) {
            settings.call(() -> probe.stole(tasks));
        }
    }

    /** What is being polled; null if nothing, or if nobody asked for polls to be timed. */
    @Nullable
    Task<?> running() {
        return (Task<?>) RUNNING.getOpaque(this);
    }

    /** When the poll of {@link #running} began. */
    long sinceNanos() {
        return (long) SINCE.getOpaque(this);
    }

    /** How long polls took. Any thread. */
    HistogramSnapshot pollNanos() {
        return pollNanos == null ? HistogramSnapshot.empty() : pollNanos.snapshot();
    }

    /** How long tasks waited for their poll. Any thread. */
    HistogramSnapshot waitNanos() {
        return waitNanos == null ? HistogramSnapshot.empty() : waitNanos.snapshot();
    }

    /** Who polls; null before the first timed poll. */
    @Nullable
    Thread thread() {
        return thread;
    }
}
