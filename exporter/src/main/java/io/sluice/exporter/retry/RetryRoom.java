package io.sluice.exporter.retry;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The encoded bytes that may wait in backoff without a permit, over all batches of a signal. Any thread.
 *
 * <p>A batch that finds no room is not lost: it waits with its permit in hand, so that the memory of a pipeline is at
 * most this room and one batch a permit, and new batches stay in the inbox meanwhile.
 */
public final class RetryRoom {

    private final long maxBytes;

    /** From 0 to {@link #maxBytes}. */
    private final AtomicLong usedBytes = new AtomicLong();

    public RetryRoom(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes room for {@code bytes} if there is enough; whoever gets true calls {@link #release} once. */
    public boolean tryReserve(long bytes) {
        long used = usedBytes.get();
        while (bytes <= maxBytes - used) {
            long witness = usedBytes.compareAndExchange(used, used + bytes);
            if (witness == used) {
                return true;
            }
            used = witness;
        }
        return false;
    }

    /** Gives back what {@link #tryReserve} took. */
    public void release(long bytes) {
        usedBytes.addAndGet(-bytes);
    }

    /** Bytes that wait now. */
    public long usedBytes() {
        return usedBytes.get();
    }
}
