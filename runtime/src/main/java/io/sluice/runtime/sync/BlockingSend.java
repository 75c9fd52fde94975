package io.sluice.runtime.sync;

import io.sluice.runtime.sync.Mpsc.SendResult;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A wait for room in a channel by a thread instead of a task. */
final class BlockingSend {

    private BlockingSend() {}

    static <T> SendResult send(MpscChannel<T> channel, T item, Duration limit) throws InterruptedException {
        Permits.Waiter waiter = new Permits.Waiter(1);
        Permits.Taken taken = Permits.Taken.NOT_ENOUGH;
        try {
            taken = await(channel.permits(), waiter, limit);
        } finally {
            if (taken == Permits.Taken.NOT_ENOUGH) {
                channel.cancel(waiter);
            }
        }
        return switch (taken) {
            case TAKEN -> {
                channel.push(item);
                yield SendResult.SENT;
            }
            case NOT_ENOUGH -> SendResult.FULL;
            case CLOSED -> SendResult.CLOSED;
        };
    }

    private static Permits.Taken await(Permits permits, Permits.Waiter waiter, Duration limit)
            throws InterruptedException {
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

    private static long nanosOf(Duration limit) {
        try {
            return limit.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }
}
