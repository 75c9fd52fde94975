package io.sluice.agent.sidecar;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of all requests that the sidecar holds, and their bound. A request reserves its size before its body is read
 * where its head tells it, and gives it back when the batch that it went into is settled. Any thread.
 */
final class Custody {

    private final long maxBytes;
    private final AtomicLong held = new AtomicLong();

    Custody(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes {@code bytes} into custody; false, and nothing taken, if that would exceed the bound. */
    boolean tryReserve(long bytes) {
        while (true) {
            long now = held.get();
            if (bytes > maxBytes - now) {
                return false;
            }
            if (held.compareAndSet(now, now + bytes)) {
                return true;
            }
        }
    }

    void release(long bytes) {
        held.addAndGet(-bytes);
    }

    long heldBytes() {
        return held.get();
    }

    long maxBytes() {
        return maxBytes;
    }
}
