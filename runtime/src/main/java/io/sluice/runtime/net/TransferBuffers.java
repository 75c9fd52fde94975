package io.sluice.runtime.net;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The direct memory of one driver: buffers through which heap bytes pass on their way to and from the kernel.
 *
 * <p>The kernel needs memory that the collector does not move. Left alone, the JDK copies heap buffers through direct
 * memory of its own, cached per thread, of whatever size was written, for as long as the thread lives. Here it is at
 * most {@link #MAX_BUFFERS} buffers of {@link #SLICE_BYTES}, made when first needed: one for each thread that is in a
 * system call at the same moment, none per connection.
 *
 * <p>Any thread.
 */
final class TransferBuffers {

    /** One system call moves at most this much of heap memory. */
    static final int SLICE_BYTES = 64 * 1024;

    /** More workers than this share; one that finds none lets the JDK copy, in slices of the same size. */
    private static final int MAX_BUFFERS = 16;

    private final AtomicReferenceArray<@Nullable ByteBuffer> idle = new AtomicReferenceArray<>(MAX_BUFFERS);
    private final AtomicInteger made = new AtomicInteger();

    /** An empty buffer to be given back after one system call, or null if all are in use. */
    @Nullable
    ByteBuffer lease() {
        for (int i = 0; i < MAX_BUFFERS; i++) {
            if (idle.getPlain(i) != null) {
                ByteBuffer buffer = idle.getAndSet(i, null);
                if (buffer != null) {
                    return buffer;
                }
            }
        }
        return mayMakeOne() ? ByteBuffer.allocateDirect(SLICE_BYTES) : null;
    }

    private boolean mayMakeOne() {
        int count = made.get();
        while (count < MAX_BUFFERS) {
            if (made.compareAndSet(count, count + 1)) {
                return true;
            }
            count = made.get();
        }
        return false;
    }

    /** There is a place for each buffer that was ever made. */
    void giveBack(ByteBuffer buffer) {
        buffer.clear();
        for (int i = 0; i < MAX_BUFFERS; i++) {
            if (idle.compareAndSet(i, null, buffer)) {
                return;
            }
        }
    }

    static int sliceOf(ByteBuffer buffer) {
        return Math.min(buffer.remaining(), SLICE_BYTES);
    }
}
