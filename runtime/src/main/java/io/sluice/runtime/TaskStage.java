package io.sluice.runtime;

import io.sluice.runtime.task.Release;
import java.util.concurrent.CompletableFuture;

/** A task that tells its end to a {@link CompletableFuture}. Polled and cancelled by its task only. */
final class TaskStage<T> implements Future<Void> {

    private final Future<T> future;
    private final CompletableFuture<T> promise;

    /** Written by the task before it completes the promise; read by whoever completes it. */
    private volatile boolean ended;

    private TaskStage(Future<T> future, CompletableFuture<T> promise) {
        this.future = future;
        this.promise = promise;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the promise itself is what is returned
    static <T> CompletableFuture<T> start(Handle runtime, Future<T> future) {
        CompletableFuture<T> promise = new CompletableFuture<>();
        TaskStage<T> stage = new TaskStage<>(future, promise);
        JoinHandle<Void> task = runtime.spawn(stage);
        promise.whenComplete((value, failure) -> {
            if (!stage.ended) {
                task.abort();
            }
        });
        task.detach();
        return promise;
    }

    @Override
    public Poll<Void> poll(Context cx) {
        Poll<T> polled;
        try {
            polled = future.poll(cx);
        } catch (Throwable thrown) {
            new Release(thrown).cancel(future);
            ended = true;
            promise.completeExceptionally(thrown);
            return Poll.ready();
        }
        if (polled.isPending()) {
            return Poll.pending();
        }
        ended = true;
        promise.complete(polled.get());
        return Poll.ready();
    }

    @Override
    public void cancel() {
        if (ended) {
            return;
        }
        ended = true;
        new Release().cancel(future).run(() -> promise.cancel(false)).finish();
    }
}
