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

    /** Instead of a position: something is wrong, and {@link #fault} says what. */
    private static final int WRONG = -1;

    private final byte[] bytes;
    private int items;

    /** Behind the number that {@link #longVarint32} has read. */
    private int behind;

    /** What is wrong; the scan ends as soon as it is set. */
    private @Nullable String fault;

    private int faultAt;

    private OtlpScanner(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Scans {@code length} bytes from {@code offset} as the export request of {@code signal}. */
    public static ScanResult scan(Signal signal, byte[] bytes, int offset, int length) {
        OtlpScanner scanner = new OtlpScanner(bytes);
        if (scanner.message(OtlpShapes.of(signal), offset, offset + length, 0) != WRONG) {
            return new ScanResult.Valid(scanner.items);
        }
        return new ScanResult.Malformed(String.valueOf(scanner.fault), scanner.faultAt - offset);
    }

    /** Items in the message between {@code from} and {@code to}; negative if it is malformed. */
    static int count(MessageShape shape, byte[] bytes, int from, int to) {
        OtlpScanner scanner = new OtlpScanner(bytes);
        return scanner.message(shape, from, to, 0) != WRONG ? scanner.items : -1;
    }

    // ---- messages; each gives the position behind what it has scanned, or WRONG -----------------------------------

    /** The fields of a message up to {@code end}. */
    private int message(MessageShape shape, int from, int end, int depth) {
        if (shape.isCounted()) {
            items++;
        }
        int itemsBefore = items;
        int alternative = 0;
        int position = from;
        while (position < end) {
            int start = position;
            int tag = bytes[position++];
            if (tag < 0) {
                tag = longVarint32(start, end);
                position = behind;
                if (position == WRONG) {
                    return WRONG;
                }
            }
            int field = tag >>> 3;
            if (field == 0) {
                return fail(shape.name() + ": a tag without field number", start);
            }
            if (field != alternative && (tag & 7) == LENGTH_DELIMITED && shape.isAlternative(field)) {
                alternative = field;
                items = itemsBefore; // of a oneof the last member holds
            }
            position = field(shape, field, tag & 7, position, end, depth);
            if (position == WRONG) {
                return WRONG;
            }
        }
        return position;
    }

    private int field(MessageShape shape, int field, int wireType, int position, int end, int depth) {
        return switch (wireType) {
            case VARINT -> skipVarint(position, end);
            case FIXED64 -> skip(Long.BYTES, position, end, shape, field);
            case FIXED32 -> skip(Integer.BYTES, position, end, shape, field);
            case LENGTH_DELIMITED -> delimited(shape, field, position, end, depth);
            case START_GROUP -> group(field, position, end, depth + 1);
            case END_GROUP -> fail(shape.name() + ": a group ends that did not begin", position);
            default -> fail(shape.name() + ": wire type " + wireType + " does not exist", position);
        };
    }

    private int delimited(MessageShape shape, int field, int start, int end, int depth) {
        int length;
        int position;
        if (start < end && bytes[start] >= 0) {
            length = bytes[start];
            position = start + 1;
        } else {
            length = longVarint32(start, end);
            position = behind;
            if (position == WRONG) {
                return WRONG;
            }
        }
        if (length < 0 || length > end - position) {
            return fail(shape.path(field) + ": its length runs over the end", start);
        }
        Check check = shape.check(field);
        if (check == Check.MESSAGE) {
            MessageShape child = shape.child(field);
            if (depth >= MAX_DEPTH) {
                return fail(shape.path(field) + ": nested deeper than " + MAX_DEPTH, start);
            }
            return child == null ? position + length : message(child, position, position + length, depth + 1);
        }
        return check == Check.NONE ? position + length : content(check, position, length, shape, field);
    }

    private int content(Check check, int position, int length, MessageShape shape, int field) {
        int end = position + length;
        return switch (check) {
            case UTF8 ->
                Utf8Validator.isValid(bytes, position, end) ? end : fail(shape.path(field) + ": not UTF-8", position);
            case TRACE_ID -> id(position, length, 16, shape, field);
            case SPAN_ID -> id(position, length, 8, shape, field);
            case PACKED_FIXED64 ->
                length % Long.BYTES == 0 ? end : fail(shape.path(field) + ": half a number at its end", position);
            case PACKED_VARINT -> packedVarints(position, end);
            case NONE, MESSAGE -> end;
        };
    }

    private int id(int position, int length, int wanted, MessageShape shape, int field) {
        return length == wanted || length == 0
                ? position + length
                : fail(shape.path(field) + ": an id of " + length + " bytes, not " + wanted, position);
    }

    private int packedVarints(int from, int end) {
        int position = from;
        while (position != WRONG && position < end) {
            position = skipVarint(position, end);
        }
        return position;
    }

    /** An unknown group: fields up to the end tag with the same number. */
    private int group(int number, int from, int end, int depth) {
        if (depth > MAX_DEPTH) {
            return fail("nested deeper than " + MAX_DEPTH, from);
        }
        int position = from;
        while (position < end) {
            int start = position;
            int tag = longVarint32(start, end);
            if (behind == WRONG) {
                return WRONG;
            }
            int field = tag >>> 3;
            int wireType = tag & 7;
            if (field == 0) {
                return fail("a tag without field number", start);
            }
            if (wireType == END_GROUP) {
                return field == number ? behind : fail("a group ends that did not begin", start);
            }
            position = skipField(field, wireType, behind, end, depth);
            if (position == WRONG) {
                return WRONG;
            }
        }
        return fail("a group does not end", position);
    }

    private int skipField(int field, int wireType, int position, int end, int depth) {
        return switch (wireType) {
            case VARINT -> skipVarint(position, end);
            case FIXED64 -> skipBytes(Long.BYTES, position, end);
            case FIXED32 -> skipBytes(Integer.BYTES, position, end);
            case LENGTH_DELIMITED -> {
                int length = longVarint32(position, end);
                yield behind == WRONG ? WRONG : skipBytes(length, behind, end);
            }
            case START_GROUP -> group(field, position, end, depth + 1);
            default -> fail("wire type " + wireType + " does not exist", position);
        };
    }

    // ---- raw --------------------------------------------------------------------------------------------------

    private int skip(int count, int position, int end, MessageShape shape, int field) {
        return end - position < count ? fail(shape.path(field) + ": cut off", position) : position + count;
    }

    private int skipBytes(int count, int position, int end) {
        return count < 0 || end - position < count
                ? fail("an unknown field runs over the end", position)
                : position + count;
    }

    /** Passes over a number of up to 64 bits. */
    private int skipVarint(int start, int end) {
        if (start < end && bytes[start] >= 0) {
            return start + 1;
        }
        int position = start;
        int limit = Math.min(end, start + MAX_VARINT64_BYTES);
        while (position < limit) {
            if (bytes[position++] >= 0) {
                boolean fits = position - start < MAX_VARINT64_BYTES || bytes[position - 1] <= 1;
                return fits ? position : fail("a number of more than 64 bits", start);
            }
        }
        boolean complete = position - start == MAX_VARINT64_BYTES;
        return fail(complete ? "a number of more than 64 bits" : "a number is cut off", start);
    }

    /** Reads a tag or a length of any size; {@link #behind} is where it ends, or WRONG. */
    private int longVarint32(int start, int end) {
        int position = start;
        int limit = Math.min(end, start + MAX_VARINT32_BYTES);
        int value = 0;
        for (int shift = 0; position < limit; shift += 7) {
            byte next = bytes[position++];
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                if (shift == 28 && next > 0x0f) {
                    break;
                }
                behind = position;
                return value;
            }
        }
        boolean complete = position - start == MAX_VARINT32_BYTES;
        behind = fail(complete ? "a tag or length of more than 32 bits" : "a tag or length is cut off", start);
        return 0;
    }

    private int fail(String reason, int at) {
        fault = reason;
        faultAt = at;
        return WRONG;
    }
}
