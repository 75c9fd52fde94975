package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A value that one at a time may use, also across pauses of the task that uses it.
 *
 * <p>First come, first served; nobody takes the lock in passing. There is no poisoning: a holder that fails and closes
 * its guard on the way leaves the value as it is to the next. It belongs to no thread and is not reentrant: who waits
 * for it while holding it waits without end. Where nothing is awaited under the lock, a plain
 * {@link java.util.concurrent.locks.ReentrantLock} is cheaper.
 *
 * <p>Any thread. What one holder wrote is visible to the next. Follows {@code tokio::sync::Mutex}.
 *
 * @param <T> the value; never null
 */
public final class Mutex<T> {

    private final Semaphore semaphore = new Semaphore(1);

    /** Whoever holds the one permit. */
    private T value;

    public Mutex(T value) {
        this.value = requireNonNull(value, "value");
    }

    /** A future of the guard. A cancel gives up the place in the queue. */
    public Future<MutexGuard<T>> lock() {
        return new LockFuture<>(semaphore.acquire(), this::guard);
    }

    /** The guard if nobody holds or awaits one; otherwise null. Never waits. */
    public @Nullable MutexGuard<T> tryLock() {
        return guardOrNull(semaphore.tryAcquire(1));
    }

    /**
     * The guard for a thread that may wait; it queues like everybody else.
     *
     * @throws IllegalStateException on a worker, which must not wait: poll {@link #lock} instead
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public MutexGuard<T> blockingLock() throws InterruptedException {
        return requireNonNull(blockingLock(BlockingWait.FOREVER), "guard");
    }

    /** {@link #blockingLock()}, but null if the guard was not there within {@code limit}. */
    public @Nullable MutexGuard<T> blockingLock(Duration limit) throws InterruptedException {
        BlockingWait.refuseOnWorker("blockingLock");
        try {
            return guardOrNull(semaphore.blockingAcquire(limit));
        } catch (ClosedException e) {
            throw LockFuture.neverClosed(e);
        }
    }

    /** Whether somebody holds or is about to get the guard; out of date at once. */
    public boolean isLocked() {
        return semaphore.availablePermits() == 0;
    }

    /** Those who wait now, for leak checks. */
    public int waiters() {
        return semaphore.waiters();
    }

    T value() {
        return value;
    }

    void setValue(T newValue) {
        value = newValue;
    }

    private @Nullable MutexGuard<T> guardOrNull(@Nullable Permit permit) {
        return permit == null ? null : guard(permit);
    }

    private MutexGuard<T> guard(Permit permit) {
        return new MutexGuard<>(this, permit);
    }
}
