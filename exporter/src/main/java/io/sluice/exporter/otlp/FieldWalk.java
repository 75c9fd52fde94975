package io.sluice.exporter.otlp;

/**
 * Goes from field to field of one protobuf message, by the wire format alone. One thread.
 *
 * <p>Bytes that are no message end the walk: {@link #next} is false and {@link #isBroken} true. Source: the protobuf
 * encoding specification.
 */
final class FieldWalk {

    static final int LENGTH_DELIMITED = 2;
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int START_GROUP = 3;
    private static final int END_GROUP = 4;
    private static final int FIXED32 = 5;
    private static final int MAX_VARINT_BYTES = 10;

    private final byte[] bytes;
    private final int end;
    private int position;
    private boolean broken;

    private int start;
    private int contentStart;
    private int tag;

    FieldWalk(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.position = from;
        this.end = to;
    }

    /** Goes to the next field; false at the end. */
    boolean next() {
        if (broken || position == end) {
            return false;
        }
        start = position;
        tag = readTag();
        contentStart = position;
        skipContent(tag, 0);
        return !broken;
    }

    int field() {
        return tag >>> 3;
    }

    boolean isDelimited() {
        return (tag & 7) == LENGTH_DELIMITED;
    }

    /** Where the current field begins, its tag included. */
    int start() {
        return start;
    }

    /** Where the content of the current field, which is length-delimited, begins: behind tag and length. */
    int contentStart() {
        return contentStart;
    }

    /** Behind the current field. */
    int end() {
        return position;
    }

    boolean isBroken() {
        return broken;
    }

    private int readTag() {
        long read = readVarint();
        if (read >>> 32 != 0 || read >>> 3 == 0) {
            broken = true;
        }
        return (int) read;
    }

    private void skipContent(int of, int depth) {
        if (broken) {
            return;
        }
        switch (of & 7) {
            case VARINT -> readVarint();
            case FIXED64 -> advance(Long.BYTES);
            case FIXED32 -> advance(Integer.BYTES);
            case LENGTH_DELIMITED -> {
                long length = readVarint();
                if (depth == 0) {
                    contentStart = position;
                }
                advance(length);
            }
            case START_GROUP -> skipGroup(of >>> 3, depth + 1);
            default -> broken = true;
        }
    }

    private void skipGroup(int number, int depth) {
        while (!broken) {
            if (position == end || depth > OtlpScanner.MAX_DEPTH) {
                broken = true;
                return;
            }
            int inner = readTag();
            if ((inner & 7) == END_GROUP) {
                broken |= inner >>> 3 != number;
                return;
            }
            skipContent(inner, depth);
        }
    }

    private void advance(long count) {
        if (count < 0 || count > end - position) {
            broken = true;
        } else {
            position += (int) count;
        }
    }

    private long readVarint() {
        long value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES && position < end; i++) {
            byte next = bytes[position++];
            value |= (long) (next & 0x7f) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        broken = true;
        return 0;
    }
}
