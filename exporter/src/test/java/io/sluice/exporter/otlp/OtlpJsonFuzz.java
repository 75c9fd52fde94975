package io.sluice.exporter.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.sluice.exporter.Signal;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * JSON requests beside protobuf's own JsonFormat: what is taken is a request that the scanner accepts, and the same
 * message that JsonFormat makes of it once its ids are base64, as protobuf has them.
 *
 * <p>The first byte of an input names the signal; the rest is JSON. What JsonFormat refuses on principle is left out:
 * names that come twice, two members of a oneof, its own depth. {@code fuzzerTestOneInput} is what fuzzers call.
 */
public final class OtlpJsonFuzz {

    private static final Set<String> IDS = Set.of("traceId", "spanId", "parentSpanId", "profileId");
    private static final JsonFactory STRICT = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private OtlpJsonFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > 0) {
            Signal[] signals = Signal.values();
            check(signals[(input[0] & 0xff) % signals.length], Arrays.copyOfRange(input, 1, input.length));
        }
    }

    static void check(Signal signal, byte[] json) {
        OtlpJson.Result result = OtlpJson.toProtobuf(signal, json, 1 << 20);
        if (result instanceof OtlpJson.Result.Malformed malformed) {
            assertThat(malformed.reason()).contains("before byte ");
        } else if (result instanceof OtlpJson.Result.Request request) {
            byte[] protobuf = request.protobuf();
            assertThat(OtlpScanner.scan(signal, protobuf, 0, protobuf.length)).isInstanceOf(ScanResult.Valid.class);
            Message made = Requests.parse(signal, protobuf).orElseThrow();
            if (isComparable(json) && !new String(json, UTF_8).contains("-0")) { // whose sign JsonFormat loses
                compare(signal, new String(json, UTF_8), made);
            }
        }
    }

    /** UTF-8 without a name that comes twice in an object. */
    private static boolean isComparable(byte[] json) {
        for (int i = 0; i < Math.min(4, json.length); i++) {
            if (json[i] <= 0) {
                return false; // UTF-16, or a mark of the byte order
            }
        }
        try (JsonParser parser = STRICT.createParser(json)) {
            while (parser.nextToken() != null) {
                continue;
            }
            return Arrays.equals(new String(json, UTF_8).getBytes(UTF_8), json);
        } catch (IOException e) {
            return false;
        }
    }

    private static void compare(Signal signal, String json, Message made) {
        DynamicMessage.Builder expected = DynamicMessage.newBuilder(RandomMessages.descriptor(signal));
        try {
            JsonElement adapted = withBase64Ids(com.google.gson.JsonParser.parseString(json));
            JsonFormat.parser().ignoringUnknownFields().merge(adapted.toString(), expected);
        } catch (InvalidProtocolBufferException e) {
            // It also knows no number whose exponent is larger than an int, though such a one is nought.
            assertThat(e)
                    .hasMessageMatching(
                            "(?s).*(already been set|ecursion|originalname|Not a (double|float) value: .*[eE]-\\d{10}).*");
            return;
        }
        assertThat(made.toByteString())
                .isEqualTo(reparsed(signal, expected.build()).toByteString());
    }

    private static Message reparsed(Signal signal, Message message) {
        return Requests.parse(signal, message.toByteArray()).orElseThrow();
    }

    /** Names with an underscore go, too: to JsonFormat they are another way to write known ones. */
    private static JsonElement withBase64Ids(JsonElement element) {
        if (element instanceof JsonArray array) {
            JsonArray changed = new JsonArray();
            array.forEach(each -> changed.add(withBase64Ids(each)));
            return changed;
        }
        if (!(element instanceof JsonObject object)) {
            return element;
        }
        JsonObject changed = new JsonObject();
        for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
            String name = entry.getKey();
            if (IDS.contains(name) && entry.getValue() instanceof JsonPrimitive id && id.isString()) {
                changed.addProperty(name, base64(id.getAsString()));
            } else if (name.indexOf('_') < 0) {
                changed.add(name, withBase64Ids(entry.getValue()));
            }
        }
        return changed;
    }

    private static String base64(String hex) {
        try {
            return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException e) {
            return hex; // of a name that is no id here
        }
    }
}
