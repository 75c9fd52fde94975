package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.util.function.Function;

/**
 * Waits for the permits of a lock and makes its guard of them. A cancel gives up the place in the queue, and permits
 * that were assigned go to the next.
 *
 * @param <G> the guard
 */
final class LockFuture<G> implements Future<G> {

    private final Semaphore.Acquire acquire;
    private final Function<Permit, G> toGuard;

    LockFuture(Semaphore.Acquire acquire, Function<Permit, G> toGuard) {
        this.acquire = acquire;
        this.toGuard = toGuard;
    }

    @Override
    public Poll<G> poll(Context cx) {
        Poll<Permit> polled;
        try {
            polled = acquire.poll(cx);
        } catch (ClosedException e) {
            throw neverClosed(e);
        }
        return polled.isPending() ? Poll.pending() : Poll.ready(toGuard.apply(polled.get()));
    }

    @Override
    public void cancel() {
        acquire.cancel();
    }

    /** Nobody but the lock has its semaphore, and the lock never closes it. */
    static IllegalStateException neverClosed(ClosedException e) {
        return new IllegalStateException("the semaphore of a lock was closed", e);
    }
}
