package io.sluice.runtime.sync;

import io.sluice.runtime.AsyncRuntime;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A wait for permits by a thread that may wait, instead of a task. */
final class BlockingWait {

    /** Stands for no limit: 292 years. */
    static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

    private BlockingWait() {}

    /** @throws IllegalStateException if the current thread polls tasks, all of which would wait along */
    static void refuseOnWorker(String what) {
        if (AsyncRuntime.isWorkerThread()) {
            throw new IllegalStateException(what + " was called on "
                    + Thread.currentThread().getName()
                    + ", a thread that polls tasks and must not wait: poll the future instead");
        }
    }

    /**
     * Takes {@code count} permits in its turn.
     *
     * @return NOT_ENOUGH if they were not there within {@code limit}; nothing is held then
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is held then
     */
    static Permits.Taken take(Permits permits, int count, Duration limit) throws InterruptedException {
        Permits.Taken taken = permits.tryTake(count);
        if (taken != Permits.Taken.NOT_ENOUGH) {
            return taken;
        }
        Permits.Waiter waiter = new Permits.Waiter(count);
        try {
            taken = await(permits, waiter, limit);
        } finally {
            if (taken == Permits.Taken.NOT_ENOUGH) {
                permits.cancel(waiter);
            }
        }
        return taken;
    }

    /** Waits in the place of {@code waiter}, which the caller cancels unless it has what it wants. */
    static Permits.Taken await(Permits permits, Permits.Waiter waiter, Duration limit) throws InterruptedException {
        // One wake is enough: a waiter is woken only when its wait is over.
        java.util.concurrent.Semaphore woken = new java.util.concurrent.Semaphore(0);
        Permits.Taken taken = permits.pollTake(waiter, woken::release);
        if (taken == Permits.Taken.NOT_ENOUGH) {
            boolean inTime = woken.tryAcquire(nanosOf(limit), TimeUnit.NANOSECONDS);
            taken = permits.pollTake(waiter, woken::release);
            assert !inTime || taken != Permits.Taken.NOT_ENOUGH;
        }
        return taken;
    }

    static long nanosOf(Duration limit) {
        try {
            return limit.toNanos();
        } catch (ArithmeticException e) {
            return limit.isNegative() ? 0 : Long.MAX_VALUE;
        }
    }
}
