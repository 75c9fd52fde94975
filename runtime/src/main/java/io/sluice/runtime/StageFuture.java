package io.sluice.runtime;

import io.sluice.runtime.Futures.OnCancel;
import io.sluice.runtime.task.WakerCell;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Waits for a stage that somebody else completes, on whatever thread. Owner only, but for {@link #tell}. */
final class StageFuture<T> implements Future<T> {

    /** How the stage ended. */
    private record End<T>(@Nullable T value, @Nullable Throwable failure) {}

    private final CompletionStage<T> stage;
    private final OnCancel onCancel;
    private final WakerCell waiter = new WakerCell();
    private boolean asked;
    private boolean over;

    /** Written by the thread that completes the stage, before it wakes. */
    private volatile @Nullable End<T> end;

    StageFuture(CompletionStage<T> stage, OnCancel onCancel) {
        this.stage = stage;
        this.onCancel = onCancel;
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        if (!cx.proceed()) {
            return Poll.pending();
        }
        waiter.register(cx.waker());
        if (!asked) {
            asked = true;
            stage.whenComplete(this::tell);
        }
        End<T> seen = end;
        if (seen == null) {
            return Poll.pending();
        }
        over = true;
        waiter.take();
        cx.madeProgress();
        Throwable failure = seen.failure();
        if (failure != null) {
            throw unwrapped(failure);
        }
        return Poll.ready(seen.value());
    }

    private void tell(@Nullable T value, @Nullable Throwable failure) {
        end = new End<>(value, failure);
        waiter.wake();
    }

    private static Exception unwrapped(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof Exception exception ? exception : new ExecutionException(cause);
    }

    @Override
    public void cancel() {
        waiter.take();
        if (over) {
            return;
        }
        over = true;
        if (onCancel == OnCancel.CANCEL_STAGE && stage instanceof java.util.concurrent.Future<?> cancellable) {
            cancellable.cancel(false);
        }
    }
}
