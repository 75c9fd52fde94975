package io.sluice.exporter.otlp;

import java.util.Arrays;

/**
 * Writes protobuf's wire format in two passes over the same data: the first only measures, the second writes.
 *
 * <p>A message is written by one piece of code that calls this class and is run twice, so that what is measured cannot
 * differ from what is written. In the first pass each nested message and each string leaves its size in {@link #sizes},
 * in the order in which they begin; the second pass takes them out again in the same order, where a length has to stand
 * before the bytes. Nothing is allocated once the arrays have grown.
 *
 * <p>Methods named {@code optional...} leave out a field that has its default value, as proto3 does; the others write
 * it always, as a member of a oneof needs. Not thread-safe. Follows protobuf's encoding guide.
 */
final class ProtoOutput {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    private int[] sizes = new int[256];

    /** Next element of {@link #sizes} to fill or to take. */
    private int cursor;

    /** For each open message of the measuring pass: where its size goes, and the size of its parent so far. */
    private int[] open = new int[32];

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

    void begin(int field) {
        if (!measuring) {
            tag(field, LENGTH_DELIMITED);
            rawVarint32(sizes[cursor++]);
            return;
        }
        if (depth + 2 > open.length) {
            open = Arrays.copyOf(open, open.length * 2);
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
            int high = Character.digit(hex.charAt(2 * i), 16);
            int low = Character.digit(hex.charAt(2 * i + 1), 16);
            buffer[position++] = (byte) ((high << 4) | low);
        }
    }

    void bytes(int field, java.nio.ByteBuffer value) {
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
            int length = Utf8.length(value);
            int slot = reserveSize(); // may replace the array: not inside the index
            sizes[slot] = length;
            size += tagSize(field) + varint32Size(length) + length;
        } else {
            int length = sizes[cursor++];
            tag(field, LENGTH_DELIMITED);
            rawVarint32(length);
            Utf8.write(value, buffer, position, length);
            position += length;
        }
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
        for (int shift = 0; shift < Integer.SIZE; shift += 8) {
            buffer[position++] = (byte) (value >>> shift);
        }
    }

    private void rawFixed64(long value) {
        for (int shift = 0; shift < Long.SIZE; shift += 8) {
            buffer[position++] = (byte) (value >>> shift);
        }
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
