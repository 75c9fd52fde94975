package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.time.Sleep;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does something once, after a delay, on a thread that may wait. A failure is told and ends it. */
final class Later implements Future<Void> {

    private final Handle handle;
    private final Sleep delay;
    private final Callable<Void> action;
    private final Consumer<? super Throwable> onFailure;

    /** Owner only: what runs, once the delay has passed. */
    private @Nullable JoinHandle<Void> running;

    Later(Handle handle, Duration delay, Callable<Void> action, Consumer<? super Throwable> onFailure) {
        this.handle = requireNonNull(handle, "handle");
        this.delay = handle.sleep(delay);
        this.action = requireNonNull(action, "action");
        this.onFailure = requireNonNull(onFailure, "onFailure");
    }

    @Override
    public Poll<Void> poll(Context cx) throws Exception {
        if (running == null) {
            if (delay.poll(cx).isPending()) {
                return Poll.pending();
            }
            running = handle.spawnBlocking(action);
        }
        try {
            return running.poll(cx);
        } catch (JoinException failed) {
            onFailure.accept(failed.getCause() == null ? failed : failed.getCause());
            return Poll.ready();
        }
    }

    @Override
    public void cancel() {
        delay.cancel();
        if (running != null) {
            running.abort();
            running.detach();
            running = null;
        }
    }
}
