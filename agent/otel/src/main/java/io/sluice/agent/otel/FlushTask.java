package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a flush and tells the SDK its truth: success only if everything was delivered in time. The result is ended on
 * a thread that may wait, because whoever asked may have hung code of his own on it; should the runtime end first, where
 * that is noticed.
 */
final class FlushTask implements Future<Void> {

    private final Handle handle;
    private final Future<Boolean> flushed;
    private final boolean sofar;
    private final CompletableResultCode result;

    /** Once the outcome is known. */
    private @Nullable JoinHandle<Boolean> telling;

    /** @param sofar whether what came before the flush succeeded */
    FlushTask(Handle handle, Future<Boolean> flush, Duration limit, boolean sofar, CompletableResultCode result) {
        this.handle = requireNonNull(handle, "handle");
        this.flushed = handle.timeout(limit, flush);
        this.sofar = sofar;
        this.result = requireNonNull(result, "result");
    }

    @Override
    public Poll<Void> poll(Context cx) throws Exception {
        if (telling == null) {
            Poll<Boolean> polled = outcome(cx);
            if (polled.isPending()) {
                return Poll.pending();
            }
            telling = handle.spawnBlocking(() -> tell(polled.get()));
        }
        try {
            return telling.poll(cx).isPending() ? Poll.pending() : Poll.ready();
        } catch (JoinException notTold) {
            result.fail(); // the runtime ends; or the application's own code on the result threw, after it was told
            return Poll.ready();
        }
    }

    private Poll<Boolean> outcome(Context cx) throws Exception {
        try {
            Poll<Boolean> polled = flushed.poll(cx);
            return polled.isPending() ? polled : Poll.ready(polled.get() && sofar);
        } catch (TimeoutException late) {
            flushed.cancel();
            return Poll.ready(false);
        }
    }

    private boolean tell(boolean success) {
        if (success) {
            result.succeed();
        } else {
            result.fail();
        }
        return success;
    }

    /** The runtime ends, or has ended before the result could be told: what was not told by then has failed. */
    @Override
    public void cancel() {
        flushed.cancel();
        if (telling != null) {
            telling.cancel();
        }
        result.fail();
    }
}
