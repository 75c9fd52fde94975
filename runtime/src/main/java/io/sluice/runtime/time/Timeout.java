package io.sluice.runtime.time;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A future that is given up, and cancelled, when it takes too long.
 *
 * <p>The inner future is polled first, so a result that is there wins even against a timeout of zero. The deadline is
 * noticed even if the inner future spends the task's whole budget in every turn. Follows {@code tokio::time::timeout}.
 */
final class Timeout<T> implements Future<T> {

    private final Future<T> inner;
    private final Sleep sleep;

    /** Null if the end was given as a moment. */
    private final @Nullable Duration limit;

    Timeout(Future<T> inner, Sleep sleep, @Nullable Duration limit) {
        this.inner = requireNonNull(inner, "future");
        this.sleep = sleep;
        this.limit = limit;
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        boolean innerEnded = false;
        boolean waiting = false;
        try {
            Poll<T> polled = inner.poll(cx);
            innerEnded = polled.isReady();
            if (innerEnded) {
                return polled;
            }
            if (sleep.pollUnbudgeted(cx)) {
                throw new TimeoutException(limit == null ? "no result by the deadline" : "no result within " + limit);
            }
            waiting = true;
            return polled;
        } finally {
            if (!waiting) {
                sleep.cancel();
                if (!innerEnded) {
                    inner.cancel();
                }
            }
        }
    }

    @Override
    public void cancel() {
        sleep.cancel();
        inner.cancel();
    }
}
