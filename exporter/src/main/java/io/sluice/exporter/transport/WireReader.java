package io.sluice.exporter.transport;

import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of one protobuf message in order: enough for the few small messages that a server answers with.
 *
 * <pre>
 *   while (reader.next()) switch (reader.field()) { case 1 -> reader.varint(); ... default -> skipped by next() }
 * </pre>
 *
 * One thread. Source: the protobuf encoding specification.
 */
public final class WireReader {

    /** The bytes are not a protobuf message. */
    public static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int START_GROUP = 3;
    private static final int END_GROUP = 4;
    private static final int FIXED32 = 5;

    /** Groups inside each other, as protobuf's own parsers have it. */
    private static final int MAX_DEPTH = 100;

    private final byte[] bytes;
    private final int end;
    private int position;
    private int tag;
    /** The current field's value has not been read yet. */
    private boolean unread;

    public WireReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private WireReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    /** Goes to the next field, skipping the value of the current one if nobody read it. False at the end. */
    public boolean next() throws MalformedException {
        if (unread) {
            skip();
        }
        if (position == end) {
            return false;
        }
        tag = rawTag();
        unread = true;
        return true;
    }

    private int rawTag() throws MalformedException {
        long read = rawVarint();
        if (read >>> 32 != 0 || read >>> 3 == 0) {
            throw new MalformedException("a tag of " + read);
        }
        return (int) read;
    }

    public int field() {
        return tag >>> 3;
    }

    /** Whether {@link #varint} can read the field; one of another type than expected is an unknown field. */
    public boolean isVarint() {
        return (tag & 7) == VARINT;
    }

    /** Whether {@link #string} and {@link #message} can read the field. */
    public boolean isDelimited() {
        return (tag & 7) == LENGTH;
    }

    public long varint() throws MalformedException {
        expect(VARINT);
        return rawVarint();
    }

    public String string() throws MalformedException {
        expect(LENGTH);
        int length = length();
        String text = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return text;
    }

    /** A reader of the message in the current field. */
    public WireReader message() throws MalformedException {
        expect(LENGTH);
        int length = length();
        WireReader inner = new WireReader(bytes, position, position + length);
        position += length;
        return inner;
    }

    private void expect(int wireType) throws MalformedException {
        if ((tag & 7) != wireType) {
            throw new MalformedException("field " + field() + " has wire type " + (tag & 7));
        }
        unread = false;
    }

    private void skip() throws MalformedException {
        unread = false;
        skip(tag, 0);
    }

    private void skip(int field, int depth) throws MalformedException {
        switch (field & 7) {
            case VARINT -> rawVarint();
            case FIXED64 -> advance(8);
            case LENGTH -> advance(length());
            case FIXED32 -> advance(4);
            case START_GROUP -> skipGroup(field >>> 3, depth + 1);
            default -> throw new MalformedException("wire type " + (field & 7));
        }
    }

    private void skipGroup(int number, int depth) throws MalformedException {
        if (depth > MAX_DEPTH) {
            throw new MalformedException("groups nested deeper than " + MAX_DEPTH);
        }
        int inner = rawTag();
        while ((inner & 7) != END_GROUP) {
            skip(inner, depth);
            inner = rawTag();
        }
        if (inner >>> 3 != number) {
            throw new MalformedException("a group ends that did not begin");
        }
    }

    private int length() throws MalformedException {
        long length = rawVarint();
        if (length < 0 || length > end - position) {
            throw new MalformedException("a length of " + length + " where " + (end - position) + " bytes are left");
        }
        return (int) length;
    }

    private void advance(int count) throws MalformedException {
        if (count > end - position) {
            throw new MalformedException("the message is cut off");
        }
        position += count;
    }

    private long rawVarint() throws MalformedException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position == end) {
                throw new MalformedException("the message is cut off");
            }
            byte next = bytes[position++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedException("a number of more than ten bytes");
    }
}
