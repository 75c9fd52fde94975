package io.sluice.runtime.sync;

import io.sluice.runtime.Waker;
import io.sluice.runtime.task.WakeList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A count of permits and a queue of those who want some: what semaphore and bounded channel have in common.
 *
 * <p>First come, first served, without barging: permits that come back go to the head of the queue, and the count rises
 * only when the queue is empty. Who joins the queue takes along what is free, so that one who wants many is not starved
 * by those who want few; they wait behind it.
 *
 * <pre>
 * word:  free permits << 2 | WAITERS | CLOSED
 *
 * WAITERS clear   nobody waits. Anybody takes and gives permits by compare-and-set, without the lock.
 * WAITERS set     the queue is not empty and nothing is free. The word changes under the lock only.
 * CLOSED          set once, under the lock. Nothing is taken any more; permits still come back and are counted.
 * </pre>
 *
 * <p>WAITERS is set by a compare-and-set under the lock that takes what is free in the same step, and cleared under the
 * lock by the step that makes left-over permits free. So whoever gives permits either sees the flag and takes the lock,
 * or has made its permits free before the flag was set and they were taken along. Closing empties the queue.
 *
 * <p>Wakers are woken outside of the lock. Any thread. Follows {@code tokio::sync::batch_semaphore}, but gives permits
 * back without the lock while nobody waits.
 */
final class Permits {

    /** Far above any use, far below overflow; as in Tokio a mistake is to be noticed, not to wrap. */
    static final long MAX = Long.MAX_VALUE >>> 3;

    private static final long CLOSED = 1;
    private static final long WAITERS = 2;
    private static final int SHIFT = 2;

    /** What an attempt to take permits came to. */
    enum Taken {
        TAKEN,
        NOT_ENOUGH,
        CLOSED
    }

    /** One place in the queue, used for one wait. */
    static final class Waiter extends WaiterList.Waiter<Waiter> {

        private final int wanted;

        /** How many it still lacks; guarded by the lock. */
        private int missing;

        /** Written under the lock; read by the owner. */
        private volatile Phase phase = Phase.NEW;

        Waiter(int wanted) {
            this.wanted = wanted;
            this.missing = wanted;
        }
    }

    private enum Phase {
        NEW,
        WAITING,
        /** It has its permits, and its owner has not fetched them. */
        ASSIGNED,
        /** Its owner has the permits, or has given up; no further wait is begun. */
        DONE,
        CLOSED
    }

    private final PaddedLong word;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private final WaiterList<Waiter> queue = new WaiterList<>();

    Permits(long free) {
        if (free < 0 || free > MAX) {
            throw new IllegalArgumentException("permits must be within 0.." + MAX + ", but are " + free);
        }
        this.word = new PaddedLong(free << SHIFT);
    }

    /** What anybody could take now. */
    long free() {
        return word.get() >>> SHIFT;
    }

    boolean isClosed() {
        return (word.get() & CLOSED) != 0;
    }

    /** Whether nothing is taken any more and all of {@code total} permits are back. Stays true. */
    boolean isClosedAndIdle(long total) {
        return word.get() == (total << SHIFT | CLOSED);
    }

    /** Who waits, for leak checks. */
    int waiters() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    Taken tryTake(int wanted) {
        for (; ; ) {
            long seen = word.get();
            if ((seen & CLOSED) != 0) {
                return Taken.CLOSED;
            }
            if (seen >>> SHIFT < wanted) {
                return Taken.NOT_ENOUGH;
            }
            if (word.compareAndSet(seen, seen - ((long) wanted << SHIFT))) {
                return Taken.TAKEN;
            }
        }
    }

    /**
     * Takes what the waiter wants, or joins the queue with it, or stays there.
     *
     * @return NOT_ENOUGH if {@code waker} will be woken
     */
    Taken pollTake(Waiter waiter, Waker waker) {
        if (waiter.phase == Phase.NEW && tryTake(waiter.wanted) == Taken.TAKEN) {
            waiter.phase = Phase.ASSIGNED;
        }
        if (waiter.phase == Phase.NEW || waiter.phase == Phase.WAITING) {
            waitWith(waiter, waker);
        }
        return switch (waiter.phase) {
            case NEW, WAITING -> Taken.NOT_ENOUGH;
            case ASSIGNED -> {
                waiter.phase = Phase.DONE;
                yield Taken.TAKEN;
            }
            case CLOSED -> Taken.CLOSED;
            case DONE -> throw new IllegalStateException("polled after it was ready or cancelled");
        };
    }

    private void waitWith(Waiter waiter, Waker waker) {
        lock.lock();
        try {
            if (waiter.phase == Phase.NEW) {
                join(waiter);
            }
            if (waiter.phase == Phase.WAITING) {
                waiter.waker = waker;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes what is free and queues for the rest. */
    private void join(Waiter waiter) {
        while (waiter.phase == Phase.NEW) {
            long seen = word.get();
            long free = seen >>> SHIFT;
            if ((seen & CLOSED) != 0) {
                waiter.phase = Phase.CLOSED;
            } else if (free >= waiter.wanted) {
                if (word.compareAndSet(seen, seen - ((long) waiter.wanted << SHIFT))) {
                    waiter.phase = Phase.ASSIGNED;
                }
            } else if (word.compareAndSet(seen, WAITERS)) {
                waiter.missing = waiter.wanted - (int) free;
                waiter.phase = Phase.WAITING;
                queue.addLast(waiter);
            }
        }
    }

    /**
     * Ends a wait: what the waiter was assigned goes to the next. Nothing if its owner has its permits.
     *
     * @return whether permits were given back
     */
    boolean cancel(Waiter waiter) {
        if (waiter.phase == Phase.NEW || waiter.phase == Phase.DONE) {
            waiter.phase = Phase.DONE;
            return false;
        }
        int back;
        lock.lock();
        try {
            back = switch (waiter.phase) {
                case WAITING -> leave(waiter);
                case ASSIGNED -> waiter.wanted;
                case NEW, DONE, CLOSED -> 0;
            };
            waiter.phase = Phase.DONE;
        } finally {
            lock.unlock();
        }
        give(back);
        return back > 0;
    }

    /** Returns the permits that were assigned so far. */
    private int leave(Waiter waiter) {
        unlink(waiter);
        if (queue.size() == 0) {
            addFree(0);
        }
        return waiter.wanted - waiter.missing;
    }

    /** Gives permits back, or new ones: to those who wait, in their order; what is left is free. */
    void give(long count) {
        while (count > 0) {
            long seen = word.get();
            if ((seen & WAITERS) != 0) {
                giveToWaiters(count);
                return;
            }
            if ((seen >>> SHIFT) + count > MAX) {
                throw new IllegalStateException("more than " + MAX + " permits");
            }
            if (word.compareAndSet(seen, seen + (count << SHIFT))) {
                return;
            }
        }
    }

    /**
     * {@link #give} of one permit for a caller that holds a lock of its own.
     *
     * @return what the caller wakes once it has released its lock; null if nobody
     */
    @Nullable
    WakeList giveOne() {
        for (; ; ) {
            long seen = word.get();
            if ((seen & WAITERS) != 0) {
                WakeList wakes = new WakeList();
                lock.lock();
                try {
                    assign(1, wakes);
                } finally {
                    lock.unlock();
                }
                return wakes;
            }
            if (word.compareAndSet(seen, seen + (1L << SHIFT))) {
                return null;
            }
        }
    }

    private void giveToWaiters(long count) {
        WakeList wakes = new WakeList();
        long left = count;
        do {
            lock.lock();
            try {
                left = assign(left, wakes);
            } finally {
                lock.unlock();
            }
            wakes.wakeAll();
        } while (left > 0);
    }

    /** Assigns until nothing is left or {@code wakes} is full; what nobody wants becomes free. The rest is returned. */
    private long assign(long count, WakeList wakes) {
        long left = count;
        if (isClosed()) {
            addFree(left);
            return 0;
        }
        for (Waiter waiter = queue.first(); waiter != null && left > 0; waiter = queue.first()) {
            if (waiter.missing > left) {
                waiter.missing -= (int) left;
                return 0;
            }
            if (wakes.isFull()) {
                return left;
            }
            left -= waiter.missing;
            waiter.missing = 0;
            waiter.phase = Phase.ASSIGNED;
            wake(unlink(waiter), wakes);
        }
        if (queue.size() == 0) {
            addFree(left);
        }
        return 0;
    }

    /** Clears WAITERS and makes permits free: the queue is empty, or will be emptied because of the close. */
    private void addFree(long count) {
        for (; ; ) {
            long seen = word.get();
            if (word.compareAndSet(seen, (seen & ~WAITERS) + (count << SHIFT))) {
                return;
            }
        }
    }

    /** Takes up to {@code count} free permits away for good; those in use or promised are untouched. */
    long forget(long count) {
        for (; ; ) {
            long seen = word.get();
            long gone = Math.min(count, seen >>> SHIFT);
            if (word.compareAndSet(seen, seen - (gone << SHIFT))) {
                return gone;
            }
        }
    }

    /** From here on nothing is taken; everybody who waits is woken and told so. Idempotent. */
    void close() {
        WakeList wakes = new WakeList();
        boolean more;
        do {
            lock.lock();
            try {
                setClosed();
                more = turnAway(wakes);
            } finally {
                lock.unlock();
            }
            wakes.wakeAll();
        } while (more);
    }

    /** With the flag the first in the queue, the only one that may have been assigned a part, gives its part back. */
    private void setClosed() {
        Waiter first = queue.first();
        long back = 0;
        if (first != null) {
            back = (long) first.wanted - first.missing;
            first.missing = first.wanted;
        }
        long seen;
        do {
            seen = word.get();
        } while (!word.compareAndSet(seen, ((seen & ~WAITERS) | CLOSED) + (back << SHIFT)));
    }

    private boolean turnAway(WakeList wakes) {
        for (Waiter waiter = queue.first(); waiter != null; waiter = queue.first()) {
            if (wakes.isFull()) {
                return true;
            }
            waiter.phase = Phase.CLOSED;
            wake(unlink(waiter), wakes);
        }
        return false;
    }

    private @Nullable Waker unlink(Waiter waiter) {
        queue.remove(waiter);
        Waker waker = waiter.waker;
        waiter.waker = null;
        return waker;
    }

    private static void wake(@Nullable Waker waker, WakeList wakes) {
        if (waker != null) {
            wakes.add(waker);
        }
    }
}
