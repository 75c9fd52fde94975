package io.sluice.runtime.sync;

import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import io.sluice.runtime.sync.Mpsc.SendResult;
import io.sluice.runtime.task.WakeList;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the ends of a channel with several receivers share: a queue of items and one of those who wait for items, under
 * one lock.
 *
 * <p>Whoever waits longest is <em>called</em> when there is an item for it, which then is as good as its own: others take
 * only what is there beyond the number of those called. So
 *
 * <pre>  items &gt;= called          everybody who is called finds an item
 *  items &gt;  called          only if nobody waits</pre>
 *
 * <p>and who gives up after the call leaves an item to which the next one is called.
 *
 * <p>Permits are taken and given as in {@link ItemChannel}, together with the item under this lock; the lock of the
 * permits comes after this one. Reserved room comes back without this lock, so the end may come at any time; but who
 * brings it about then takes this lock and wakes all who wait, and who is about to wait looks for the end under it.
 *
 * @param <T> the items
 */
final class MpmcChannel<T> extends ItemChannel<T> {

    /** One receive that may wait. */
    static final class Waiter extends WaiterList.Waiter<Waiter> {

        /** Whether an item is there for it. Guarded by the lock. */
        private boolean called;
    }

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private final Queue<T> items = new ArrayDeque<>();

    /** Guarded by {@link #lock}. */
    private final WaiterList<Waiter> waiting = new WaiterList<>();

    /** Receives that were called and have not looked since. Guarded by {@link #lock}. */
    private int called;

    /** Guarded by {@link #lock}: open receiver handles; the last one closes. */
    private int receivers = 1;

    MpmcChannel(int capacity) {
        super(capacity);
    }

    @Override
    void push(T item) {
        boolean kept;
        Waker waker;
        lock.lock();
        try {
            kept = keep(item);
            waker = callNext();
        } finally {
            lock.unlock();
        }
        if (waker != null) {
            waker.wake();
        }
        if (!kept) {
            giveBack(1);
        }
    }

    /** Takes a permit and pushes in one step, so that nobody sees a channel that is both full and empty. */
    SendResult trySend(T item) {
        Waker waker;
        lock.lock();
        try {
            switch (permits().tryTake(1)) {
                case NOT_ENOUGH -> {
                    return SendResult.FULL;
                }
                case CLOSED -> {
                    return SendResult.CLOSED;
                }
                case TAKEN -> items.add(item);
            }
            waker = callNext();
        } finally {
            lock.unlock();
        }
        if (waker != null) {
            waker.wake();
        }
        return SendResult.SENT;
    }

    private boolean keep(T item) {
        return receivers > 0 && items.add(item);
    }

    /** Calls who waits longest, if there is an item for it. */
    private @Nullable Waker callNext() {
        Waiter first = waiting.first();
        if (first == null || items.size() <= called) {
            return null;
        }
        waiting.remove(first);
        first.called = true;
        called++;
        Waker waker = first.waker;
        first.waker = null;
        return waker;
    }

    /** The oldest item that is not there for somebody else; Ready with null at the end; or {@code waiter} waits. */
    Poll<T> poll(Waiter waiter, Waker waker) {
        T item;
        WakeList producers;
        lock.lock();
        try {
            item = takeFor(waiter);
            if (item == null) {
                if (hasEnded()) {
                    return Poll.ready();
                }
                waiter.waker = waker;
                if (!waiter.isLinked()) {
                    waiting.addLast(waiter);
                }
                return Poll.pending();
            }
            producers = permits().giveOne();
        } finally {
            lock.unlock();
        }
        wakeAfterTake(producers);
        return Poll.ready(item);
    }

    private @Nullable T takeFor(Waiter waiter) {
        if (waiter.called) {
            waiter.called = false;
            called--;
            return items.poll();
        }
        return items.size() > called ? items.poll() : null;
    }

    /** The oldest item that is not there for somebody else; null if there is none. */
    @Nullable
    T tryTake() {
        T item;
        WakeList producers;
        lock.lock();
        try {
            item = items.size() > called ? items.poll() : null;
            if (item == null) {
                return null;
            }
            producers = permits().giveOne();
        } finally {
            lock.unlock();
        }
        wakeAfterTake(producers);
        return item;
    }

    private void wakeAfterTake(@Nullable WakeList producers) {
        if (producers != null) {
            producers.wakeAll();
        }
        wakeIfEnded();
    }

    /** Ends a receive's wait; the item that was there for it goes to the next. */
    void cancel(Waiter waiter) {
        Waker waker;
        lock.lock();
        try {
            called -= waiter.called ? 1 : 0;
            waiter.called = false;
            waiting.remove(waiter);
            waiter.waker = null;
            waker = callNext();
        } finally {
            lock.unlock();
        }
        if (waker != null) {
            waker.wake();
        }
    }

    /** Wakes all who wait if the channel has ended; before that, those who wait are called for what is to come. */
    @Override
    void wakeReceivers() {
        WakeList wakes = new WakeList();
        do {
            wakes.wakeAll();
            lock.lock();
            try {
                while (hasEnded() && !wakes.isFull() && waiting.first() != null) {
                    takeWaker(waiting.first(), wakes);
                }
            } finally {
                lock.unlock();
            }
        } while (!wakes.isEmpty());
    }

    private void takeWaker(Waiter waiter, WakeList wakes) {
        waiting.remove(waiter);
        if (waiter.waker != null) {
            wakes.add(waiter.waker);
            waiter.waker = null;
        }
    }

    void addReceiver() {
        lock.lock();
        try {
            receivers++;
        } finally {
            lock.unlock();
        }
    }

    /** With the last receiver the channel closes and its items are given up. */
    void removeReceiver() {
        int givenUp;
        lock.lock();
        try {
            receivers--;
            if (receivers > 0) {
                return;
            }
            permits().close();
            givenUp = items.size();
            items.clear();
        } finally {
            lock.unlock();
        }
        close();
        giveBack(givenUp);
    }

    int size() {
        lock.lock();
        try {
            return items.size();
        } finally {
            lock.unlock();
        }
    }

    int waiters() {
        lock.lock();
        try {
            return waiting.size() + called;
        } finally {
            lock.unlock();
        }
    }
}
