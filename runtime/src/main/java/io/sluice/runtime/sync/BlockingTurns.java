package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import io.sluice.runtime.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * What a plain thread needs to poll something until it is ready or a limit has passed: a context, and a way to wait for
 * its wake. Calling thread only.
 */
final class BlockingTurns {

    private final Semaphore wakes = new Semaphore(0);
    private final Context context = Context.of(wakes::release);
    private final Clock clock = Clock.system();
    private final long startNanos = clock.nanoTime();
    private final long limitNanos;

    /**
     * @param what the public method that waits, for the message
     * @throws IllegalStateException if the current thread polls tasks, all of which would wait along
     */
    BlockingTurns(String what, Duration limit) {
        BlockingWait.refuseOnWorker(what);
        this.limitNanos = BlockingWait.nanosOf(limit);
    }

    Context context() {
        return context;
    }

    /**
     * Waits until the context is woken.
     *
     * @return false if it was not within the limit, which runs from the making of this object
     */
    boolean awaitWake() throws InterruptedException {
        long leftNanos = limitNanos - (clock.nanoTime() - startNanos);
        if (!wakes.tryAcquire(leftNanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        wakes.drainPermits();
        return true;
    }
}
