package io.sluice.runtime.io;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.sync.Semaphore;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Direct buffers that are used again, at most so many: who wants one more waits until one comes back. Direct memory is
 * dear to get and is not freed when it is let go of but some time later, so it is better not let go of.
 *
 * <p>A buffer is made when it is first needed and stays. Whoever has a lease closes it, once; what was in the buffer is
 * not cleared. Any thread.
 */
public final class BufferPool {

    private final int bufferBytes;
    private final Semaphore permits;
    private final boolean tracking;

    private final Object lock = new Object();
    /** Guarded by lock. */
    private final Deque<ByteBuffer> idle = new ArrayDeque<>();

    /** Empty unless leases are tracked. */
    private final Set<Lease> open = ConcurrentHashMap.newKeySet();

    private final int buffers;

    private BufferPool(int buffers, int bufferBytes, boolean tracking) {
        this.buffers = Limits.positive("buffers", buffers);
        this.bufferBytes = Limits.positive("bufferBytes", bufferBytes);
        this.permits = new Semaphore(buffers);
        this.tracking = tracking;
    }

    /** At most {@code buffers} of {@code bufferBytes} each. */
    public static BufferPool of(int buffers, int bufferBytes) {
        return new BufferPool(buffers, bufferBytes, false);
    }

    /** A pool for tests, that remembers where each lease was taken; see {@link #leaks}. */
    public static BufferPool tracking(int buffers, int bufferBytes) {
        return new BufferPool(buffers, bufferBytes, true);
    }

    /** A buffer, once one is free; first come, first served. Cancel-safe. */
    public Future<Lease> lease() {
        Throwable site = site();
        return Futures.map(permits.acquire(), permit -> take(permit, site));
    }

    /** A buffer that is free now, or null. */
    public @Nullable Lease tryLease() {
        Permit permit = permits.tryAcquire(1);
        return permit == null ? null : take(permit, site());
    }

    private @Nullable Throwable site() {
        return tracking ? new Throwable("taken here") : null;
    }

    private Lease take(Permit permit, @Nullable Throwable site) {
        ByteBuffer buffer;
        synchronized (lock) {
            buffer = idle.poll();
        }
        Lease lease = new Lease(buffer == null ? ByteBuffer.allocateDirect(bufferBytes) : buffer.clear(), permit, site);
        if (tracking) {
            open.add(lease);
        }
        return lease;
    }

    /** How many buffers are out. */
    public int leased() {
        return buffers - permits.availablePermits();
    }

    /** Where the leases were taken that are not closed; empty unless the pool was made by {@link #tracking}. */
    public List<Throwable> leaks() {
        List<Throwable> sites = new ArrayList<>();
        for (Lease lease : open) {
            if (lease.site != null) {
                sites.add(lease.site);
            }
        }
        return sites;
    }

    /** One buffer, until it is closed. One task at a time. */
    public final class Lease implements AutoCloseable {

        private final AtomicReference<@Nullable ByteBuffer> buffer;
        private final Permit permit;
        private final @Nullable Throwable site;

        private Lease(ByteBuffer buffer, Permit permit, @Nullable Throwable site) {
            this.buffer = new AtomicReference<>(buffer);
            this.permit = permit;
            this.site = site;
        }

        /**
         * The buffer; not to be kept beyond {@link #close}.
         *
         * @throws IllegalStateException if the lease is closed
         */
        public ByteBuffer buffer() {
            ByteBuffer current = buffer.get();
            if (current == null) {
                throw new IllegalStateException("the buffer was given back");
            }
            return current;
        }

        /** Gives the buffer back, to who waits for one. Idempotent; any thread. */
        @Override
        public void close() {
            ByteBuffer current = buffer.getAndSet(null);
            if (current != null) {
                open.remove(this);
                synchronized (lock) {
                    idle.push(requireNonNull(current));
                }
                permit.close();
            }
        }
    }
}
