package io.sluice.exporter.otlp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a scanner has to know of one message type: the kind of each field, by number. Made once, read by any thread; a
 * test holds all shapes against the generated descriptors.
 */
final class MessageShape {

    /** How the bytes of a field are checked. */
    enum Kind {
        /** An integer, bool or enum; a repeated one may be packed. */
        VARINT,
        FIXED32,
        FIXED64,
        PACKED_VARINT,
        PACKED_FIXED64,
        /** Valid UTF-8. */
        STRING,
        BYTES,
        /** Bytes of length 16, or none. */
        TRACE_ID,
        /** Bytes of length 8, or none. */
        SPAN_ID,
        MESSAGE
    }

    private final String name;
    private final boolean counted;

    /** By field number; null where the number is unknown. */
    private @Nullable Kind[] kinds = new Kind[0];

    private @Nullable MessageShape[] children = new MessageShape[0];

    /** A bit for each {@link #alternative}. */
    private long alternatives;

    private MessageShape(String name, boolean counted) {
        this.name = name;
        this.counted = counted;
    }

    static MessageShape of(String name) {
        return new MessageShape(name, false);
    }

    /** A type whose messages are what accounts count: a span, a data point, a log record. */
    static MessageShape counted(String name) {
        return new MessageShape(name, true);
    }

    MessageShape with(Kind kind, int... fields) {
        for (int field : fields) {
            put(field, kind, null);
        }
        return this;
    }

    MessageShape message(int field, MessageShape child) {
        put(field, Kind.MESSAGE, child);
        return this;
    }

    /** A member of a oneof whose members hold items: only those of the member that comes last count. */
    MessageShape alternative(int field, MessageShape child) {
        alternatives |= 1L << field;
        return message(field, child);
    }

    private void put(int field, Kind kind, @Nullable MessageShape child) {
        if (field >= kinds.length) {
            kinds = Arrays.copyOf(kinds, field + 1);
            children = Arrays.copyOf(children, field + 1);
        }
        kinds[field] = kind;
        children[field] = child;
    }

    String name() {
        return name;
    }

    boolean isCounted() {
        return counted;
    }

    boolean isAlternative(int field) {
        return alternatives != 0 && field < Long.SIZE && (alternatives >>> field & 1) != 0;
    }

    /** Null for an unknown field. */
    @Nullable
    Kind kind(int field) {
        return field < kinds.length ? kinds[field] : null;
    }

    /** Null for everything but a known message field. */
    @Nullable
    MessageShape child(int field) {
        return field < children.length ? children[field] : null;
    }

    /** One more than the largest known field number. */
    int limit() {
        return kinds.length;
    }
}
