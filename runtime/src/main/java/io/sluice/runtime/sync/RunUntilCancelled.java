package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.CancellationToken.RunResult;

/**
 * A future that is given up when a token is cancelled; the token is polled first.
 *
 * @param <T> the future's result
 */
final class RunUntilCancelled<T> implements Future<RunResult<T>> {

    private final Future<Void> cancelled;
    private final Future<T> inner;

    RunUntilCancelled(Future<Void> cancelled, Future<T> inner) {
        this.cancelled = cancelled;
        this.inner = inner;
    }

    @Override
    public Poll<RunResult<T>> poll(Context cx) throws Exception {
        if (cancelled.poll(cx).isReady()) {
            inner.cancel();
            return Poll.ready(new RunResult.Cancelled<>());
        }
        boolean innerEnded = false;
        boolean waiting = false;
        try {
            Poll<T> polled = inner.poll(cx);
            innerEnded = polled.isReady();
            waiting = !innerEnded;
            return waiting ? Poll.pending() : Poll.ready(new RunResult.Completed<>(polled.get()));
        } finally {
            if (!waiting) {
                cancelled.cancel();
                if (!innerEnded) {
                    inner.cancel();
                }
            }
        }
    }

    @Override
    public void cancel() {
        cancelled.cancel();
        inner.cancel();
    }
}
