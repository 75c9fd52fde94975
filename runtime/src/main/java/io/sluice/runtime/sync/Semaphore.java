package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Limits how much goes on at once.
 *
 * <p>First come, first served: permits that come back go to the one who waits longest, and nobody can take them in
 * passing. One who wants many collects what is free and holds up those behind it, so it is not starved. Any thread.
 *
 * <p>Follows {@code tokio::sync::Semaphore}.
 */
public final class Semaphore {

    private final Permits permits;

    /** @throws IllegalArgumentException if {@code permits} is negative */
    public Semaphore(int permits) {
        this.permits = new Permits(permits);
    }

    /** A future of one permit. */
    public Acquire acquire() {
        return acquire(1);
    }

    /**
     * A future of {@code count} permits in one {@link Permit}. Waits without end if there will never be so many.
     *
     * @throws IllegalArgumentException if {@code count} is not positive
     */
    public Acquire acquire(int count) {
        return new Acquire(permits, requirePositive(count));
    }

    /** {@code count} permits if they are free and the semaphore is open; otherwise null. Never waits. */
    public @Nullable Permit tryAcquire(int count) {
        boolean taken = permits.tryTake(requirePositive(count)) == Permits.Taken.TAKEN;
        return taken ? new Permit(permits, count) : null;
    }

    /**
     * {@code count} permits for a thread that may wait; it queues like everybody else.
     *
     * @return null if they were not there within {@code limit}
     * @throws ClosedException if the semaphore is closed first
     * @throws IllegalStateException on a worker, which must not wait: poll {@link #acquire(int)} instead
     * @throws InterruptedException if the thread is interrupted; nothing is held then
     */
    public @Nullable Permit blockingAcquire(int count, Duration limit) throws InterruptedException, ClosedException {
        BlockingWait.refuseOnWorker("blockingAcquire");
        return switch (BlockingWait.take(permits, requirePositive(count), limit)) {
            case TAKEN -> new Permit(permits, count);
            case NOT_ENOUGH -> null;
            case CLOSED -> throw new ClosedException("semaphore");
        };
    }

    /** {@link #blockingAcquire(int, Duration)} of one permit. */
    public @Nullable Permit blockingAcquire(Duration limit) throws InterruptedException, ClosedException {
        return blockingAcquire(1, limit);
    }

    /** Raises the limit. */
    public void addPermits(int count) {
        permits.give(requirePositive(count));
    }

    /**
     * Lowers the limit by up to {@code count} permits that are free now.
     *
     * @return by how many; for the rest the caller has to acquire and {@link Permit#forget} them
     */
    public int forgetPermits(int count) {
        return (int) permits.forget(requirePositive(count));
    }

    /** Ends all waiting: who waits, and who comes, gets a {@link ClosedException}. Permits in use stay valid. */
    public void close() {
        permits.close();
    }

    public boolean isClosed() {
        return permits.isClosed();
    }

    /** Permits that are free now. */
    public int availablePermits() {
        return (int) Math.min(permits.free(), Integer.MAX_VALUE);
    }

    /** Futures that wait now, for leak checks. */
    public int waiters() {
        return permits.waiters();
    }

    private static int requirePositive(int count) {
        if (count <= 0) {
            throw new IllegalArgumentException("permits must be positive, but are " + count);
        }
        return count;
    }

    /**
     * Waits for permits. Ready with the permit, which then belongs to the receiver; {@link ClosedException} if the
     * semaphore is closed first. A cancel gives up the place in the queue, and what was assigned goes to the next.
     */
    public static final class Acquire implements Future<Permit> {

        private final Permits permits;
        private final int count;

        /** Owner only: the place in the queue, from the first poll that found too little. */
        private Permits.@Nullable Waiter waiter;

        private Acquire(Permits permits, int count) {
            this.permits = permits;
            this.count = count;
        }

        @Override
        public Poll<Permit> poll(Context cx) throws ClosedException {
            if (!cx.proceed()) {
                return Poll.pending();
            }
            Permits.Taken taken = take(cx);
            if (taken == Permits.Taken.NOT_ENOUGH) {
                return Poll.pending();
            }
            cx.madeProgress();
            if (taken == Permits.Taken.CLOSED) {
                throw new ClosedException("semaphore");
            }
            return Poll.ready(new Permit(permits, count));
        }

        private Permits.Taken take(Context cx) {
            Permits.Waiter current = waiter;
            if (current == null) {
                Permits.Taken taken = permits.tryTake(count);
                if (taken != Permits.Taken.NOT_ENOUGH) {
                    return taken;
                }
                current = new Permits.Waiter(count);
                waiter = current;
            }
            return permits.pollTake(current, cx.waker());
        }

        @Override
        public void cancel() {
            Permits.Waiter current = waiter;
            if (current != null) {
                permits.cancel(current);
            }
        }
    }
}
