package io.sluice.exporter.otlp;

import io.sluice.exporter.Signal;
import io.sluice.exporter.otlp.MessageShape.Check;
import org.jspecify.annotations.Nullable;

/**
 * Validates and counts an OTLP request in one pass over its bytes, without building anything.
 *
 * <p>As strict as {@code protobuf-java}, so that what passes here passes at the receiver and can be merged by
 * concatenation: lengths and varints that run over, tags without field, wire types that do not exist, groups without
 * partner, nesting deeper than 100, strings that are not UTF-8. As lenient too: unknown fields, and known ones with
 * another wire type, are passed over. Beyond it, trace ids are 16 bytes or none and span ids 8 or none, as OTLP asks;
 * and a number that does not fit its 64 bits, or a tag or length its 32, is refused: protobuf-java cuts it off silently,
 * while Go's parsers, which stand in collectors, refuse the whole request. Allocates nothing but its result and itself; one scanner serves one scan.
 */
public final class OtlpScanner {

    /** Messages and groups inside each other, as in protobuf's {@code CodedInputStream}. */
    static final int MAX_DEPTH = 100;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int START_GROUP = 3;
    private static final int END_GROUP = 4;
    private static final int FIXED32 = 5;
    private static final int MAX_VARINT32_BYTES = 5;
    private static final int MAX_VARINT64_BYTES = 10;

    private final byte[] bytes;
    private int position;
    private int items;

    /** What is wrong; the scan ends as soon as it is set. */
    private @Nullable String fault;

    private int faultAt;

    private OtlpScanner(byte[] bytes, int offset) {
        this.bytes = bytes;
        this.position = offset;
    }

    /** Scans {@code length} bytes from {@code offset} as the export request of {@code signal}. */
    public static ScanResult scan(Signal signal, byte[] bytes, int offset, int length) {
        OtlpScanner scanner = new OtlpScanner(bytes, offset);
        boolean valid = scanner.message(OtlpShapes.of(signal), offset + length, 0);
        if (valid) {
            return new ScanResult.Valid(scanner.items);
        }
        return new ScanResult.Malformed(String.valueOf(scanner.fault), scanner.faultAt - offset);
    }

    /** Items in the message between {@code from} and {@code to}; negative if it is malformed. */
    static int count(MessageShape shape, byte[] bytes, int from, int to) {
        OtlpScanner scanner = new OtlpScanner(bytes, from);
        return scanner.message(shape, to, 0) ? scanner.items : -1;
    }

    // ---- messages ---------------------------------------------------------------------------------------------

    /** Scans the fields of a message up to {@code end}; false once something is wrong. */
    private boolean message(MessageShape shape, int end, int depth) {
        if (shape.isCounted()) {
            items++;
        }
        int itemsBefore = items;
        int alternative = 0;
        while (position < end) {
            int start = position;
            int tag = readVarint32(end);
            if (fault != null) {
                return false;
            }
            int field = tag >>> 3;
            if (field == 0) {
                return fail(shape.name() + ": a tag without field number", start);
            }
            if (field != alternative && (tag & 7) == LENGTH_DELIMITED && shape.isAlternative(field)) {
                alternative = field;
                items = itemsBefore; // of a oneof the last member holds
            }
            if (!field(shape, field, tag & 7, end, depth)) {
                return false;
            }
        }
        return true;
    }

    private boolean field(MessageShape shape, int field, int wireType, int end, int depth) {
        return switch (wireType) {
            case VARINT -> skipVarint(end);
            case FIXED64 -> skip(Long.BYTES, end, shape, field);
            case FIXED32 -> skip(Integer.BYTES, end, shape, field);
            case LENGTH_DELIMITED -> delimited(shape, field, end, depth);
            case START_GROUP -> group(field, end, depth + 1);
            case END_GROUP -> fail(shape.name() + ": a group ends that did not begin", position);
            default -> fail(shape.name() + ": wire type " + wireType + " does not exist", position);
        };
    }

    private boolean delimited(MessageShape shape, int field, int end, int depth) {
        int start = position;
        int length = readVarint32(end);
        if (fault != null) {
            return false;
        }
        if (length < 0 || length > end - position) {
            return fail(shape.path(field) + ": its length runs over the end", start);
        }
        int fieldEnd = position + length;
        Check check = shape.check(field);
        if (check == Check.MESSAGE) {
            MessageShape child = shape.child(field);
            if (depth >= MAX_DEPTH) {
                return fail(shape.path(field) + ": nested deeper than " + MAX_DEPTH, start);
            }
            return child == null || message(child, fieldEnd, depth + 1);
        }
        boolean valid = check == Check.NONE || content(check, fieldEnd, length, shape, field);
        position = fieldEnd;
        return valid;
    }

    private boolean content(Check check, int fieldEnd, int length, MessageShape shape, int field) {
        return switch (check) {
            case UTF8 ->
                Utf8Validator.isValid(bytes, position, fieldEnd) || fail(shape.path(field) + ": not UTF-8", position);
            case TRACE_ID -> idLength(length, 16, shape, field);
            case SPAN_ID -> idLength(length, 8, shape, field);
            case PACKED_FIXED64 ->
                length % Long.BYTES == 0 || fail(shape.path(field) + ": half a number at its end", position);
            case PACKED_VARINT -> packedVarints(fieldEnd);
            case NONE, MESSAGE -> true;
        };
    }

    private boolean idLength(int length, int wanted, MessageShape shape, int field) {
        return length == wanted
                || length == 0
                || fail(shape.path(field) + ": an id of " + length + " bytes, not " + wanted, position);
    }

    private boolean packedVarints(int fieldEnd) {
        while (position < fieldEnd) {
            if (!skipVarint(fieldEnd)) {
                return false;
            }
        }
        return true;
    }

    /** An unknown group: fields up to the end tag with the same number. */
    private boolean group(int number, int end, int depth) {
        if (depth > MAX_DEPTH) {
            return fail("nested deeper than " + MAX_DEPTH, position);
        }
        while (position < end) {
            int start = position;
            int tag = readVarint32(end);
            if (fault != null) {
                return false;
            }
            int field = tag >>> 3;
            int wireType = tag & 7;
            if (field == 0) {
                return fail("a tag without field number", start);
            }
            if (wireType == END_GROUP) {
                return field == number || fail("a group ends that did not begin", start);
            }
            if (!skipField(field, wireType, end, depth)) {
                return false;
            }
        }
        return fail("a group does not end", position);
    }

    private boolean skipField(int field, int wireType, int end, int depth) {
        return switch (wireType) {
            case VARINT -> skipVarint(end);
            case FIXED64 -> skipBytes(Long.BYTES, end);
            case FIXED32 -> skipBytes(Integer.BYTES, end);
            case LENGTH_DELIMITED -> {
                int length = readVarint32(end);
                yield fault == null && skipBytes(length, end);
            }
            case START_GROUP -> group(field, end, depth + 1);
            default -> fail("wire type " + wireType + " does not exist", position);
        };
    }

    // ---- raw --------------------------------------------------------------------------------------------------

    private boolean skip(int count, int end, MessageShape shape, int field) {
        if (end - position < count) {
            return fail(shape.path(field) + ": cut off", position);
        }
        position += count;
        return true;
    }

    private boolean skipBytes(int count, int end) {
        if (count < 0 || end - position < count) {
            return fail("an unknown field runs over the end", position);
        }
        position += count;
        return true;
    }

    /** Passes over a number of up to 64 bits. */
    private boolean skipVarint(int end) {
        int start = position;
        int limit = Math.min(end, start + MAX_VARINT64_BYTES);
        while (position < limit) {
            if (bytes[position++] >= 0) {
                boolean fits = position - start < MAX_VARINT64_BYTES || bytes[position - 1] <= 1;
                return fits || fail("a number of more than 64 bits", start);
            }
        }
        boolean complete = position - start == MAX_VARINT64_BYTES;
        return fail(complete ? "a number of more than 64 bits" : "a number is cut off", start);
    }

    /** Reads a tag or a length. */
    private int readVarint32(int end) {
        if (position < end && bytes[position] >= 0) {
            return bytes[position++];
        }
        int start = position;
        int limit = Math.min(end, start + MAX_VARINT32_BYTES);
        int value = 0;
        for (int shift = 0; position < limit; shift += 7) {
            byte next = bytes[position++];
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                if (shift == 28 && next > 0x0f) {
                    break;
                }
                return value;
            }
        }
        boolean complete = position - start == MAX_VARINT32_BYTES;
        fail(complete ? "a tag or length of more than 32 bits" : "a tag or length is cut off", start);
        return 0;
    }

    private boolean fail(String reason, int at) {
        fault = reason;
        faultAt = at;
        return false;
    }
}
