package io.sluice.runtime.sync;

import io.sluice.runtime.Waker;
import io.sluice.runtime.task.WakerCell;
import java.util.Collection;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What both ends of a channel with one receiver share: a sequence of slots for the items, and the receiver's waker.
 *
 * <p><b>Waking.</b> The receiver always waits for one particular slot that it found empty, the oldest one, or the one
 * that completes a batch, and writes its number to {@link #awaited}. Exactly the producer that fills this slot wakes.
 * The receiver writes {@code awaited} and then looks at the slot again; the producer fills the slot and then reads
 * {@code awaited}; all four are volatile, so one of them sees the other. A producer of any other slot pays for one read
 * of a line that is seldom written.
 *
 * @param <T> the items
 */
final class MpscChannel<T> extends ItemChannel<T> {

    private static final long NONE = -1;

    /** Looks at a slot that a producer is about to fill, before the thread sleeps between looks. */
    private static final int SPINS = 1000;

    private static final long SPIN_SLEEP_NANOS = 20_000;

    private final ItemSequence<T> items;

    /** The slot whose filling wakes the receiver. Written by the receiver; any thread reads. */
    private final PaddedLong awaited = new PaddedLong(NONE);

    private final WakerCell receiver = new WakerCell();

    /** Slots before this one are known to be filled. Receiver only. */
    private long filledUpTo;

    MpscChannel(long capacity, ItemSequence<T> items) {
        super(capacity);
        this.items = items;
    }

    static <T> MpscChannel<T> bounded(int capacity, int segmentShift) {
        return new MpscChannel<>(capacity, new SegmentRing<>(capacity, segmentShift));
    }

    static <T> MpscChannel<T> unbounded(int blockShift) {
        return new MpscChannel<>(Permits.MAX, new BlockList<>(blockShift));
    }

    @Override
    void push(T item) {
        long slot;
        try {
            slot = items.push(item);
        } catch (OutOfMemoryError full) {
            giveBack(1);
            throw full;
        }
        if (awaited.get() == slot) {
            receiver.wake();
        }
    }

    @Override
    void wakeReceivers() {
        receiver.wake();
    }

    /** Items that were sent and not taken; a hint. */
    int size() {
        long head = items.head();
        return (int) Math.max(0, Math.min(capacity(), items.tail() - head));
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
            permits().give(count);
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
        long last = items.head() + Math.min(atLeast, capacity()) - 1;
        long empty = emptySlot(last);
        if (empty == NONE || isClosed()) {
            return true;
        }
        receiver.register(waker);
        while (empty != NONE) {
            awaited.set(empty);
            if (isClosed()) {
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
