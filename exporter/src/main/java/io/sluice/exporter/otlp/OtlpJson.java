package io.sluice.exporter.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.sluice.exporter.Signal;
import io.sluice.exporter.otlp.MessageShape.Field;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Makes protobuf of OTLP's JSON in one pass, by the table that scans go by.
 *
 * <p>As OTLP has it (specification, "JSON Protobuf Encoding"): names in lowerCamelCase, ids in hexadecimal of either
 * case, enums as numbers, unknown names passed over. Beyond that as protobuf's own JSON: 64-bit numbers as numbers or as
 * text, bytes in base64 of either alphabet, {@code null} for a field that is not there, {@code NaN} and {@code Infinity}
 * as text. What comes out may be up to four times as large as what went in: {@code 1,} is eight bytes in a list of
 * bucket counts. Needs jackson-core, which users of the encoders do not. One object serves one request.
 */
public final class OtlpJson {

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // strangers choose them
            .disable(JsonFactory.Feature.CHARSET_DETECTION) // UTF-8, as RFC 8259 has it
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE) // the request's size is bounded
                    .build())
            .build();

    private static final byte[] SUCCESS = "{}".getBytes(StandardCharsets.UTF_8);

    /** What became of a request. */
    public sealed interface Result {

        /** The same in protobuf. */
        @SuppressWarnings("ArrayRecordComponent") // handed over, not compared
        record Request(byte[] protobuf) implements Result {}

        /** It is no such request; the reason names the place. */
        record Malformed(String reason) implements Result {}

        /** It would be larger than allowed. */
        record TooLarge() implements Result {}
    }

    /** Says what is wrong, and ends the pass. */
    private static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RefusedException(String reason) {
            super(reason, null, false, false);
        }
    }

    private static final class TooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooLargeException() {
            super("", null, false, false);
        }
    }

    private final JsonParser in;
    private final ProtoOutput out = new ProtoOutput(new BufferPool(0), 0);
    private final JsonNumbers numbers;
    private final int maxBytes;

    private OtlpJson(JsonParser in, int maxBytes) {
        this.in = in;
        this.numbers = new JsonNumbers(in);
        this.maxBytes = maxBytes;
    }

    /** Reads {@code json} as the export request of {@code signal}, which may not become larger than {@code maxBytes}. */
    public static Result toProtobuf(Signal signal, byte[] json, int maxBytes) {
        try (JsonParser parser = JSON.createParser(json)) {
            return new OtlpJson(parser, maxBytes).read(OtlpShapes.of(signal));
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
        }
    }

    private Result read(MessageShape request) throws IOException {
        try {
            expect(in.nextToken(), JsonToken.START_OBJECT, "an object");
            message(request);
            if (in.nextToken() != null) {
                throw new RefusedException("something follows the request");
            }
            return new Result.Request(Arrays.copyOf(out.array(), out.position()));
        } catch (TooLargeException e) {
            return new Result.TooLarge();
        } catch (JsonProcessingException e) {
            return malformed(e.getOriginalMessage());
        } catch (RefusedException | IllegalArgumentException e) { // the latter for what is nested too deep
            return malformed(String.valueOf(e.getMessage()));
        }
    }

    private Result malformed(String reason) {
        String path = in.getParsingContext().pathAsPointer().toString();
        long offset = in.currentLocation().getByteOffset();
        return new Result.Malformed((path.isEmpty() ? "" : path + ": ") + reason + ", before byte " + offset);
    }

    // ---- messages ---------------------------------------------------------------------------------------------

    /** The fields of the object that has just begun. */
    private void message(MessageShape shape) throws IOException {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            Field field = shape.field(in.currentName());
            JsonToken token = in.nextToken();
            if (field == null) {
                in.skipChildren();
            } else if (token != JsonToken.VALUE_NULL) {
                field(field, token);
            }
        }
    }

    private void field(Field field, JsonToken token) throws IOException {
        if (!field.repeated()) {
            value(field, token);
        } else {
            expect(token, JsonToken.START_ARRAY, "a list");
            switch (field.kind()) {
                case MESSAGE, STRING, BYTES, TRACE_ID, SPAN_ID -> elements(field);
                default -> packed(field);
            }
        }
    }

    private void elements(Field field) throws IOException {
        for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
            value(field, token);
        }
    }

    private void packed(Field field) throws IOException {
        out.begin(field.number());
        for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
            switch (field.kind()) {
                case FIXED64, SFIXED64, DOUBLE -> out.elementFixed64(numbers.bits(field.kind(), token));
                default -> out.packedVarint(numbers.bits(field.kind(), token));
            }
            checkSize();
        }
        out.end();
    }

    private void value(Field field, JsonToken token) throws IOException {
        int number = field.number();
        switch (field.kind()) {
            case MESSAGE -> {
                expect(token, JsonToken.START_OBJECT, "an object");
                out.begin(number);
                message(java.util.Objects.requireNonNull(field.child()));
                out.end();
            }
            case STRING -> out.string(number, text(token, "text"));
            case BYTES -> out.bytes(number, base64(text(token, "bytes in base64")));
            case TRACE_ID -> out.optionalHex(number, hex(text(token, "an id"), 16));
            case SPAN_ID -> out.optionalHex(number, hex(text(token, "an id"), 8));
            case BOOL -> out.bool(number, bool(token));
            case FIXED64, SFIXED64, DOUBLE -> out.fixed64(number, numbers.bits(field.kind(), token));
            case FIXED32 -> out.fixed32(number, (int) numbers.bits(field.kind(), token));
            case ENUM, INT32, UINT32, SINT32, INT64, UINT64 -> out.varint(number, numbers.bits(field.kind(), token));
        }
        checkSize();
    }

    private void checkSize() {
        if (out.position() > maxBytes) {
            throw new TooLargeException();
        }
    }

    // ---- values -----------------------------------------------------------------------------------------------

    private static void expect(JsonToken token, JsonToken wanted, String what) {
        if (token != wanted) {
            throw new RefusedException("not " + what);
        }
    }

    private String text(JsonToken token, String what) throws IOException {
        expect(token, JsonToken.VALUE_STRING, what);
        return in.getText();
    }

    private boolean bool(JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            return token == JsonToken.VALUE_TRUE;
        }
        String text = text(token, "true or false");
        if (!text.equals("true") && !text.equals("false")) {
            throw new RefusedException("not true or false");
        }
        return text.equals("true");
    }

    private static String hex(String text, int bytes) {
        if (!text.isEmpty() && text.length() != 2 * bytes) {
            throw new RefusedException("an id of " + text.length() + " hexadecimal digits, not " + 2 * bytes);
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 'f' || Character.digit(text.charAt(i), 16) < 0) {
                throw new RefusedException("an id that is not hexadecimal");
            }
        }
        return text;
    }

    /** Of either alphabet, padded or not. */
    private static ByteBuffer base64(String text) {
        boolean forUrls = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
        try {
            return ByteBuffer.wrap((forUrls ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text));
        } catch (IllegalArgumentException e) {
            throw new RefusedException("not base64");
        }
    }

    // ---- answers ----------------------------------------------------------------------------------------------

    /** The body of a full success: an {@code Export...ServiceResponse} without {@code partialSuccess}. */
    public static byte[] success() {
        return SUCCESS.clone();
    }

    /** The body of a failure: a {@code google.rpc.Status}. */
    public static byte[] failure(int code, String message) {
        String quoted = new String(JsonStringEncoder.getInstance().quoteAsString(message));
        return ("{\"code\":" + code + ",\"message\":\"" + quoted + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    /** A number that is none, or not in its range. */
    static RuntimeException refused(String reason) {
        return new RefusedException(reason);
    }
}
