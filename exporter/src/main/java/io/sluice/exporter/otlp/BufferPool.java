package io.sluice.exporter.otlp;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lends arrays for encoded requests and takes them back.
 *
 * <p>Arrays come in powers of two and three sizes in between; one that is idle and up to twice as large is lent instead
 * of a new one. What is given back is kept up to {@code maxIdleBytes} over all sizes; beyond that the
 * size that was asked for least recently makes room, or the array is left to the garbage collector. So a burst does not
 * stay in memory, and what it left behind does not keep out the sizes that are used after it. Any thread.
 */
public final class BufferPool {

    /** Smallest array: below it a pool costs more than it saves. */
    private static final int MIN_SHIFT = 12;

    private static final int MAX_SHIFT = 30;

    /** The largest array. */
    static final int MAX_BYTES = 1 << MAX_SHIFT;

    /** Sizes from one power of two to the next. */
    private static final int STEPS = 4;

    private static final int CLASSES = (MAX_SHIFT - MIN_SHIFT) * STEPS + 1;

    private final long maxIdleBytes;
    private final ReentrantLock lock = new ReentrantLock();

    // All guarded by lock.
    private final ArrayDeque<byte[]>[] idle = newClasses();
    private final long[] lastTaken = new long[CLASSES];
    private long takes;
    private long idleBytes;
    private int lent;

    public BufferPool(long maxIdleBytes) {
        if (maxIdleBytes < 0) {
            throw new IllegalArgumentException("maxIdleBytes is " + maxIdleBytes + "; allowed: zero or more");
        }
        this.maxIdleBytes = maxIdleBytes;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generics
    private static ArrayDeque<byte[]>[] newClasses() {
        ArrayDeque<byte[]>[] classes = new ArrayDeque[CLASSES];
        for (int i = 0; i < CLASSES; i++) {
            classes[i] = new ArrayDeque<>();
        }
        return classes;
    }

    /**
     * An array of at least {@code size} bytes with whatever content.
     *
     * @throws IllegalArgumentException for more than 1 GiB, the largest power of two
     */
    byte[] take(int size) {
        if (size < 0 || size > MAX_BYTES) {
            throw new IllegalArgumentException("a request of " + Integer.toUnsignedString(size) + " bytes");
        }
        int index = classOf(size);
        byte[] kept = takeIdle(index);
        return kept != null ? kept : new byte[sizeOf(index)];
    }

    private byte @Nullable [] takeIdle(int index) {
        lock.lock();
        try {
            lent++;
            lastTaken[index] = ++takes;
            for (int i = index; i < Math.min(CLASSES, index + STEPS); i++) {
                byte[] array = idle[i].pollLast();
                if (array != null) {
                    idleBytes -= array.length;
                    return array;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Takes an array back; the caller must not touch it any more. */
    void give(byte[] array) {
        lock.lock();
        try {
            lent--;
            int index = classOf(array.length);
            boolean mayFit = array.length <= maxIdleBytes;
            while (mayFit && idleBytes + array.length > maxIdleBytes) {
                mayFit = forgetOlderThan(index);
            }
            if (mayFit) {
                idle[index].addLast(array);
                idleBytes += array.length;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of an array of the size that was taken least recently, if that is longer ago than that of {@code index}. */
    private boolean forgetOlderThan(int index) {
        int oldest = index;
        for (int i = 0; i < CLASSES; i++) {
            if (!idle[i].isEmpty() && lastTaken[i] < lastTaken[oldest]) {
                oldest = i;
            }
        }
        if (oldest == index) {
            return false;
        }
        idleBytes -= requireNonNull(idle[oldest].pollLast()).length;
        return true;
    }

    /** Arrays that are out; zero when every payload has been closed. */
    public int lent() {
        lock.lock();
        try {
            return lent;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes kept for later. */
    public long idleBytes() {
        lock.lock();
        try {
            return idleBytes;
        } finally {
            lock.unlock();
        }
    }

    private static int classOf(int size) {
        int last = Math.max(size - 1, (1 << MIN_SHIFT) - 1);
        int shift = 31 - Integer.numberOfLeadingZeros(last);
        int step = (int) (((long) (last - (1 << shift)) * STEPS) >>> shift);
        return Math.max(0, (shift - MIN_SHIFT) * STEPS + step + 1);
    }

    private static int sizeOf(int index) {
        int shift = MIN_SHIFT + index / STEPS;
        return (1 << shift) + index % STEPS * ((1 << shift) / STEPS);
    }
}
