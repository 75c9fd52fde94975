package io.sluice.runtime.pressure;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The kit put together: a limit of what is admitted, a gate of what runs and waits, and a timeout of the downstream.
 * Every call ends in one of three ways, each counted once.
 */
final class GuardedDownstream {

    enum Outcome {
        DONE,
        /** By the limiter, or by the gate; the downstream has not seen it. */
        REFUSED,
        TIMED_OUT
    }

    private final Handle handle;
    private final RateLimiter admission;
    private final ConcurrencyGate gate;
    private final Duration timeout;

    GuardedDownstream(Handle handle, RateLimiter admission, ConcurrencyGate gate, Duration timeout) {
        this.handle = handle;
        this.admission = admission;
        this.gate = gate;
        this.timeout = timeout;
    }

    /** A future of how a call of {@code downstream} ends. */
    Future<Outcome> call(Supplier<Future<Void>> downstream) {
        if (!admission.tryAcquire(1)) {
            return cx -> Poll.ready(Outcome.REFUSED);
        }
        return new Call(gate.execute(() -> handle.timeout(timeout, downstream.get())));
    }

    private record Call(Future<Void> gated) implements Future<Outcome> {

        @Override
        public Poll<Outcome> poll(Context cx) throws Exception {
            try {
                return gated.poll(cx).isPending() ? Poll.pending() : Poll.ready(Outcome.DONE);
            } catch (GateFullException e) {
                gated.cancel();
                return Poll.ready(Outcome.REFUSED);
            } catch (TimeoutException e) {
                gated.cancel();
                return Poll.ready(Outcome.TIMED_OUT);
            }
        }

        @Override
        public void cancel() {
            gated.cancel();
        }
    }
}
