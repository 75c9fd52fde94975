package io.sluice.exporter.otlp;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be known of one message type to check its bytes, or to make them from JSON: its fields, by number and by
 * name. Made once, read by any thread; a test holds all shapes against the generated descriptors.
 */
final class MessageShape {

    /** What a field holds. Ids are bytes of a certain length, which JSON spells in hexadecimal. */
    enum Kind {
        BOOL,
        ENUM,
        INT32,
        UINT32,
        SINT32,
        INT64,
        UINT64,
        FIXED32,
        FIXED64,
        SFIXED64,
        DOUBLE,
        STRING,
        BYTES,
        /** Bytes of length 16, or none. */
        TRACE_ID,
        /** Bytes of length 8, or none. */
        SPAN_ID,
        MESSAGE
    }

    /** What is checked where the content of a field has its length in front. */
    enum Check {
        /** Nothing: any bytes, or a known field with another wire type, which counts as unknown. */
        NONE,
        MESSAGE,
        UTF8,
        TRACE_ID,
        SPAN_ID,
        PACKED_VARINT,
        PACKED_FIXED64
    }

    /** @param child the type of a message field; null for the others */
    record Field(
            int number,
            String name,
            Kind kind,
            boolean repeated,
            @Nullable MessageShape child) {

        /** The name in JSON: without underscores, the letters after them in capitals. */
        String jsonName() {
            StringBuilder camel = new StringBuilder();
            for (int i = 0; i < name.length(); i++) {
                boolean first = i > 0 && name.charAt(i - 1) == '_';
                if (name.charAt(i) != '_') {
                    camel.append(first ? Character.toUpperCase(name.charAt(i)) : name.charAt(i));
                }
            }
            return camel.toString();
        }

        private Check check() {
            return switch (kind) {
                case MESSAGE -> Check.MESSAGE;
                case STRING -> Check.UTF8;
                case TRACE_ID -> Check.TRACE_ID;
                case SPAN_ID -> Check.SPAN_ID;
                case BYTES, FIXED32 -> Check.NONE;
                case FIXED64, SFIXED64, DOUBLE -> repeated ? Check.PACKED_FIXED64 : Check.NONE;
                case BOOL, ENUM, INT32, UINT32, SINT32, INT64, UINT64 -> repeated ? Check.PACKED_VARINT : Check.NONE;
            };
        }
    }

    private final String name;
    private final boolean counted;

    /** By field number; null where the number is unknown. */
    private @Nullable Field[] fields = new Field[0];

    /** What scans look at, by field number. */
    private Check[] checks = new Check[0];

    private @Nullable MessageShape[] children = new MessageShape[0];

    private final Map<String, Field> byJsonName = new HashMap<>();

    /** A bit for each {@link #alternative}. */
    private long alternatives;

    private MessageShape(String name, boolean counted) {
        this.name = name;
        this.counted = counted;
    }

    static MessageShape of(String name) {
        return new MessageShape(name, false);
    }

    /** A type whose messages are what accounts count: a span, a data point, a log record, a profile. */
    static MessageShape counted(String name) {
        return new MessageShape(name, true);
    }

    MessageShape one(int number, String field, Kind kind) {
        return put(new Field(number, field, kind, false, null));
    }

    MessageShape many(int number, String field, Kind kind) {
        return put(new Field(number, field, kind, true, null));
    }

    MessageShape one(int number, String field, MessageShape child) {
        return put(new Field(number, field, Kind.MESSAGE, false, child));
    }

    MessageShape many(int number, String field, MessageShape child) {
        return put(new Field(number, field, Kind.MESSAGE, true, child));
    }

    /** A member of a oneof whose members hold items: only those of the member that comes last count. */
    MessageShape alternative(int number, String field, MessageShape child) {
        alternatives |= 1L << number;
        return one(number, field, child);
    }

    private MessageShape put(Field field) {
        int length = fields.length;
        if (field.number() >= length) {
            fields = Arrays.copyOf(fields, field.number() + 1);
            children = Arrays.copyOf(children, field.number() + 1);
            checks = Arrays.copyOf(checks, field.number() + 1);
            Arrays.fill(checks, length, checks.length, Check.NONE);
        }
        fields[field.number()] = field;
        children[field.number()] = field.child();
        checks[field.number()] = field.check();
        byJsonName.put(field.jsonName(), field);
        return this;
    }

    String name() {
        return name;
    }

    boolean isCounted() {
        return counted;
    }

    boolean isAlternative(int number) {
        return alternatives != 0 && number < Long.SIZE && (alternatives >>> number & 1) != 0;
    }

    /** Null for an unknown number. */
    @Nullable
    Field field(int number) {
        return number < fields.length ? fields[number] : null;
    }

    /** Null for an unknown name. */
    @Nullable
    Field field(String jsonName) {
        return byJsonName.get(jsonName);
    }

    Check check(int number) {
        return number < checks.length ? checks[number] : Check.NONE;
    }

    /** Null for everything but a known message field. */
    @Nullable
    MessageShape child(int number) {
        return number < children.length ? children[number] : null;
    }

    /** What people call a field of this type: the names of type and field, or the number of an unknown one. */
    String path(int number) {
        Field known = field(number);
        return known == null ? name + " field " + number : name + "." + known.name();
    }

    /** One more than the largest known field number. */
    int limit() {
        return fields.length;
    }
}
