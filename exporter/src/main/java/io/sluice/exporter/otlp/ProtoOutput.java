package io.sluice.exporter.otlp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes protobuf's wire format in two passes over the same data: the first only measures, the second writes.
 *
 * <p>A message is written by one piece of code that calls this class and is run twice, so that what is measured cannot
 * differ from what is written. In the first pass each nested message and each string leaves its size in {@link #sizes},
 * in the order in which they begin; the second pass takes them out again in the same order, where a length has to stand
 * before the bytes. Nothing is allocated once the arrays have grown.
 *
 * <p>Messages inside each other are as few as every receiver takes, {@link OtlpScanner#MAX_DEPTH}: one value that is
 * nested deeper would have the whole request refused.
 *
 * <p>Methods named {@code optional...} leave out a field that has its default value, as proto3 does; the others write
 * it always, as a member of a oneof needs. Not thread-safe. Follows protobuf's encoding guide.
 */
final class ProtoOutput {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private int[] sizes = new int[256];

    /** Next element of {@link #sizes} to fill or to take. */
    private int cursor;

    /** For each open message of the measuring pass: where its size goes, and the size of its parent so far. */
    private final int[] open = new int[2 * OtlpScanner.MAX_DEPTH];

    private int depth;

    /** Measuring: bytes of the innermost open message so far. */
    private int size;

    private boolean measuring;
    private byte[] buffer = {};
    private int position;

    // ---- passes -----------------------------------------------------------------------------------------------

    /** Begins the measuring pass. */
    void measure() {
        measuring = true;
        cursor = 0;
        depth = 0;
        size = 0;
    }

    /** Ends the measuring pass. */
    int measured() {
        return size;
    }

    /** Begins the writing pass at the start of {@code target}, which holds at least {@link #measured} bytes. */
    void writeTo(byte[] target) {
        measuring = false;
        cursor = 0;
        buffer = target;
        position = 0;
    }

    /** Ends the writing pass, and lets go of the target. */
    int written() {
        buffer = new byte[0];
        return position;
    }

    // ---- messages ---------------------------------------------------------------------------------------------

    /**
     * Begins a message, or another field whose length stands before it.
     *
     * @throws IllegalArgumentException while measuring, if it is nested too deep
     */
    void begin(int field) {
        if (!measuring) {
            tag(field, LENGTH_DELIMITED);
            rawVarint32(sizes[cursor++]);
            return;
        }
        if (depth == open.length) {
            throw new IllegalArgumentException("nested deeper than " + OtlpScanner.MAX_DEPTH);
        }
        open[depth++] = reserveSize();
        open[depth++] = size + tagSize(field);
        size = 0;
    }

    void end() {
        if (measuring) {
            int outer = open[--depth];
            sizes[open[--depth]] = size;
            size = outer + varint32Size(size) + size;
        }
    }

    private int reserveSize() {
        if (cursor == sizes.length) {
            sizes = Arrays.copyOf(sizes, sizes.length * 2);
        }
        return cursor++;
    }

    // ---- numbers ----------------------------------------------------------------------------------------------

    void bool(int field, boolean value) {
        varint(field, value ? 1 : 0);
    }

    void optionalBool(int field, boolean value) {
        if (value) {
            bool(field, true);
        }
    }

    void varint(int field, long value) {
        if (measuring) {
            size += tagSize(field) + varint64Size(value);
        } else {
            tag(field, VARINT);
            rawVarint64(value);
        }
    }

    /** An unsigned integer or an enum. */
    void optionalVarint(int field, long value) {
        if (value != 0) {
            varint(field, value);
        }
    }

    /** A number of things, which may have been computed from counts that contradict each other: then none. */
    void optionalCount(int field, int count) {
        optionalVarint(field, Math.max(0, count));
    }

    /** A signed integer in zigzag form. */
    void optionalSint32(int field, int value) {
        if (value != 0) {
            varint(field, ((value << 1) ^ (value >> 31)) & 0xffff_ffffL);
        }
    }

    void fixed64(int field, long value) {
        if (measuring) {
            size += tagSize(field) + Long.BYTES;
        } else {
            tag(field, FIXED64);
            rawFixed64(value);
        }
    }

    void optionalFixed64(int field, long value) {
        if (value != 0) {
            fixed64(field, value);
        }
    }

    void real(int field, double value) {
        fixed64(field, Double.doubleToRawLongBits(value));
    }

    /** Leaves out positive zero only: negative zero is not the default. */
    void optionalReal(int field, double value) {
        optionalFixed64(field, Double.doubleToRawLongBits(value));
    }

    void optionalFixed32(int field, int value) {
        if (value == 0) {
            return;
        }
        if (measuring) {
            size += tagSize(field) + Integer.BYTES;
        } else {
            tag(field, FIXED32);
            rawFixed32(value);
        }
    }

    /** Begins a packed field of {@code count} elements of eight bytes, which follow by {@link #packedFixed64}. */
    void beginPackedFixed64(int field, int count) {
        int bytes = count * Long.BYTES;
        if (measuring) {
            size += tagSize(field) + varint32Size(bytes);
        } else {
            tag(field, LENGTH_DELIMITED);
            rawVarint32(bytes);
        }
    }

    void packedFixed64(long value) {
        if (measuring) {
            size += Long.BYTES;
        } else {
            rawFixed64(value);
        }
    }

    /** An element of a packed field of varints, which is begun and ended like a message. */
    void packedVarint(long value) {
        if (measuring) {
            size += varint64Size(value);
        } else {
            rawVarint64(value);
        }
    }

    // ---- bytes and strings ------------------------------------------------------------------------------------

    /** The bytes that {@code hex} spells, two digits each; nothing for an empty string. */
    void optionalHex(int field, String hex) {
        int bytes = hex.length() / 2;
        if (bytes == 0) {
            return;
        }
        if (measuring) {
            size += tagSize(field) + varint32Size(bytes) + bytes;
            return;
        }
        tag(field, LENGTH_DELIMITED);
        rawVarint32(bytes);
        for (int i = 0; i < bytes; i++) {
            buffer[position++] = (byte) ((digit(hex.charAt(2 * i)) << 4) | digit(hex.charAt(2 * i + 1)));
        }
    }

    /** What a hexadecimal digit of either case is worth: letters differ from numerals in bit 6. */
    private static int digit(char hex) {
        return (hex & 0xf) + (hex >> 6) * 9;
    }

    void bytes(int field, ByteBuffer value) {
        int length = value.remaining();
        if (measuring) {
            size += tagSize(field) + varint32Size(length) + length;
            return;
        }
        tag(field, LENGTH_DELIMITED);
        rawVarint32(length);
        value.duplicate().get(buffer, position, length);
        position += length;
    }

    void optionalString(int field, String value) {
        if (!value.isEmpty()) {
            string(field, value);
        }
    }

    void string(int field, String value) {
        if (measuring) {
            int bytes = Utf8.bytes(measured(value));
            size += tagSize(field) + varint32Size(bytes) + bytes;
        } else {
            int length = sizes[cursor++];
            tag(field, LENGTH_DELIMITED);
            rawVarint32(Utf8.bytes(length));
            position = Utf8.write(value, length, buffer, position);
        }
    }

    /** A piece of a string that is begun and ended like a message. */
    void text(String piece) {
        if (measuring) {
            size += Utf8.bytes(measured(piece));
        } else {
            position = Utf8.write(piece, sizes[cursor++], buffer, position);
        }
    }

    /** An ASCII character of a string that is begun and ended like a message. */
    void text(char ascii) {
        if (measuring) {
            size++;
        } else {
            buffer[position++] = (byte) ascii;
        }
    }

    private int measured(String text) {
        int length = Utf8.length(text);
        int slot = reserveSize(); // may replace the array: not inside the index
        sizes[slot] = length;
        return length;
    }

    // ---- raw --------------------------------------------------------------------------------------------------

    private void tag(int field, int wireType) {
        rawVarint32((field << 3) | wireType);
    }

    private void rawVarint32(int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            buffer[position++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        buffer[position++] = (byte) rest;
    }

    private void rawVarint64(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            buffer[position++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        buffer[position++] = (byte) rest;
    }

    private void rawFixed32(int value) {
        INT.set(buffer, position, value);
        position += Integer.BYTES;
    }

    private void rawFixed64(long value) {
        LONG.set(buffer, position, value);
        position += Long.BYTES;
    }

    private static int tagSize(int field) {
        return varint32Size(field << 3);
    }

    static int varint32Size(int value) {
        return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
    }

    private static int varint64Size(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }
}
