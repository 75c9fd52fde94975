package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The large buffers that the channels of one loop read into, one of each size, used again by whichever channel reads
 * next. As a rule a round's bytes are copied into a request before the round is over, and then to allocate and clear
 * 64 KiB for them would cost more than to read them. A buffer that somebody still holds stays his, and another takes its
 * place. In the loop.
 */
final class ReadBuffers {

    /** Smaller ones are quickly made, and what a connection at rest holds of one should be small. */
    private static final int SMALLEST_KEPT_BYTES = 16 * 1024;

    private static final int SIZES = 3;

    private final @Nullable ByteBuf[] idle = new ByteBuf[SIZES];

    /** An empty buffer of this size, which is a power of two. The caller's, until {@link #giveBack}. */
    ByteBuf take(ByteBufAllocator allocator, int bytes) {
        int size = sizeOf(bytes);
        if (size >= 0) {
            ByteBuf kept = idle[size];
            if (kept != null) {
                idle[size] = null;
                return kept;
            }
        }
        return allocator.heapBuffer(bytes);
    }

    /** Where buffers of this size are kept; negative if they are not. */
    private static int sizeOf(int bytes) {
        int size = Integer.numberOfTrailingZeros(bytes) - Integer.numberOfTrailingZeros(SMALLEST_KEPT_BYTES);
        return size < SIZES && Integer.bitCount(bytes) == 1 ? size : -1;
    }

    /** Ends the caller's hold. Whoever else wants the bytes holds the buffer himself. */
    void giveBack(ByteBuf buffer) {
        int size = sizeOf(buffer.capacity());
        if (size >= 0 && idle[size] == null && buffer.refCnt() == 1) {
            idle[size] = buffer.clear();
        } else {
            buffer.release();
        }
    }

    /** Nothing is read any more. */
    void release() {
        for (int i = 0; i < SIZES; i++) {
            ByteBuf kept = idle[i];
            if (kept != null) {
                idle[i] = null;
                kept.release();
            }
        }
    }
}
