package io.sluice.runtime.codec;

import java.nio.ByteBuffer;

/**
 * Bytes that are appended by an {@link Encoder} and taken by a stream. Grows as needed; its writer bounds it by flushing.
 * One task at a time.
 */
public final class FrameBuffer {

    private static final int FIRST_BYTES = 1024;
    /** What is larger when it has become empty is let go of, so that one large message does not stay for ever. */
    private static final int KEPT_BYTES = 64 * 1024;

    /** From position to limit is what waits; behind the limit is room. */
    private ByteBuffer bytes = ByteBuffer.allocate(FIRST_BYTES).limit(0);

    FrameBuffer() {}

    /** How many bytes wait. */
    public int length() {
        return bytes.remaining();
    }

    /** Appends one byte. */
    public FrameBuffer put(byte value) {
        ByteBuffer room = room(1);
        room.put(value);
        return this;
    }

    /** Appends all of {@code value}. */
    public FrameBuffer put(byte[] value) {
        return put(ByteBuffer.wrap(value));
    }

    /** Appends what remains of {@code value}, which is not moved. */
    public FrameBuffer put(ByteBuffer value) {
        room(value.remaining()).put(value.duplicate());
        return this;
    }

    /** Appends the low {@code count} bytes of {@code value}, the highest of them first. */
    public FrameBuffer putBigEndian(long value, int count) {
        ByteBuffer room = room(count);
        for (int i = count - 1; i >= 0; i--) {
            room.put((byte) (value >>> (8 * i)));
        }
        return this;
    }

    /** Appends the low {@code count} bytes of {@code value}, the lowest of them first. */
    public FrameBuffer putLittleEndian(long value, int count) {
        ByteBuffer room = room(count);
        for (int i = 0; i < count; i++) {
            room.put((byte) (value >>> (8 * i)));
        }
        return this;
    }

    /** Exactly so many bytes behind what waits, which count as waiting from here on. */
    private ByteBuffer room(int count) {
        if (bytes.capacity() - bytes.limit() < count) {
            long needed = (long) bytes.remaining() + count;
            if (needed > Integer.MAX_VALUE - 8) {
                throw new IllegalStateException("more than 2 GB wait to be written");
            }
            long capacity = Math.max(needed, Math.min(2 * needed, Integer.MAX_VALUE - 8));
            bytes = needed <= bytes.capacity()
                    ? bytes.compact().flip()
                    : ByteBuffer.allocate((int) capacity).put(bytes).flip();
        }
        int start = bytes.limit();
        bytes.limit(start + count);
        return bytes.duplicate().position(start);
    }

    /** What waits; whoever moves its position takes it. */
    ByteBuffer waiting() {
        return bytes;
    }

    /** Forgets what was appended after there were {@code length} bytes. */
    void truncate(int length) {
        bytes.limit(bytes.position() + length);
    }

    /** Called when everything was taken. */
    void reset() {
        bytes = (bytes.capacity() > KEPT_BYTES ? ByteBuffer.allocate(FIRST_BYTES) : bytes.clear()).limit(0);
    }
}
