package io.sluice.exporter.otlp;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes protobuf's wire format in one pass, into an array that grows.
 *
 * <p>A nested message has its length in front, which is known only once it has been written. Room for it is left as the
 * last message at the same depth needed it; where that was wrong, the message is moved by the difference, which is rare
 * and costs a copy of a few hundred bytes. So nothing is looked at twice, and lengths are as short as they can be.
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

    /** A tag and a number take no more. */
    static final int MAX_NUMBER = 5 + 10;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final byte[] NONE = {};

    private final BufferPool pool;

    /** Lent by {@link #pool}, unless it is {@link #NONE}. */
    private byte[] buffer = NONE;

    private int position;

    /** For each open message, where its content begins. */
    private final int[] contents;

    /** For each depth, the bytes that are left for a length. */
    private final int[] lengthSizes;

    private int depth;

    /**
     * @param pool lends the array from the first write until {@link #release}
     * @param around messages that what is written will be put into
     */
    ProtoOutput(BufferPool pool, int around) {
        this.pool = requireNonNull(pool, "pool");
        this.contents = new int[OtlpScanner.MAX_DEPTH - around];
        this.lengthSizes = new int[contents.length];
        Arrays.fill(lengthSizes, 1);
    }

    /** Bytes written so far; the length of an open message may still change its size. */
    int position() {
        return position;
    }

    /** Takes back what was written since {@link #position} was {@code earlier}, open messages included. */
    void rewind(int earlier) {
        position = earlier;
        depth = 0;
    }

    /** Leaves messages that were begun and not ended as they are, for nobody to read; what follows is outside of them. */
    void abandon() {
        depth = 0;
    }

    /** What was written lies at its start, up to {@link #position}; another one after the next write. */
    byte[] array() {
        return buffer;
    }

    /** Gives the array back; nothing is written then. */
    void release() {
        rewind(0);
        byte[] lent = buffer;
        buffer = NONE;
        if (lent != NONE) {
            pool.give(lent);
        }
    }

    // ---- messages ---------------------------------------------------------------------------------------------

    /**
     * Begins a message, or another field whose length stands before it.
     *
     * @throws IllegalArgumentException if it is nested too deep
     */
    void begin(int field) {
        if (depth == contents.length) {
            throw new IllegalArgumentException("nested deeper than " + OtlpScanner.MAX_DEPTH);
        }
        require(MAX_NUMBER);
        tag(field, LENGTH_DELIMITED);
        position += lengthSizes[depth];
        contents[depth++] = position;
    }

    void end() {
        int content = contents[--depth];
        int length = position - content;
        int left = lengthSizes[depth];
        int needed = varint32Size(length);
        if (needed != left) {
            lengthSizes[depth] = needed;
            require(needed);
            System.arraycopy(buffer, content, buffer, content - left + needed, length);
        }
        position = content - left;
        rawVarint32(length);
        position += length;
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
        require(MAX_NUMBER);
        tag(field, VARINT);
        rawVarint64(value);
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
        require(MAX_NUMBER);
        tag(field, FIXED64);
        rawFixed64(value);
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

    void fixed32(int field, int value) {
        require(MAX_NUMBER);
        tag(field, FIXED32);
        INT.set(buffer, position, value);
        position += Integer.BYTES;
    }

    void optionalFixed32(int field, int value) {
        if (value != 0) {
            fixed32(field, value);
        }
    }

    /** Begins a packed field of {@code count} elements of eight bytes, which follow by {@link #packedFixed64}. */
    void beginPackedFixed64(int field, int count) {
        int bytes = Math.multiplyExact(count, Long.BYTES);
        delimited(field, bytes);
    }

    void packedFixed64(long value) {
        rawFixed64(value);
    }

    /** An element of a packed field of varints, which is begun and ended like a message. */
    void packedVarint(long value) {
        require(MAX_NUMBER);
        rawVarint64(value);
    }

    /** An element of eight bytes of a packed field that is begun and ended like a message. */
    void elementFixed64(long value) {
        require(Long.BYTES);
        rawFixed64(value);
    }

    // ---- bytes and strings ------------------------------------------------------------------------------------

    /** The bytes that {@code hex} spells, two digits each; nothing for an empty string. */
    void optionalHex(int field, String hex) {
        int bytes = hex.length() / 2;
        if (bytes == 0) {
            return;
        }
        delimited(field, bytes);
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
        delimited(field, length);
        value.duplicate().get(buffer, position, length);
        position += length;
    }

    void optionalString(int field, String value) {
        if (!value.isEmpty()) {
            string(field, value);
        }
    }

    void string(int field, String value) {
        int length = Utf8.length(value);
        delimited(field, Utf8.bytes(length));
        position = Utf8.write(value, length, buffer, position);
    }

    /** A piece of a string that is begun and ended like a message. */
    void text(String piece) {
        int length = Utf8.length(piece);
        require(Utf8.bytes(length));
        position = Utf8.write(piece, length, buffer, position);
    }

    /** An ASCII character of a string that is begun and ended like a message. */
    void text(char ascii) {
        require(1);
        buffer[position++] = (byte) ascii;
    }

    /** The bytes of {@code source} between {@code from} and {@code to} as they are. */
    void raw(byte[] source, int from, int to) {
        int length = to - from;
        require(length);
        System.arraycopy(source, from, buffer, position, length);
        position += length;
    }

    // ---- raw --------------------------------------------------------------------------------------------------

    /** The head of a field of {@code length} bytes, which must follow and for which there is room. */
    void delimited(int field, int length) {
        require(Math.addExact(MAX_NUMBER, length));
        tag(field, LENGTH_DELIMITED);
        rawVarint32(length);
    }

    /** Sees to it that {@code bytes} more can be written. */
    void require(int bytes) {
        if (buffer.length - position < bytes) {
            grow(Math.addExact(position, bytes));
        }
    }

    private void grow(int atLeast) {
        byte[] larger = pool.take(Math.max(atLeast, (int) Math.min(2L * buffer.length, BufferPool.MAX_BYTES)));
        System.arraycopy(buffer, 0, larger, 0, position);
        if (buffer != NONE) {
            pool.give(buffer);
        }
        buffer = larger;
    }

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

    private void rawFixed64(long value) {
        LONG.set(buffer, position, value);
        position += Long.BYTES;
    }

    static int varint32Size(int value) {
        return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
    }
}
