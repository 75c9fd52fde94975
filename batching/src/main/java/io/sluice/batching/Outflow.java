package io.sluice.batching;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Mpsc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The end of the channel that items leave by: the batch loop's, and with {@link Overflow#DROP_OLDEST} also that of
 * producers, each of which may take the oldest item away to make room for its own.
 *
 * <p>The channel has one receiver at a time. Where producers take as well, a lock makes it so; it is held for a few items
 * at once, and never while items are measured or encoded. Giving room back under it may take the lock of the channel's
 * permits and call the wakers of those that wait for room; nothing takes these locks the other way round. Without {@code DROP_OLDEST} there is no lock, and all methods but
 * {@link #size} and {@link #close} belong to the loop's task.
 *
 * @param <T> what waits in the channel
 */
final class Outflow<T> {

    private final Mpsc.Receiver<T> receiver;
    private final ItemMeasure<? super T> measure;
    private final Account account;

    /** Null if the loop alone takes. */
    private final @Nullable ReentrantLock lock;

    /** Guarded by {@link #lock}: items evicted since the loop asked. */
    private long evicted;

    Outflow(Mpsc.Receiver<T> receiver, ItemMeasure<? super T> measure, Account account, Overflow overflow) {
        this.receiver = requireNonNull(receiver, "receiver");
        this.measure = requireNonNull(measure, "measure");
        this.account = requireNonNull(account, "account");
        this.lock = overflow instanceof Overflow.DropOldest ? new ReentrantLock() : null;
    }

    /**
     * Drops the oldest item to make room, if the policy says so and there is one that has arrived. Any thread.
     *
     * @return whether there may be room now
     */
    boolean evictOldest() {
        if (lock == null) {
            return false;
        }
        List<T> oldest = new ArrayList<>(1);
        lock.lock();
        try {
            evicted += receiver.tryRecvMany(oldest, 1);
            oldest.forEach(item -> account.droppedUnsent(DropReason.EVICTED, measure.count(item)));
        } finally {
            lock.unlock();
        }
        return !oldest.isEmpty();
    }

    /** Items evicted since the last call. */
    long takeEvicted() {
        if (lock == null) {
            return 0;
        }
        lock.lock();
        try {
            long since = evicted;
            evicted = 0;
            return since;
        } finally {
            lock.unlock();
        }
    }

    /** Items that wait; a hint. Any thread. */
    int size() {
        return receiver.len();
    }

    /** {@link Mpsc.Receiver#pollBuffered}. */
    boolean pollBuffered(Context cx, int atLeast) {
        enter();
        try {
            return receiver.pollBuffered(cx, atLeast);
        } finally {
            leave();
        }
    }

    /** {@link Mpsc.Receiver#pollRecv}. */
    Poll<T> pollRecv(Context cx) {
        enter();
        try {
            return receiver.pollRecv(cx);
        } finally {
            leave();
        }
    }

    /** {@link Mpsc.Receiver#tryRecvMany}, and at least one item if any was sent. */
    void take(List<T> out, int max) {
        enter();
        try {
            if (receiver.tryRecvMany(out, max) == 0) {
                T item = receiver.tryRecv();
                if (item != null) {
                    out.add(item);
                }
            }
        } finally {
            leave();
        }
    }

    /** {@link Mpsc.Receiver#hasEnded}. */
    boolean hasEnded() {
        enter();
        try {
            return receiver.hasEnded();
        } finally {
            leave();
        }
    }

    /** Turns senders away; what was sent is still taken. Any thread. */
    void close() {
        receiver.close();
    }

    private void enter() {
        if (lock != null) {
            lock.lock();
        }
    }

    private void leave() {
        if (lock != null) {
            lock.unlock();
        }
    }
}
