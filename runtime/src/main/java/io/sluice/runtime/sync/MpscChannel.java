package io.sluice.runtime.sync;

import io.sluice.runtime.Future;
import io.sluice.runtime.Waker;
import io.sluice.runtime.task.WakerCell;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What both ends of a channel share: permits for the bound, a sequence of slots for the items, the receiver's waker.
 *
 * <p><b>An item's way.</b> A permit is taken, the item is pushed, the receiver takes it, the permit comes back. So the
 * channel has ended exactly if it is closed and all permits are back: an item whose sender was let in just before the
 * close still arrives, and a reserved slot holds the end up until it is used or given back.
 *
 * <p><b>Waking.</b> The receiver always waits for one particular slot that it found empty, the oldest one, or the one
 * that completes a batch, and writes its number to {@link #awaited}. Exactly the producer that fills this slot wakes.
 * The receiver writes {@code awaited} and then looks at the slot again; the producer fills the slot and then reads
 * {@code awaited}; all four are volatile, so one of them sees the other. A producer of any other slot pays for one read
 * of a line that is seldom written.
 *
 * <p>An unbounded channel is one with more permits than memory has room for items: they serve to know its end.
 *
 * @param <T> the items
 */
final class MpscChannel<T> {

    private static final long NONE = -1;

    /** Looks at a slot that a producer is about to fill, before the thread sleeps between looks. */
    private static final int SPINS = 1000;

    private static final long SPIN_SLEEP_NANOS = 20_000;

    private final long capacity;
    private final Permits permits;
    private final ItemSequence<T> items;

    /** The slot whose filling wakes the receiver. Written by the receiver; any thread reads. */
    private final PaddedLong awaited = new PaddedLong(NONE);

    private final WakerCell receiver = new WakerCell();

    /** Told once, when nothing is accepted any more. */
    private final Notify closing = new Notify();

    /** Any thread: open sender handles; the last one closes. */
    private final AtomicInteger senders = new AtomicInteger(1);

    /** Slots before this one are known to be filled. Receiver only. */
    private long filledUpTo;

    private MpscChannel(long capacity, ItemSequence<T> items) {
        this.capacity = capacity;
        this.permits = new Permits(capacity);
        this.items = items;
    }

    static <T> MpscChannel<T> bounded(int capacity, int segmentShift) {
        return new MpscChannel<>(capacity, new SegmentRing<>(capacity, segmentShift));
    }

    static <T> MpscChannel<T> unbounded(int blockShift) {
        return new MpscChannel<>(Permits.MAX, new BlockList<>(blockShift));
    }

    /** Of a bounded channel. */
    int capacity() {
        return (int) capacity;
    }

    Permits permits() {
        return permits;
    }

    boolean isClosed() {
        return permits.isClosed();
    }

    void addSender() {
        senders.incrementAndGet();
    }

    /** Whether there was a sender left and now is one more. */
    boolean addSenderIfAny() {
        int seen;
        do {
            seen = senders.get();
            if (seen == 0) {
                return false;
            }
        } while (!senders.compareAndSet(seen, seen + 1));
        return true;
    }

    void removeSender() {
        if (senders.decrementAndGet() == 0) {
            close();
        }
    }

    /** Lets nobody in any more. What is let in still arrives. */
    void close() {
        permits.close();
        receiver.wake();
        closing.notifyWaiters();
    }

    /** Ready once nothing is accepted any more. */
    Future<Void> closed() {
        return new ConditionFuture(closing, permits::isClosed);
    }

    /** Sends by a permit that the caller has taken and passes on with the item. */
    void push(T item) {
        long slot = items.push(item);
        if (awaited.get() == slot) {
            receiver.wake();
        }
    }

    /** Gives back permits for which nothing was sent. */
    void giveBack(int count) {
        permits.give(count);
        wakeIfEnded();
    }

    /** Ends a producer's wait. */
    void cancel(Permits.Waiter waiter) {
        if (permits.cancel(waiter)) {
            wakeIfEnded();
        }
    }

    private void wakeIfEnded() {
        if (hasEnded()) {
            receiver.wake();
        }
    }

    /** Whether it is closed, empty and will stay so. */
    boolean hasEnded() {
        return permits.isClosedAndIdle(capacity);
    }

    /** Items that were sent and not taken; a hint. */
    int size() {
        long head = items.head();
        return (int) Math.max(0, Math.min(Math.min(capacity, Integer.MAX_VALUE), items.tail() - head));
    }

    /** Takes the oldest item without giving its permit back; null if it is not there yet. Receiver only. */
    @Nullable
    T take() {
        return items.take();
    }

    /**
     * Moves the oldest items, at most {@code max}, to {@code out} and gives their permits back. An item that
     * {@code out} throws at stays. Receiver only.
     */
    int takeMany(Collection<? super T> out, int max) {
        int count = 0;
        try {
            for (T item; count < max && (item = items.peek()) != null; count++) {
                out.add(item);
                items.remove();
            }
        } finally {
            permits.give(count);
        }
        return count;
    }

    /**
     * {@link #take}, but null only if nothing was sent: waits for a producer that has taken the next slot's number and
     * is about to fill it. Receiver only.
     */
    @Nullable
    T takeSurely() {
        T item = items.take();
        for (int looks = 0; item == null && items.tail() > items.head(); looks++) {
            if (looks < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(this, SPIN_SLEEP_NANOS);
            }
            item = items.take();
        }
        return item;
    }

    /** Leaves the receiver's waker for when the oldest slot is filled or the channel closes; look again afterwards. */
    void awaitNext(Waker waker) {
        receiver.register(waker);
        awaited.set(items.head());
    }

    /**
     * Whether the {@code atLeast} oldest slots are filled, or as many as the channel holds, or the channel is closed;
     * if not, {@code waker} is woken when that may be so. Receiver only.
     */
    boolean pollFilled(Waker waker, int atLeast) {
        long last = items.head() + Math.min(atLeast, capacity) - 1;
        long empty = emptySlot(last);
        if (empty == NONE || permits.isClosed()) {
            return true;
        }
        receiver.register(waker);
        while (empty != NONE) {
            awaited.set(empty);
            if (permits.isClosed()) {
                break;
            }
            if (!items.isFilled(empty)) {
                return false;
            }
            empty = emptySlot(last);
        }
        stopWaiting();
        return true;
    }

    /** Spares the producers a wake that nobody needs; one that is under way is harmless. */
    void stopWaiting() {
        awaited.setOpaque(NONE);
    }

    /** The slot to wait for: the last one if it is empty, for it is most likely filled last, or a gap before it. */
    private long emptySlot(long last) {
        if (!items.isFilled(last)) {
            return last;
        }
        long slot = Math.max(filledUpTo, items.head());
        while (slot <= last && items.isFilled(slot)) {
            slot++;
        }
        filledUpTo = slot;
        return slot > last ? NONE : slot;
    }
}
