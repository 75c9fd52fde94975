package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a bounded channel: a ring of slots, numbered without end, in segments that exist only while they hold
 * something.
 *
 * <pre>
 *  directory   [ . ][ . ][ * ][ * ][ * ][ . ] ... [ . ]        one entry for each segment of the ring
 *                          |    |    |
 *                        segments of slots                     made by the first producer that needs it,
 *                          ^ head       ^ tail                 taken away by the consumer when it leaves
 * </pre>
 *
 * <p>A producer holds a permit for each item that it brings, and the consumer gives permits back after it emptied the
 * slot; so slot numbers in use span at most {@code capacity}. The ring is at least one segment longer than that. Hence,
 * when a producer comes to a directory entry on the next round, the consumer has left that segment on the last round,
 * and the permit that the producer holds tells it so (release and acquire of the permit word): a producer never waits
 * for a slot, and no slot is ever taken for another round's.
 *
 * <p>The consumer cannot leave a segment before every slot of it was filled, so an entry is never cleared under a
 * producer. Segments come back through {@link #spare}: a channel that is mostly empty lives in two of them.
 *
 * <p>A number that was drawn must be filled, or the consumer waits for it for ever. So a producer draws one only while
 * there is a segment in {@link #reserve}, and a heap without room for another one fails those who have not begun.
 *
 * @param <T> the items
 */
final class SegmentRing<T> extends ItemSequence<T> {

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);

    /** Between two looks for a segment, where all reserves are gone. */
    private static final long LOOK_NANOS = 1_000_000;

    private final IntFunction<Object[]> memory;
    private final int segmentShift;
    private final int slotMask;
    private final int directoryMask;

    /** Any thread. */
    private final AtomicReferenceArray<Object @Nullable []> directory;

    /** Any thread: an emptied segment, for the next producer that needs one. */
    private final AtomicReferenceArray<Object @Nullable []> spare = new AtomicReferenceArray<>(1);

    /** Any thread: for want of memory between a number and its slot. Present from the first item on. */
    private final AtomicReference<Object @Nullable []> reserve = new AtomicReference<>();

    /** The slot that the next item goes to. Producers. */
    private final PaddedLong tail = new PaddedLong(0);

    /** The next slot to empty. Written by the consumer; any thread may read it as a hint. */
    private final PaddedLong head = new PaddedLong(0);

    /** The segment of {@link #head}. Consumer only. */
    private Object @Nullable [] headSegment;

    /** Balances the size of segments against that of the directory: both about the root of the capacity. */
    static int segmentShiftFor(int capacity) {
        int root = (Integer.SIZE - Integer.numberOfLeadingZeros(capacity)) / 2;
        return Math.max(5, Math.min(root, 10));
    }

    SegmentRing(int capacity, int segmentShift) {
        this(capacity, segmentShift, Object[]::new);
    }

    /** @param memory makes segments of that many slots; throws if there is no room */
    SegmentRing(int capacity, int segmentShift, IntFunction<Object[]> memory) {
        this.memory = memory;
        this.segmentShift = segmentShift;
        this.slotMask = (1 << segmentShift) - 1;
        int segments = (int) ((capacity + (1L << (segmentShift + 1)) - 1) >>> segmentShift);
        int entries = Math.max(2, Integer.highestOneBit(segments - 1) << 1);
        this.directoryMask = entries - 1;
        this.directory = new AtomicReferenceArray<>(entries);
    }

    /**
     * {@inheritDoc} The caller holds a permit.
     *
     * @throws OutOfMemoryError if there is no reserve and no memory for one; nothing has changed
     */
    @Override
    long push(T item) {
        if (reserve.get() == null) {
            reserve.set(memory.apply(slotMask + 1));
        }
        long index = tail.getAndIncrement();
        SLOT.setVolatile(segmentFor(index), (int) index & slotMask, item);
        return index;
    }

    private Object[] segmentFor(long index) {
        int entry = entryOf(index);
        Object[] segment = directory.getAcquire(entry);
        return segment != null ? segment : install(entry);
    }

    private Object[] install(int entry) {
        Object[] fresh = freeSegment();
        while (fresh == null) { // who took the reserve is about to put it here, or fills an entry before
            Object[] present = directory.getAcquire(entry);
            if (present != null) {
                return present;
            }
            LockSupport.parkNanos(this, LOOK_NANOS);
            fresh = freeSegment();
        }
        Object[] present = directory.compareAndExchange(entry, null, fresh);
        if (present == null) {
            return fresh;
        }
        spare.setRelease(0, fresh);
        return present;
    }

    /** Null if there is no memory and others have taken what there was. */
    private Object @Nullable [] freeSegment() {
        Object[] left = spare.get(0) == null ? null : spare.getAndSet(0, null);
        if (left != null) {
            return left;
        }
        try {
            return memory.apply(slotMask + 1);
        } catch (OutOfMemoryError full) {
            return reserve.getAndSet(null);
        }
    }

    @Override
    long head() {
        return head.get();
    }

    @Override
    long tail() {
        return tail.get();
    }

    @Override
    boolean isFilled(long index) {
        Object[] segment = directory.get(entryOf(index));
        return segment != null && SLOT.getVolatile(segment, (int) index & slotMask) != null;
    }

    @Override
    @SuppressWarnings("unchecked")
    @Nullable
    T peek() {
        long index = head.get();
        Object[] segment = headSegment;
        if (segment == null) {
            segment = directory.get(entryOf(index));
            if (segment == null) {
                return null;
            }
            headSegment = segment;
        }
        return (T) SLOT.getVolatile(segment, (int) index & slotMask);
    }

    @Override
    void remove() {
        long index = head.get();
        int slot = (int) index & slotMask;
        Object[] segment = requireNonNull(headSegment);
        segment[slot] = null;
        if (slot == slotMask) {
            leave(index, segment);
        }
        head.setOpaque(index + 1);
    }

    private void leave(long index, Object[] segment) {
        headSegment = null;
        directory.setRelease(entryOf(index), null);
        spare.setRelease(0, segment);
    }

    private int entryOf(long index) {
        return (int) (index >>> segmentShift) & directoryMask;
    }
}
