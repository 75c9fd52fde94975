package io.sluice.exporter.transport;

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

    GrowingBytes(byte[] array) {
        this.array = array;
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

    private void ensureRoom(int length) {
        int needed = Math.addExact(size, length);
        if (needed > array.length) {
            // Doubling, and in long arithmetic: two gigabytes and a half would come out negative.
            array = Arrays.copyOf(array, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * array.length)));
        }
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
