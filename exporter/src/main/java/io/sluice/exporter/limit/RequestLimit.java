package io.sluice.exporter.limit;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How large a request to one destination may be: a fixed limit that is never exceeded, and below it what the
 * destination's refusals taught.
 *
 * <p>After a refusal new batches are sent in parts that the destination is likely to take: of the largest size that it
 * took below the one it refused, else of half of that. So not every batch pays for an answer that could be foreseen. The
 * size grows by a quarter each minute without a refusal, which finds out at the price of one refused request when a
 * destination takes more again. Any thread.
 */
public final class RequestLimit {

    /** One more request a minute at most is the price of finding out. */
    private static final long GROWTH_NANOS = Duration.ofMinutes(1).toNanos();

    /** No destination is taken to accept less: what is refused below this is refused item by item. */
    private static final int SMALLEST_BYTES = 4 * 1024;

    private final int maxBytes;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();

    /** Written under {@link #lock}; any thread reads it first, so that a destination that refuses nothing costs a read. */
    private volatile boolean learned;

    /** Guarded by {@link #lock}; meaningful while {@link #learned}. */
    private int learnedBytes;

    /** Guarded by {@link #lock}: the last refusal, or growth. */
    private long changedNanos;

    /** Guarded by {@link #lock}: the largest request taken since the first refusal; 0 for none. */
    private int takenBytes;

    /** @param maxBytes the fixed limit, at least 1 */
    public RequestLimit(int maxBytes, Clock clock) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is " + maxBytes + "; allowed: at least 1");
        }
        this.maxBytes = maxBytes;
        this.clock = requireNonNull(clock, "clock");
    }

    /** The fixed limit. */
    public int maxBytes() {
        return maxBytes;
    }

    /** What a new request should have at most; never above {@link #maxBytes}. */
    public int bytes() {
        if (!learned) {
            return maxBytes;
        }
        lock.lock();
        try {
            grow(clock.nanoTime());
            return learned ? learnedBytes : maxBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Under {@link #lock}. */
    private void grow(long nowNanos) {
        while (learned && nowNanos - changedNanos >= GROWTH_NANOS) {
            changedNanos += GROWTH_NANOS;
            long grown = learnedBytes + Math.max(1L, learnedBytes / 4);
            if (grown >= maxBytes) {
                learned = false;
                takenBytes = 0;
            } else {
                learnedBytes = (int) grown;
            }
        }
    }

    /** The destination refused a request of {@code bytes} for its size. */
    public void refused(int bytes) {
        lock.lock();
        try {
            long nowNanos = clock.nanoTime();
            grow(nowNanos);
            if (takenBytes >= bytes) {
                takenBytes = 0; // it takes less than it did
            }
            int likely = Math.min(maxBytes, Math.max(SMALLEST_BYTES, Math.max(bytes / 2, takenBytes)));
            learnedBytes = learned ? Math.min(learnedBytes, likely) : likely;
            learned = true;
            changedNanos = nowNanos;
        } finally {
            lock.unlock();
        }
    }

    /** The destination took a request of {@code bytes}, or read all of it. */
    public void taken(int bytes) {
        if (!learned) {
            return;
        }
        lock.lock();
        try {
            takenBytes = Math.max(takenBytes, bytes);
        } finally {
            lock.unlock();
        }
    }
}
