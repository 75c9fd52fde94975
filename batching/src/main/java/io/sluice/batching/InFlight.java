package io.sluice.batching;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Waker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The batches that left the loop and are not settled, and the flushes that wait for some of them.
 *
 * <p>Batches are numbered in the order in which they left. A flush covers the items that the inbox holds when the loop
 * hears of it and the batches that are unsettled then; once the loop has taken those items, the flush is sealed at the
 * number of the last batch. So a settled batch belongs to a flush exactly if its number is not above the seal.
 *
 * <p>Flushes are begun and taken from by the loop's task; batches are settled on any thread. Where memory is short, a
 * call may throw after it has done its part: a flush is then told by the next call that it is over.
 */
final class InFlight {

    private static final long OPEN = Long.MAX_VALUE;

    private final Account account;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private long lastBatch;

    /** Guarded by {@link #lock}. */
    private int unsettled;

    /** Guarded by {@link #lock}. */
    private final List<Flush> flushes = new ArrayList<>();

    /** Guarded by {@link #lock}; the loop's, woken when the last batch is settled. */
    private Waker idleWaker = Waker.NOOP;

    /** One request to deliver what is held. All fields are guarded by {@link #lock}. */
    private static final class Flush {

        private final Completion<Boolean> completion;
        private long itemsToTake;
        private int batches;
        private long seal = OPEN;
        private boolean allDelivered = true;

        Flush(Completion<Boolean> completion, long itemsToTake, int batches) {
            this.completion = completion;
            this.itemsToTake = itemsToTake;
            this.batches = batches;
        }

        boolean isOver() {
            return seal != OPEN && batches == 0;
        }
    }

    /** @param account what tells whether anything was lost between a request and its start */
    InFlight(Account account) {
        this.account = requireNonNull(account, "account");
    }

    /**
     * Starts a flush over what is unsettled and the next {@code itemsToTake} items. It has failed already if anything was
     * lost since it was asked for: that may have been accepted before, and no batch will tell.
     */
    void beginFlush(FlushRequest request, long itemsToTake) {
        lock.lock();
        try {
            Flush flush = new Flush(request.completion(), itemsToTake, unsettled);
            // Under the lock: a batch settled before this point has been counted, one settled later finds the flush.
            flush.allDelivered = account.lostItems() == request.lostBefore();
            flushes.add(flush);
            if (itemsToTake == 0) {
                flush.seal = lastBatch;
            }
        } finally {
            lock.unlock();
        }
        completeFlushes();
    }

    /** Whether a flush waits for items that are still in the inbox. */
    boolean wantsItems() {
        lock.lock();
        try {
            for (Flush flush : flushes) {
                if (flush.seal == OPEN) {
                    return true;
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** The number of the batch that leaves next. */
    long nextBatch() {
        lock.lock();
        try {
            return lastBatch + 1;
        } finally {
            lock.unlock();
        }
    }

    /** {@link #nextBatch} leaves the loop. */
    void started() {
        lock.lock();
        try {
            lastBatch++;
            unsettled++;
            for (Flush flush : flushes) {
                if (flush.seal == OPEN) {
                    flush.batches++;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The loop took {@code items} out of the inbox, after {@link #started} if any of them formed a batch.
     *
     * @param leftOut how many of them were dropped instead of joining the batch
     */
    void taken(long items, long leftOut) {
        lock.lock();
        try {
            for (Flush flush : flushes) {
                if (flush.seal == OPEN) {
                    flush.allDelivered &= leftOut == 0;
                    flush.itemsToTake -= items;
                    flush.seal = flush.itemsToTake <= 0 ? lastBatch : OPEN;
                }
            }
        } finally {
            lock.unlock();
        }
        completeFlushes();
    }

    /** The inbox is empty, so no flush waits for items any more. */
    void inboxEmpty() {
        taken(Long.MAX_VALUE / 2, 0);
    }

    /** A batch was settled. Any thread. */
    void settled(long batch, boolean allDelivered) {
        Waker woken = Waker.NOOP;
        lock.lock();
        try {
            unsettled--;
            for (Flush flush : flushes) {
                if (batch <= flush.seal) {
                    flush.batches--;
                    flush.allDelivered &= allDelivered;
                }
            }
            if (unsettled == 0) {
                woken = idleWaker;
                idleWaker = Waker.NOOP;
            }
        } finally {
            lock.unlock();
        }
        try {
            completeFlushes();
        } finally {
            woken.wake();
        }
    }

    /** Whether every batch is settled; if not, {@code waker} is woken when it is so. */
    boolean pollIdle(Waker waker) {
        lock.lock();
        try {
            idleWaker = unsettled == 0 ? Waker.NOOP : waker;
            return unsettled == 0;
        } finally {
            lock.unlock();
        }
    }

    private void completeFlushes() {
        for (Flush over = firstOver(); over != null; over = firstOver()) {
            over.completion.complete(over.allDelivered);
            lock.lock();
            try {
                flushes.remove(over);
            } finally {
                lock.unlock();
            }
        }
    }

    private @Nullable Flush firstOver() {
        lock.lock();
        try {
            for (Flush flush : flushes) {
                if (flush.isOver()) {
                    return flush;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }
}
