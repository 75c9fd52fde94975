package io.sluice.exporter.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.ExportResult.BadData;
import io.sluice.exporter.ExportResult.Delivered;
import io.sluice.exporter.ExportResult.PartiallyRejected;
import io.sluice.exporter.ExportResult.Rejected;
import io.sluice.exporter.ExportResult.RetryAfter;
import io.sluice.exporter.ExportResult.TooLarge;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;

/**
 * Any HTTP answer has a meaning by the table of the specification, waits are within their limits, words are fit for a
 * log, and a response that OTLP's own parser reads is read the same.
 *
 * <p>An input is: a byte for the status, one for the content type, one for the length of the Retry-After header, that
 * header, the body. Any thread. {@code fuzzerTestOneInput} is what fuzzers call.
 */
public final class AnswerFuzz {

    private static final int[] STATUS = {200, 202, 204, 299, 301, 400, 401, 404, 408, 413, 429, 500, 501, 502, 503, 504
    };
    private static final String[] TYPES = {
        "application/x-protobuf", "application/x-protobuf; a=b", "application/json", "text/plain", "text/html", ""
    };
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private AnswerFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 3) {
            return;
        }
        int status = STATUS[(input[0] & 0xff) % STATUS.length];
        String type = TYPES[(input[1] & 0xff) % TYPES.length];
        int headerEnd = Math.min(input.length, 3 + (input[2] & 0xff));
        String header = new String(input, 3, headerEnd - 3, ISO_8859_1);
        check(status, type, header, Arrays.copyOfRange(input, headerEnd, input.length));
    }

    private static void check(int status, String type, String header, byte[] body) {
        Map<String, String> headers = Map.of("content-type", type, "retry-after", header, "location", header);
        OtlpAnswer answer =
                new OtlpAnswer("http://c:1/v1/traces", status, name -> headers.getOrDefault(name, ""), body);
        ExportResult result = answer.toResult(NOW);
        switch (status) {
            case 200, 202, 204, 299 -> success(type, body, result);
            case 400 -> {
                String reason = result instanceof TooLarge tooLarge ? tooLarge.reason() : ((BadData) result).reason();
                assertThat(words(reason)).startsWith("http://c:1/v1/traces answered 400");
                assertThat(result instanceof TooLarge).isEqualTo(reason.contains("request body too large"));
            }
            case 413 -> assertThat(words(((TooLarge) result).reason())).startsWith("http://c:1/v1/traces answered 413");
            case 429, 502, 503, 504 -> {
                RetryAfter later = (RetryAfter) result;
                words(later.reason());
                later.delay().ifPresent(wait -> assertThat(wait).isBetween(Duration.ZERO, RetryAfterHeader.LONGEST));
            }
            default -> words(((Rejected) result).reason());
        }
    }

    private static String words(String words) {
        assertThat(words.length()).isLessThan(1_000);
        assertThat(words.chars().noneMatch(Character::isISOControl)).isTrue();
        return words;
    }

    private static void success(String type, byte[] body, ExportResult result) {
        if (type.equals("text/html")) {
            assertThat(result).isInstanceOf(Rejected.class);
        } else if (type.startsWith("application/x-protobuf")) {
            partialSuccess(body, result);
        } else {
            assertThat(result).isEqualTo(new Delivered());
        }
    }

    private static void partialSuccess(byte[] body, ExportResult result) {
        if (result instanceof PartiallyRejected partly) {
            words(partly.message());
            assertThat(partly.rejectedItems()).isNotNegative();
        }
        try {
            ExportTraceServiceResponse parsed = ExportTraceServiceResponse.parseFrom(body);
            long rejected = Math.max(0, parsed.getPartialSuccess().getRejectedSpans());
            String message = parsed.getPartialSuccess().getErrorMessage();
            ExportResult expected = rejected == 0 && message.isEmpty()
                    ? new Delivered()
                    : new PartiallyRejected(rejected, ResponseText.clean(message));
            if (!result.equals(expected)) {
                assertThat(result).isEqualTo(new Delivered());
                assertThat(reasonToRefuse(body)).containsPattern("^a (tag|length|number) of");
            }
        } catch (InvalidProtocolBufferException e) {
            assertThat(result).isInstanceOfAny(Delivered.class, PartiallyRejected.class);
        }
    }

    /** Beyond protobuf-java, which cuts them off, or reads on behind their tenth byte: numbers that do not fit. */
    private static String reasonToRefuse(byte[] body) {
        try {
            return String.valueOf(ExportResponse.parse(body));
        } catch (WireReader.MalformedException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
