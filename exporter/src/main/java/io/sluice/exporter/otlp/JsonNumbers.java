package io.sluice.exporter.otlp;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.exporter.otlp.MessageShape.Kind;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Numbers in JSON as protobuf's mapping has them: as numbers or as text, whole ones also with a fraction of nothing or an
 * exponent. Belongs to one parser.
 */
final class JsonNumbers {

    /** The digits of 2^64 and what people put around them; no more is worth an exact look. */
    private static final int LONGEST_WHOLE = 100;

    private static final long LARGEST_UINT32 = 0xffff_ffffL;

    private final JsonParser in;

    JsonNumbers(JsonParser in) {
        this.in = in;
    }

    /** The value at {@code token} as its bits on the wire. */
    long bits(Kind kind, JsonToken token) throws IOException {
        return switch (kind) {
            case BOOL -> bool(token);
            case DOUBLE -> Double.doubleToRawLongBits(real(token));
            case INT64, SFIXED64 -> whole(token, false);
            case UINT64, FIXED64 -> whole(token, true);
            case ENUM, INT32 -> within(whole(token, false), Integer.MIN_VALUE, Integer.MAX_VALUE);
            case SINT32 -> zigzag((int) within(whole(token, false), Integer.MIN_VALUE, Integer.MAX_VALUE));
            case UINT32, FIXED32 -> within(whole(token, false), 0, LARGEST_UINT32);
            case STRING, BYTES, TRACE_ID, SPAN_ID, MESSAGE -> throw new IllegalStateException(kind + " is no number");
        };
    }

    private static long bool(JsonToken token) {
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw OtlpJson.refused("not true or false");
        }
        return token == JsonToken.VALUE_TRUE ? 1 : 0;
    }

    private static long zigzag(int value) {
        return ((value << 1) ^ (value >> 31)) & LARGEST_UINT32;
    }

    private static long within(long value, long least, long most) {
        if (value < least || value > most) {
            throw OtlpJson.refused("a number that is not between " + least + " and " + most);
        }
        return value;
    }

    private long whole(JsonToken token, boolean unsigned) throws IOException {
        if (token == JsonToken.VALUE_NUMBER_INT && in.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return unsigned ? within(in.getLongValue(), 0, Long.MAX_VALUE) : in.getLongValue();
        }
        return whole(text(token), unsigned);
    }

    private String text(JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_STRING && !token.isNumeric()) {
            throw OtlpJson.refused("not a number");
        }
        return in.getText();
    }

    private static long whole(String text, boolean unsigned) {
        BigInteger value = exact(text);
        boolean fits = unsigned ? value.signum() >= 0 && value.bitLength() <= Long.SIZE : value.bitLength() < Long.SIZE;
        if (!fits) {
            throw OtlpJson.refused("a number of more than 64 bits");
        }
        return value.longValue();
    }

    /** Never computes a power of ten that a stranger chose. */
    private static BigInteger exact(String text) {
        BigDecimal value;
        try {
            value = new BigDecimal(text.length() > LONGEST_WHOLE ? "" : text);
        } catch (NumberFormatException e) {
            throw OtlpJson.refused("not a number");
        }
        BigDecimal shortest = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        if (shortest.scale() > 0) {
            throw OtlpJson.refused("not a whole number");
        }
        if (shortest.precision() - (long) shortest.scale() > LONGEST_WHOLE) {
            throw OtlpJson.refused("a number of more than 64 bits");
        }
        return shortest.toBigIntegerExact();
    }

    private double real(JsonToken token) throws IOException {
        String text = text(token);
        return switch (text) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> finite(text);
        };
    }

    private static double finite(String text) {
        for (int i = 0; i < text.length(); i++) {
            if ("0123456789+-.eE".indexOf(text.charAt(i)) < 0) {
                throw OtlpJson.refused("not a number"); // though Java has one in hexadecimal
            }
        }
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw OtlpJson.refused("not a number");
        }
        if (Double.isInfinite(value)) {
            throw OtlpJson.refused("a number that no double holds");
        }
        return value;
    }
}
