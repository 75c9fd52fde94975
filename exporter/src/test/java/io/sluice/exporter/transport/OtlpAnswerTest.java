package io.sluice.exporter.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
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
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpAnswerTest {

    private static final String PROTOBUF = "application/x-protobuf";
    private static final byte[] NOTHING = {};
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void success_withoutOrWithAnEmptyPartialSuccess_isDelivered() {
        assertThat(answer(200, PROTOBUF, NOTHING)).isEqualTo(new Delivered());
        assertThat(answer(
                        200,
                        PROTOBUF,
                        ExportTraceServiceResponse.getDefaultInstance().toByteArray()))
                .isEqualTo(new Delivered());
        byte[] emptyPartial = ExportTraceServiceResponse.newBuilder()
                .setPartialSuccess(ExportTracePartialSuccess.getDefaultInstance())
                .build()
                .toByteArray();
        assertThat(answer(200, PROTOBUF, emptyPartial)).isEqualTo(new Delivered());
        assertThat(answer(202, "", NOTHING)).isEqualTo(new Delivered());
        assertThat(answer(200, "application/json", "{}".getBytes(UTF_8))).isEqualTo(new Delivered());
    }

    @Test
    void partialSuccess_ofEverySignal_isRead() {
        assertThat(answer(
                        200,
                        PROTOBUF,
                        ExportTraceServiceResponse.newBuilder()
                                .setPartialSuccess(ExportTracePartialSuccess.newBuilder()
                                        .setRejectedSpans(7)
                                        .setErrorMessage("too old"))
                                .build()
                                .toByteArray()))
                .isEqualTo(new PartiallyRejected(7, "too old"));
        assertThat(answer(
                        200,
                        PROTOBUF + "; charset=x",
                        ExportMetricsServiceResponse.newBuilder()
                                .setPartialSuccess(
                                        ExportMetricsPartialSuccess.newBuilder().setRejectedDataPoints(Long.MAX_VALUE))
                                .build()
                                .toByteArray()))
                .isEqualTo(new PartiallyRejected(Long.MAX_VALUE, ""));
        assertThat(answer(
                        200,
                        "Application/X-Protobuf",
                        ExportLogsServiceResponse.newBuilder()
                                .setPartialSuccess(
                                        ExportLogsPartialSuccess.newBuilder().setErrorMessage("a mere\nwarning"))
                                .build()
                                .toByteArray()))
                .isEqualTo(new PartiallyRejected(0, "a mere warning"));
    }

    @Test
    void success_withABodyThatIsNoMessage_isDelivered() {
        byte[] partial = {10, 4, 8, 3, 18, 100};

        assertThat(answer(200, PROTOBUF, partial)).isEqualTo(new Delivered());
    }

    @Test
    void success_withAWebPage_isRejected() {
        assertThat(answer(200, "text/html; charset=utf-8", "<html>".getBytes(UTF_8)))
                .isEqualTo(
                        new Rejected("http://c:1/v1/traces answered 200 with a web page: it is not an OTLP receiver"));
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 502, 503, 504})
    void retryableStatus_isRetryAfter(int status) {
        assertThat(answer(status, Map.of("retry-after", "12"), NOTHING))
                .isEqualTo(
                        new RetryAfter(Optional.of(Duration.ofSeconds(12)), "http://c:1/v1/traces answered " + status));
        assertThat(answer(status, Map.of(), NOTHING))
                .isEqualTo(new RetryAfter(Optional.empty(), "http://c:1/v1/traces answered " + status));
        assertThat(answer(status, Map.of("retry-after", "Sun, 01 Mar 2026 12:00:30 GMT"), NOTHING))
                .isEqualTo(
                        new RetryAfter(Optional.of(Duration.ofSeconds(30)), "http://c:1/v1/traces answered " + status));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                300, 301, 307, 401, 402, 403, 404, 405, 408, 409, 411, 414, 415, 422, 425, 431, 500, 501, 505, 506, 507,
                511, 599
            })
    void anyOtherStatus_isRejected_evenIfItAsksToComeBack(int status) {
        assertThat(answer(status, Map.of("retry-after", "12"), NOTHING)).isInstanceOf(Rejected.class);
    }

    @Test
    void badRequest_andTooLarge_areToldApart() {
        assertThat(answer(400, Map.of("retry-after", "12"), NOTHING))
                .isEqualTo(new BadData("http://c:1/v1/traces answered 400"));
        assertThat(answer(413, Map.of("retry-after", "12"), NOTHING))
                .isEqualTo(new TooLarge("http://c:1/v1/traces answered 413"));
    }

    /** What a Collector of version 0.159 answers beyond its max_request_body_size. */
    @Test
    void badRequest_thatSpeaksOfTheSize_isTooLarge() {
        byte[] status = "\10\3\22\34http: request body too large".getBytes(UTF_8);

        assertThat(answer(400, PROTOBUF, status))
                .isEqualTo(new TooLarge("http://c:1/v1/traces answered 400: http: request body too large"));
    }

    @Test
    void rejection_carriesTheServersWords_inWhateverFormTheyCome() {
        byte[] status = {8, 3, 18, 7, 'b', 'a', 'd', 0, 'i', 'd', '!'};
        assertThat(answer(400, PROTOBUF, status)).isEqualTo(new BadData("http://c:1/v1/traces answered 400: bad id!"));
        assertThat(answer(400, "text/plain", "no\r\nsuch tenant\n".getBytes(UTF_8)))
                .isEqualTo(new BadData("http://c:1/v1/traces answered 400: no  such tenant"));
        assertThat(answer(400, PROTOBUF, new byte[] {18, 100}))
                .isEqualTo(new BadData("http://c:1/v1/traces answered 400"));
        assertThat(answer(404, "text/html", "<html>long page</html>".getBytes(UTF_8)))
                .isEqualTo(new Rejected("http://c:1/v1/traces answered 404"));
    }

    @Test
    void rejection_cutsWordsThatAreTooLong() {
        byte[] words = new byte[10_000];
        Arrays.fill(words, (byte) 'w');

        ExportResult result = answer(403, "text/plain", words);

        assertThat(((Rejected) result).reason()).hasSizeLessThan(400).endsWith("www...");
    }

    private static ExportResult answer(int status, String contentType, byte[] body) {
        return answer(status, Map.of("content-type", contentType), body);
    }

    private static ExportResult answer(int status, Map<String, String> headers, byte[] body) {
        return new OtlpAnswer("http://c:1/v1/traces", status, name -> headers.getOrDefault(name, ""), body)
                .toResult(NOW);
    }
}
