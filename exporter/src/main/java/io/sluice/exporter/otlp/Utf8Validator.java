package io.sluice.exporter.otlp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Whether bytes are UTF-8: RFC 3629, so no overlong forms, no surrogates, nothing above U+10FFFF. */
final class Utf8Validator {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private Utf8Validator() {}

    /** ASCII, which nearly everything is, goes by eight bytes a step: the last step looks at some of them again. */
    static boolean isValid(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length < Long.BYTES) {
            return isShortAscii(bytes, from, length) || isValidFrom(bytes, from, to);
        }
        int last = to - Long.BYTES;
        for (int position = from; position < last; position += Long.BYTES) {
            if (((long) LONG.get(bytes, position) & HIGH_BITS) != 0) {
                return isValidFrom(bytes, position, to);
            }
        }
        return ((long) LONG.get(bytes, last) & HIGH_BITS) == 0 || isValidFrom(bytes, from, to);
    }

    /** False too if the array ends too soon behind them to tell by one look. */
    private static boolean isShortAscii(byte[] bytes, int from, int length) {
        return bytes.length - from >= Long.BYTES
                && ((long) LONG.get(bytes, from) & HIGH_BITS & ((1L << (length * Byte.SIZE)) - 1)) == 0;
    }

    private static boolean isValidFrom(byte[] bytes, int from, int to) {
        int position = from;
        while (position < to) {
            int first = bytes[position++] & 0xff;
            if (first < 0x80) {
                continue;
            }
            int more = continuationBytes(first);
            if (more == 0 || to - position < more || !isSecond(first, bytes[position] & 0xff)) {
                return false;
            }
            for (int i = 1; i < more; i++) {
                if ((bytes[position + i] & 0xc0) != 0x80) {
                    return false;
                }
            }
            position += more;
        }
        return true;
    }

    /** Zero for a byte that begins nothing. */
    private static int continuationBytes(int first) {
        if (first < 0xc2) {
            return 0;
        }
        if (first < 0xe0) {
            return 1;
        }
        if (first < 0xf0) {
            return 2;
        }
        return first < 0xf5 ? 3 : 0;
    }

    /** The second byte's range depends on the first where overlong forms, surrogates and the end of Unicode lie. */
    private static boolean isSecond(int first, int second) {
        int low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        return second >= low && second <= high;
    }
}
