package io.sluice.runtime.sync;

import io.sluice.runtime.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What bounds a channel and says when it ends: permits, and a count of the senders.
 *
 * <p><b>An item's way.</b> A permit is taken, the item is pushed, a receiver takes it, the permit comes back. So the
 * channel has ended exactly if it is closed and all permits are back: an item whose sender was let in just before the
 * close still arrives, and a reserved slot holds the end up until it is used or given back.
 *
 * <p>An unbounded channel is one with more permits than memory has room for items: they serve to know its end.
 *
 * @param <T> the items
 */
abstract class ItemChannel<T> {

    private final long capacity;
    private final Permits permits;

    /** Told once, when nothing is accepted any more. */
    private final Notify closing = new Notify();

    /** Any thread: open sender handles; the last one closes. */
    private final AtomicInteger senders = new AtomicInteger(1);

    ItemChannel(long capacity) {
        this.capacity = capacity;
        this.permits = new Permits(capacity);
    }

    /** Sends by a permit that the caller has taken and passes on with the item, also if there is no memory for it. */
    abstract void push(T item);

    /** Has those who wait for items look again: the channel is closed, or has ended. */
    abstract void wakeReceivers();

    /** The largest number if it is unbounded. */
    final int capacity() {
        return (int) Math.min(capacity, Integer.MAX_VALUE);
    }

    final Permits permits() {
        return permits;
    }

    final boolean isClosed() {
        return permits.isClosed();
    }

    final void addSender() {
        senders.incrementAndGet();
    }

    /** Whether there was a sender left and now is one more. */
    final boolean addSenderIfAny() {
        int seen;
        do {
            seen = senders.get();
            if (seen == 0) {
                return false;
            }
        } while (!senders.compareAndSet(seen, seen + 1));
        return true;
    }

    final void removeSender() {
        if (senders.decrementAndGet() == 0) {
            close();
        }
    }

    /** Lets nobody in any more. What is let in still arrives. */
    final void close() {
        permits.close();
        wakeReceivers();
        closing.notifyWaiters();
    }

    /** Ready once nothing is accepted any more. */
    final Future<Void> closed() {
        return new ConditionFuture(closing, permits::isClosed);
    }

    /** Gives back permits whose items were taken, or for which nothing was sent. */
    final void giveBack(int count) {
        permits.give(count);
        wakeIfEnded();
    }

    /** Ends a producer's wait. */
    final void cancel(Permits.Waiter waiter) {
        if (permits.cancel(waiter)) {
            wakeIfEnded();
        }
    }

    final void wakeIfEnded() {
        if (hasEnded()) {
            wakeReceivers();
        }
    }

    /** Whether it is closed, empty and will stay so. */
    final boolean hasEnded() {
        return permits.isClosedAndIdle(capacity);
    }
}
