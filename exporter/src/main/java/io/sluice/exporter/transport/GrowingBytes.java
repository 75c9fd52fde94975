package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes in one array that is replaced by a larger one as needed and can be taken out. Not synchronised, unlike the
 * JDK's, and begins with the caller's array.
 */
final class GrowingBytes extends OutputStream {

    private byte[] array;
    private int size;

    /** What is going to come as a rule, so that the last array is not larger; 0 if nobody knows. */
    private final int expected;

    GrowingBytes(byte[] array) {
        this(array, 0);
    }

    /** @param expected the size in the end, which it may exceed all the same; 0 if nobody knows */
    GrowingBytes(byte[] array, int expected) {
        this.array = array;
        this.expected = expected;
    }

    @Override
    public void write(int b) {
        ensureRoom(1);
        array[size++] = (byte) b;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        ensureRoom(length);
        System.arraycopy(source, offset, array, size, length);
        size += length;
    }

    /** Takes all that remains in {@code source}. */
    void write(ByteBuffer source) {
        int length = source.remaining();
        ensureRoom(length);
        source.get(array, size, length);
        size += length;
    }

    /** Adds all that is readable in {@code source}, and leaves it as it is. */
    void write(ByteBuf source) {
        int length = source.readableBytes();
        ensureRoom(length);
        source.getBytes(source.readerIndex(), array, size, length);
        size += length;
    }

    /** Makes room for {@code length} more bytes behind those that are there. */
    void ensureRoom(int length) {
        int needed = Math.addExact(size, length);
        if (needed > array.length) {
            // Doubling, and in long arithmetic: two gigabytes and a half would come out negative.
            long doubled = Math.max(needed, 2L * array.length);
            long larger = needed <= expected ? Math.min(expected, doubled) : doubled;
            array = Arrays.copyOf(array, (int) Math.min(Integer.MAX_VALUE - 8, larger));
        }
    }

    /** Counts {@code length} bytes that were put into {@link #array} behind those that were there. */
    void added(int length) {
        size += length;
    }

    int size() {
        return size;
    }

    /** The array as it is, larger than {@link #size} in general. */
    byte[] array() {
        return array;
    }

    byte[] toByteArray() {
        return size == array.length ? array : Arrays.copyOf(array, size);
    }
}
