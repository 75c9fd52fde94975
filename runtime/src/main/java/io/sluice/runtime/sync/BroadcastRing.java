package io.sluice.runtime.sync;

import io.sluice.runtime.Waker;
import io.sluice.runtime.task.WakeList;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the two sides of a {@link Broadcast} share: the latest values, each at its position, and those who wait for the
 * next one.
 *
 * <pre>
 *  positions   ... 3 | 4  5  6  7 | 8         capacity 4, tail 8: position p lives in slot p & 3
 *            overwritten          tail        a receiver at 3 or before has missed what is overwritten
 * </pre>
 *
 * <p><b>Sending</b> takes the lock, puts a new {@link Entry} into the slot of {@code tail} and so overwrites the oldest.
 * <b>Receiving</b> reads the slot of its own position without the lock. An entry never changes its position, so what was
 * found at the right position is the right value even if the slot is overwritten at the same time. Only a receiver that
 * finds another entry takes the lock, to tell whether it is too early (and then to wait) or too late.
 *
 * <p><b>Release.</b> An entry counts the receivers that have not read it, fixed under the lock when it is sent, and lets
 * go of its value at zero. A receiver that leaves reads the rest of its values for the count.
 *
 * @param <T> the values
 */
final class BroadcastRing<T> {

    /** One who waits for the value at its position. */
    static final class Waiter extends WaiterList.Waiter<Waiter> {}

    /** The part of a sender that says whether it counts. */
    static final class Membership {

        /** Guarded by the lock of the ring. */
        private boolean ended;
    }

    /** One value and how many receivers have yet to read it. */
    static final class Entry<T> {

        private static final VarHandle UNREAD;

        static {
            try {
                UNREAD = MethodHandles.lookup().findVarHandle(Entry.class, "unread", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private final long position;

        /** Any thread, by atomic steps. */
        private volatile int unread;

        /** Cleared by the last reader; all others have read it before they counted down. */
        private @Nullable T value;

        private Entry(long position, T value, int readers) {
            this.position = position;
            this.value = value;
            this.unread = readers;
        }

        /** Called once by each receiver that was there when the value was sent. */
        private @Nullable T read() {
            T read = value;
            if ((int) UNREAD.getAndAdd(this, -1) == 1) {
                value = null;
            }
            return read;
        }
    }

    private final int mask;
    private final AtomicReferenceArray<@Nullable Entry<T>> slots;
    private final Notify lastReceiverLeft = new Notify();

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private final WaiterList<Waiter> waiting = new WaiterList<>();

    /** The position of the next value. Guarded by {@link #lock}. */
    private long tail;

    /** Guarded by {@link #lock}. */
    private int receivers = 1;

    /** Guarded by {@link #lock}. */
    private int senders = 1;

    /** @param capacity a power of two */
    BroadcastRing(int capacity) {
        this.mask = capacity - 1;
        this.slots = new AtomicReferenceArray<>(capacity);
    }

    int capacity() {
        return mask + 1;
    }

    Notify lastReceiverLeft() {
        return lastReceiverLeft;
    }

    /** Puts {@code value} in for all receivers; their number. 0, and nothing else, if the sender left or there is none. */
    int send(T value, Membership sender) {
        WakeList wakes = new WakeList();
        int listeners;
        int toWake;
        lock.lock();
        try {
            listeners = sender.ended ? 0 : receivers;
            if (listeners == 0) {
                return 0;
            }
            slots.set((int) tail & mask, new Entry<>(tail, value, listeners));
            tail++;
            toWake = waiting.size();
            toWake -= takeWaiters(wakes, toWake);
        } finally {
            lock.unlock();
        }
        wakes.wakeAll();
        wake(wakes, toWake);
        return listeners;
    }

    /** Wakes the {@code count} that wait longest: not those who have come back meanwhile to wait again. */
    private void wake(WakeList wakes, int count) {
        int left = count;
        while (left > 0) {
            lock.lock();
            try {
                int taken = takeWaiters(wakes, left);
                left = taken == 0 ? 0 : left - taken;
            } finally {
                lock.unlock();
            }
            wakes.wakeAll();
        }
    }

    private int takeWaiters(WakeList wakes, int max) {
        int count = 0;
        for (Waiter first = waiting.first();
                first != null && count < max && !wakes.isFull();
                first = waiting.first(), count++) {
            waiting.remove(first);
            if (first.waker != null) {
                wakes.add(first.waker);
                first.waker = null;
            }
        }
        return count;
    }

    /** What a receiver found at its position. */
    enum Found {
        VALUE,
        NOTHING_YET,
        MISSED,
        CLOSED
    }

    /** The value at {@code position} if it is there, counted as read. */
    @Nullable
    T readIfThere(long position) {
        Entry<T> entry = slots.get((int) position & mask);
        return entry != null && entry.position == position ? entry.read() : null;
    }

    /**
     * What is at {@code position}, for a receiver that did not find a value; NOTHING_YET lets {@code waiter} wait, if
     * it has a {@code waker}.
     */
    Found look(long position, Waiter waiter, @Nullable Waker waker) {
        lock.lock();
        try {
            if (position != tail) {
                return tail - position > capacity() ? Found.MISSED : Found.VALUE;
            }
            if (senders == 0) {
                return Found.CLOSED;
            }
            if (waker != null) {
                waiter.waker = waker;
                if (!waiter.isLinked()) {
                    waiting.addLast(waiter);
                }
            }
            return Found.NOTHING_YET;
        } finally {
            lock.unlock();
        }
    }

    void stopWaiting(Waiter waiter) {
        lock.lock();
        try {
            waiting.remove(waiter);
            waiter.waker = null;
        } finally {
            lock.unlock();
        }
    }

    /** The position of the oldest value that is not overwritten. */
    long oldest() {
        lock.lock();
        try {
            return oldestLocked();
        } finally {
            lock.unlock();
        }
    }

    private long oldestLocked() {
        return Math.max(0, tail - capacity());
    }

    /** Counts a new receiver; the position of the first value that it gets. */
    long addReceiver() {
        lock.lock();
        try {
            receivers++;
            return tail;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a receiver away that has read everything before {@code position}. */
    void removeReceiver(long position, Waiter waiter) {
        long end;
        long next;
        boolean last;
        lock.lock();
        try {
            waiting.remove(waiter);
            waiter.waker = null;
            receivers--;
            last = receivers == 0;
            end = tail;
            next = Math.max(position, oldestLocked());
        } finally {
            lock.unlock();
        }
        for (; next < end; next++) {
            readIfThere(next);
        }
        if (last) {
            lastReceiverLeft.notifyWaiters();
        }
    }

    /** Counts a new sender. False if {@code present}, who wants one more, has left. */
    boolean addSender(Membership present) {
        lock.lock();
        try {
            senders += present.ended ? 0 : 1;
            return !present.ended;
        } finally {
            lock.unlock();
        }
    }

    void removeSender(Membership sender) {
        int toWake;
        lock.lock();
        try {
            senders -= sender.ended ? 0 : 1;
            sender.ended = true;
            toWake = senders == 0 ? waiting.size() : 0;
        } finally {
            lock.unlock();
        }
        wake(new WakeList(), toWake);
    }

    int receivers() {
        lock.lock();
        try {
            return receivers;
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return senders == 0;
        } finally {
            lock.unlock();
        }
    }

    int waiters() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Values sent from {@code position} on, including those that were overwritten. */
    long sentSince(long position) {
        lock.lock();
        try {
            return tail - position;
        } finally {
            lock.unlock();
        }
    }

    /** Values that some receiver has yet to read. Values are read in order, so those form the newest part. */
    int unread() {
        lock.lock();
        try {
            long low = oldestLocked();
            long high = tail;
            while (low < high) {
                long middle = (low + high) >>> 1;
                Entry<T> entry = slots.get((int) middle & mask);
                if (entry != null && entry.unread > 0) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return (int) (tail - low);
        } finally {
            lock.unlock();
        }
    }
}
