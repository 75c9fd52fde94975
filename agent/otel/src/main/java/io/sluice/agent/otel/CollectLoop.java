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
 * Collects metrics once an interval, each time on a thread that may wait; never ends by itself.
 *
 * <p>The first collection is one interval after the start. One that takes longer than the interval delays the next, so
 * that two never run at once.
 */
final class CollectLoop implements Future<Void> {

    private final Handle handle;
    private final Interval interval;
    private final Callable<Void> collection;
    private final Consumer<? super Throwable> onFailure;

    /** Owner only: the collection that runs, if one does. */
    private @Nullable JoinHandle<Void> running;

    CollectLoop(Handle handle, Duration period, Callable<Void> collection, Consumer<? super Throwable> onFailure) {
        this.handle = requireNonNull(handle, "handle");
        this.collection = requireNonNull(collection, "collection");
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
                running = handle.spawnBlocking(collection);
            }
            if (!pollRunning(cx, running)) {
                return Poll.pending();
            }
            running = null;
        }
    }

    /** Whether the collection has ended; a failure is told and does not end the loop. */
    private boolean pollRunning(Context cx, JoinHandle<Void> collecting) throws Exception {
        try {
            return collecting.poll(cx).isReady();
        } catch (JoinException failed) {
            onFailure.accept(failed.getCause() == null ? failed : failed.getCause());
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
