package io.sluice.exporter.limit;

import io.sluice.runtime.Future;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.sync.Semaphore;
import io.sluice.runtime.time.Clock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A semaphore of a fixed number of permits, of which fewer are handed out while exports run into their time limit.
 *
 * <pre>
 *   permits = free + in use + withheld          handed out at once = permits - withheld - owed
 * </pre>
 *
 * <p>Exports that run at once share the way to the destination. If it is so slow that all of them run out of time, they
 * would do so for ever: each is sent again from its beginning, and nothing arrives. So a time limit that was reached
 * halves what runs at once, down to one, and each round of answers lets one more run: additive increase, multiplicative
 * decrease, as in congestion control (Chiu and Jain, 1989). Exports that had begun when it was halved say nothing new.
 * Refusals and errors leave it alone; of these the {@link DestinationGate} takes care. Any thread.
 */
final class LearnedPermits {

    private final int permits;
    private final Semaphore semaphore;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();

    /** Written under {@link #lock}; any thread reads it first, so that a destination that keeps up costs a read. */
    private volatile boolean shrunk;

    /** Guarded by {@link #lock}: out of the semaphore, with nobody. */
    private int withheld;

    /** Guarded by {@link #lock}: to be withheld as soon as they are given back. */
    private int owed;

    /** Guarded by {@link #lock}: answers since the last change. */
    private int answers;

    /** Guarded by {@link #lock}; meaningful while {@link #shrunk}. */
    private long shrunkNanos;

    LearnedPermits(int permits, Clock clock) {
        this.permits = permits;
        this.semaphore = new Semaphore(permits);
        this.clock = clock;
    }

    Future<Permit> acquire() {
        return semaphore.acquire(1);
    }

    /** Gives {@code permit} back, or keeps it. */
    void release(Permit permit) {
        if (!reclaim(permit)) {
            permit.close();
        }
    }

    /** Keeps {@code permit} if there are more in use than should be; otherwise it stays with who has it. */
    boolean reclaim(Permit permit) {
        if (!shrunk || !keep()) {
            return false;
        }
        permit.forget();
        return true;
    }

    private boolean keep() {
        lock.lock();
        try {
            if (owed == 0) {
                return false;
            }
            owed--;
            withheld++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** An attempt that began at {@code begunNanos} ran into its time limit. */
    void timedOut(long begunNanos) {
        lock.lock();
        try {
            if (shrunk && begunNanos - shrunkNanos < 0) {
                return;
            }
            int atOnce = permits - withheld - owed;
            int fewer = atOnce - Math.max(1, atOnce / 2);
            shrunkNanos = clock.nanoTime();
            answers = 0;
            if (fewer > 0) {
                shrunk = true;
                owed += fewer;
                int free = semaphore.forgetPermits(owed);
                owed -= free;
                withheld += free;
            }
        } finally {
            lock.unlock();
        }
    }

    /** An attempt was answered. */
    void answered() {
        if (!shrunk) {
            return;
        }
        lock.lock();
        try {
            answers++;
            if (answers < permits - withheld - owed) {
                return;
            }
            answers = 0;
            if (owed > 0) {
                owed--;
            } else if (withheld > 0) {
                withheld--;
                semaphore.addPermits(1);
            }
            shrunk = withheld + owed > 0;
        } finally {
            lock.unlock();
        }
    }

    /** How many may be in use at once now. */
    int atOnce() {
        lock.lock();
        try {
            return permits - withheld - owed;
        } finally {
            lock.unlock();
        }
    }

    /** Permits that nobody holds. */
    int available() {
        lock.lock();
        try {
            return semaphore.availablePermits() + withheld;
        } finally {
            lock.unlock();
        }
    }
}
