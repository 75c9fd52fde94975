package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.time.Interval;
import io.sluice.runtime.time.MissedTick;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Does something once an interval, a collection of metrics for example, each time on a thread that may wait; never ends by
 * itself.
 *
 * <p>The first time is one interval after the start. One that takes longer than the interval delays the next, so that two
 * never run at once. One that finds no memory to start is left out.
 */
final class IntervalLoop implements Future<Void> {

    private final Handle handle;
    private final Interval interval;
    private final Callable<Void> action;
    private final Consumer<? super Throwable> onFailure;

    /** Owner only: what runs, if it does. */
    private @Nullable JoinHandle<Void> running;

    IntervalLoop(Handle handle, Duration period, Callable<Void> action, Consumer<? super Throwable> onFailure) {
        this.handle = requireNonNull(handle, "handle");
        this.action = requireNonNull(action, "action");
        this.onFailure = requireNonNull(onFailure, "onFailure");
        this.interval = handle.interval(period, MissedTick.DELAY);
        interval.reset();
    }

    @Override
    public Poll<Void> poll(Context cx) throws Exception {
        while (true) {
            if (running == null) {
                if (!interval.pollTick(cx)) {
                    return Poll.pending();
                }
                running = started();
                if (running == null) {
                    continue;
                }
            }
            if (!pollRunning(cx, running)) {
                return Poll.pending();
            }
            running = null;
        }
    }

    private @Nullable JoinHandle<Void> started() {
        try {
            return handle.spawnBlocking(action);
        } catch (OutOfMemoryError full) {
            return null;
        }
    }

    /** Whether it has ended; a failure is told, if there is memory for it, and does not end the loop. */
    private boolean pollRunning(Context cx, JoinHandle<Void> acting) throws Exception {
        try {
            return acting.poll(cx).isReady();
        } catch (JoinException failed) {
            onFailure.accept(failed.getCause() == null ? failed : failed.getCause());
            return true;
        } catch (OutOfMemoryError full) {
            acting.detach();
            return true;
        }
    }

    @Override
    public void cancel() {
        if (running != null) {
            running.abort();
            running.detach();
            running = null;
        }
        interval.cancel();
    }
}
