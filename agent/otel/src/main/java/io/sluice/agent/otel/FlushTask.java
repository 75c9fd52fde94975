package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

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

    /** @param sofar whether what came before the flush succeeded */
    FlushTask(Handle handle, Future<Boolean> flush, Duration limit, boolean sofar, CompletableResultCode result) {
        this.handle = requireNonNull(handle, "handle");
        this.flushed = handle.timeout(limit, flush);
        this.sofar = sofar;
        this.result = requireNonNull(result, "result");
    }

    @Override
    public Poll<Void> poll(Context cx) throws Exception {
        Poll<Boolean> polled;
        try {
            polled = flushed.poll(cx);
        } catch (TimeoutException late) {
            flushed.cancel();
            end(false);
            return Poll.ready();
        }
        if (polled.isPending()) {
            return Poll.pending();
        }
        end(polled.get() && sofar);
        return Poll.ready();
    }

    private void end(boolean success) {
        handle.spawnBlocking(() -> {
                    if (success) {
                        result.succeed();
                    } else {
                        result.fail();
                    }
                    return true;
                })
                .detach();
    }

    /** The runtime ends. */
    @Override
    public void cancel() {
        flushed.cancel();
        result.fail();
    }
}
