package io.sluice.benchmarks.sidecar;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes that arrive in pieces, with their array open to readers. One thread. */
final class GrowingBytes {

    private byte[] array;
    private int length;

    GrowingBytes(int capacity) {
        array = new byte[capacity];
    }

    /** Takes {@code count} bytes from {@code from}. */
    void take(ByteBuffer from, int count) {
        if (length + count > array.length) {
            array = Arrays.copyOf(array, Math.max(length + count, 2 * array.length));
        }
        from.get(array, length, count);
        length += count;
    }

    byte[] array() {
        return array;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }
}
