package io.sluice.batching;

import io.sluice.runtime.Waker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What other threads ask of a batch loop: flushes, the end of the inlet, the drain.
 *
 * <p>Requests are made on any thread and looked at by the loop's task. The waker is woken outside of the lock.
 */
final class Requests {

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}; those that the loop has not seen. */
    private final List<FlushRequest> flushes = new ArrayList<>();

    /** Guarded by {@link #lock}. */
    private boolean draining;

    /** Guarded by {@link #lock}; meaningful while {@link #draining}: when the first request came. */
    private long drainStartNanos;

    /** Guarded by {@link #lock}; meaningful while {@link #draining}. */
    private long drainDeadlineNanos;

    /** Guarded by {@link #lock}. */
    private boolean closing;

    /** Guarded by {@link #lock}. */
    private boolean ended;

    /** Guarded by {@link #lock}; the loop's. */
    private Waker loop = Waker.NOOP;

    /** Asks for a flush; false if the loop has ended and holds nothing. */
    boolean flush(FlushRequest flush) {
        Waker woken;
        lock.lock();
        try {
            if (ended) {
                return false;
            }
            flushes.add(flush);
            woken = loop;
        } finally {
            lock.unlock();
        }
        woken.wake();
        return true;
    }

    /** Asks for the drain; of several deadlines the earliest holds. */
    void drain(long nowNanos, long timeoutNanos) {
        long deadlineNanos = nowNanos + timeoutNanos;
        Waker woken;
        lock.lock();
        try {
            if (!draining) {
                drainStartNanos = nowNanos;
            }
            if (!draining || deadlineNanos - drainDeadlineNanos < 0) {
                drainDeadlineNanos = deadlineNanos;
            }
            draining = true;
            woken = loop;
        } finally {
            lock.unlock();
        }
        woken.wake();
    }

    /** Asks for the inbox to be closed behind the inlet. */
    void close() {
        Waker woken;
        lock.lock();
        try {
            closing = true;
            woken = loop;
        } finally {
            lock.unlock();
        }
        woken.wake();
    }

    /** Whom new requests wake from now on. */
    void register(Waker waker) {
        lock.lock();
        try {
            loop = waker;
        } finally {
            lock.unlock();
        }
    }

    /** The oldest flush that has not {@linkplain #begun begun}; null if there is none. */
    @Nullable
    FlushRequest nextFlush() {
        lock.lock();
        try {
            return flushes.isEmpty() ? null : flushes.get(0);
        } finally {
            lock.unlock();
        }
    }

    /** The loop has taken {@code flush} over. */
    void begun(FlushRequest flush) {
        lock.lock();
        try {
            flushes.remove(flush);
        } finally {
            lock.unlock();
        }
    }

    boolean isClosing() {
        lock.lock();
        try {
            return closing;
        } finally {
            lock.unlock();
        }
    }

    boolean isDraining() {
        lock.lock();
        try {
            return draining;
        } finally {
            lock.unlock();
        }
    }

    /** When the drain was first asked for; meaningful while {@link #isDraining()}. */
    long drainStartNanos() {
        lock.lock();
        try {
            return drainStartNanos;
        } finally {
            lock.unlock();
        }
    }

    /** When the drain is to end; meaningful while {@link #isDraining()}. */
    long drainDeadlineNanos() {
        lock.lock();
        try {
            return drainDeadlineNanos;
        } finally {
            lock.unlock();
        }
    }

    /** The loop looks no more and knows of every flush. */
    void end() {
        lock.lock();
        try {
            ended = true;
            loop = Waker.NOOP;
        } finally {
            lock.unlock();
        }
    }
}
