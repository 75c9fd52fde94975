package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A value that many may read at once or one may write, also across pauses of the tasks that do.
 *
 * <p>First come, first served, which prefers writers: a reader that comes after a waiting writer waits behind it, so
 * that readers cannot starve it. For the same reason a task that reads already and waits to read once more may wait
 * without end. There is no poisoning; see {@link Mutex}.
 *
 * <p>A semaphore with one permit for each possible reader; a writer takes them all. Any thread. What a writer wrote is
 * visible to all who come after it. Follows {@code tokio::sync::RwLock}.
 *
 * @param <T> the value; never null
 */
public final class RwLock<T> {

    /** Tokio's figure: more readers than there will ever be, and far from an overflow of their sum. */
    public static final int MAX_READS = Integer.MAX_VALUE >> 2;

    private final int maxReads;
    private final Semaphore semaphore;

    /** Written by whoever holds all permits; read by whoever holds one. */
    private T value;

    public RwLock(T value) {
        this(value, MAX_READS);
    }

    /**
     * At most {@code maxReads} readers at once; further ones wait.
     *
     * @throws IllegalArgumentException unless {@code maxReads} is within 1..{@link #MAX_READS}
     */
    public RwLock(T value, int maxReads) {
        if (maxReads < 1 || maxReads > MAX_READS) {
            throw new IllegalArgumentException("maxReads is " + maxReads + "; allowed: 1 to " + MAX_READS);
        }
        this.value = requireNonNull(value, "value");
        this.maxReads = maxReads;
        this.semaphore = new Semaphore(maxReads);
    }

    /** A future of the right to read. A cancel gives up the place in the queue. */
    public Future<ReadGuard<T>> read() {
        return new LockFuture<>(semaphore.acquire(), this::readGuard);
    }

    /** A future of the right to write. A cancel gives up the place in the queue and lets in who waited behind it. */
    public Future<WriteGuard<T>> write() {
        return new LockFuture<>(semaphore.acquire(maxReads), this::writeGuard);
    }

    /** The right to read if nobody writes or waits to write; otherwise null. Never waits. */
    public @Nullable ReadGuard<T> tryRead() {
        Permit permit = semaphore.tryAcquire(1);
        return permit == null ? null : readGuard(permit);
    }

    /** The right to write if nobody reads, writes or waits; otherwise null. Never waits. */
    public @Nullable WriteGuard<T> tryWrite() {
        Permit permit = semaphore.tryAcquire(maxReads);
        return permit == null ? null : writeGuard(permit);
    }

    /**
     * The right to read for a thread that may wait; it queues like everybody else.
     *
     * @throws IllegalStateException on a worker, which must not wait: poll {@link #read} instead
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public ReadGuard<T> blockingRead() throws InterruptedException {
        return requireNonNull(blockingRead(BlockingWait.FOREVER), "guard");
    }

    /** {@link #blockingRead()}, but null if the right was not there within {@code limit}. */
    public @Nullable ReadGuard<T> blockingRead(Duration limit) throws InterruptedException {
        Permit permit = blockingAcquire("blockingRead", 1, limit);
        return permit == null ? null : readGuard(permit);
    }

    /**
     * The right to write for a thread that may wait; it queues like everybody else.
     *
     * @throws IllegalStateException on a worker, which must not wait: poll {@link #write} instead
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public WriteGuard<T> blockingWrite() throws InterruptedException {
        return requireNonNull(blockingWrite(BlockingWait.FOREVER), "guard");
    }

    /** {@link #blockingWrite()}, but null if the right was not there within {@code limit}. */
    public @Nullable WriteGuard<T> blockingWrite(Duration limit) throws InterruptedException {
        Permit permit = blockingAcquire("blockingWrite", maxReads, limit);
        return permit == null ? null : writeGuard(permit);
    }

    /** Those who wait now, for leak checks. */
    public int waiters() {
        return semaphore.waiters();
    }

    private @Nullable Permit blockingAcquire(String what, int count, Duration limit) throws InterruptedException {
        BlockingWait.refuseOnWorker(what);
        try {
            return semaphore.blockingAcquire(count, limit);
        } catch (ClosedException e) {
            throw LockFuture.neverClosed(e);
        }
    }

    private ReadGuard<T> readGuard(Permit permit) {
        return new ReadGuard<>(this, permit);
    }

    private WriteGuard<T> writeGuard(Permit permit) {
        return new WriteGuard<>(this, permit);
    }

    /**
     * The right to read the value, until closed. May go from thread to thread.
     *
     * @param <T> the value
     */
    public static final class ReadGuard<T> implements AutoCloseable {

        private final RwLock<T> lock;
        private final Permit permit;

        private ReadGuard(RwLock<T> lock, Permit permit) {
            this.lock = lock;
            this.permit = permit;
        }

        /**
         * The value.
         *
         * @throws IllegalStateException if this guard is closed
         */
        public T get() {
            MutexGuard.requireHeld(permit);
            return lock.value;
        }

        /** Gives the right up. Idempotent. */
        @Override
        public void close() {
            permit.close();
        }
    }

    /**
     * The right to read and write the value alone, until closed. May go from thread to thread, but is used by one at a
     * time.
     *
     * @param <T> the value
     */
    public static final class WriteGuard<T> implements AutoCloseable {

        private final RwLock<T> lock;
        private final Permit permit;

        private WriteGuard(RwLock<T> lock, Permit permit) {
            this.lock = lock;
            this.permit = permit;
        }

        /**
         * The value.
         *
         * @throws IllegalStateException if this guard is closed
         */
        public T get() {
            MutexGuard.requireHeld(permit);
            return lock.value;
        }

        /**
         * Replaces the value.
         *
         * @throws IllegalStateException if this guard is closed
         */
        public void set(T newValue) {
            requireNonNull(newValue, "newValue");
            MutexGuard.requireHeld(permit);
            lock.value = newValue;
        }

        /**
         * Turns this right into one to read, without letting a writer in between; readers at the head of the queue come
         * in at once. This guard is spent.
         *
         * @throws IllegalStateException if this guard is closed
         */
        public ReadGuard<T> downgrade() {
            Permit one = permit.split(1);
            if (one == null) {
                throw new IllegalStateException("the guard is closed");
            }
            permit.close();
            return new ReadGuard<>(lock, one);
        }

        /** Lets the next ones in. Idempotent. */
        @Override
        public void close() {
            permit.close();
        }
    }
}
