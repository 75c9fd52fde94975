package io.sluice.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.exporter.Signal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpJsonTest {

    private static final String SPAN = "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[%s]}]}]}";

    private static OtlpJson.Result read(Signal signal, String json) {
        return OtlpJson.toProtobuf(signal, json.getBytes(StandardCharsets.UTF_8), 1 << 20);
    }

    private static byte[] protobuf(Signal signal, String json) {
        OtlpJson.Result result = read(signal, json);
        assertThat(result).as(json).isInstanceOf(OtlpJson.Result.Request.class);
        return ((OtlpJson.Result.Request) result).protobuf();
    }

    private static Span span(String json) throws Exception {
        return ExportTraceServiceRequest.parseFrom(protobuf(Signal.TRACES, SPAN.formatted(json)))
                .getResourceSpans(0)
                .getScopeSpans(0)
                .getSpans(0);
    }

    private static String reason(String json) {
        OtlpJson.Result result = read(Signal.TRACES, json);
        assertThat(result).as(json).isInstanceOf(OtlpJson.Result.Malformed.class);
        return ((OtlpJson.Result.Malformed) result).reason();
    }

    /** Everything that descriptors allow, written by protobuf's own JsonFormat, ids in hexadecimal. */
    @ParameterizedTest
    @EnumSource
    void read_whatProtobufWrites_isTheSameMessage(Signal signal) throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            Message message = RandomMessages.request(signal, seed);
            byte[] request = protobuf(signal, OtlpJsonText.of(message));
            assertThat(Requests.parse(signal, request).orElseThrow().toByteString())
                    .as("seed %d", seed)
                    .isEqualTo(Requests.parse(signal, message.toByteArray())
                            .orElseThrow()
                            .toByteString());
            assertThat(OtlpScanner.scan(signal, request, 0, request.length))
                    .isEqualTo(new ScanResult.Valid(Requests.count(message)));
        }
    }

    @Test
    void read_theSpecificationsExamples_isWhatTheySay() throws Exception {
        ExportTraceServiceRequest traces = ExportTraceServiceRequest.parseFrom(protobuf(Signal.TRACES, """
                {"resourceSpans": [{"resource": {"attributes": [
                  {"key": "service.name", "value": {"stringValue": "my.service"}}]},
                 "scopeSpans": [{"scope": {"name": "my.library", "version": "1.0.0", "attributes": []},
                  "spans": [{"traceId": "5B8EFFF798038103D269B633813FC60C", "spanId": "EEE19B7EC3C1B174",
                   "parentSpanId": "EEE19B7EC3C1B173", "name": "I'm a server span",
                   "startTimeUnixNano": "1544712660000000000", "endTimeUnixNano": 1544712661000000000, "kind": 2}]}]}]}
                """));
        Span span = traces.getResourceSpans(0).getScopeSpans(0).getSpans(0);
        assertThat(span.getTraceId().byteAt(0)).isEqualTo((byte) 0x5b);
        assertThat(span.getSpanId().byteAt(7)).isEqualTo((byte) 0x74);
        assertThat(span.getStartTimeUnixNano()).isEqualTo(1544712660000000000L);
        assertThat(span.getEndTimeUnixNano()).isEqualTo(1544712661000000000L);
        assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        ExportLogsServiceRequest logs = ExportLogsServiceRequest.parseFrom(
                protobuf(
                        Signal.LOGS,
                        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"severityNumber\":10,\"body\":"
                                + "{\"kvlistValue\":{\"values\":[{\"key\":\"b\",\"value\":{\"bytesValue\":\"_-8\"}}]}}}]}]}]}"));
        assertThat(logs.getResourceLogs(0)
                        .getScopeLogs(0)
                        .getLogRecords(0)
                        .getBody()
                        .getKvlistValue()
                        .getValues(0)
                        .getValue()
                        .getBytesValue()
                        .toByteArray())
                .containsExactly(0xff, 0xef);
        HistogramDataPoint point = ExportMetricsServiceRequest.parseFrom(protobuf(
                        Signal.METRICS,
                        "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"histogram\":{\"dataPoints\":[{"
                                + "\"bucketCounts\":[1,\"18446744073709551615\",2.0],\"explicitBounds\":[\"NaN\",-0.0,1],"
                                + "\"min\":\"-Infinity\",\"count\":3e0}]}}]}]}]}"))
                .getResourceMetrics(0)
                .getScopeMetrics(0)
                .getMetrics(0)
                .getHistogram()
                .getDataPoints(0);
        assertThat(point.getBucketCountsList()).containsExactly(1L, -1L, 2L);
        assertThat(point.getExplicitBoundsList()).containsExactly(Double.NaN, -0.0, 1.0);
        assertThat(point.getMin()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(point.getCount()).isEqualTo(3);
    }

    @Test
    void read_unknownNamesAndNulls_passesThemOver() throws Exception {
        Span span = span("{\"trace_id\":7,\"future\":{\"deep\":[[{}],null]},\"name\":\"n\",\"kind\":null,"
                + "\"attributes\":null,\"status\":{\"code\":2,\"deprecatedCode\":9},\"spanId\":\"\"}");
        assertThat(span)
                .isEqualTo(Span.newBuilder()
                        .setName("n")
                        .setStatus(span.getStatus())
                        .build());
        assertThat(span.getStatus().getCodeValue()).isEqualTo(2);
        assertThat(read(Signal.TRACES, "{}")).isInstanceOf(OtlpJson.Result.Request.class);
    }

    @Test
    void read_textOfAllKinds_isTheSameText() throws Exception {
        assertThat(span("{\"name\":\"ż日\\uD83D\\uDE80\\u0000\\\"\\/ \uD83D\uDE80\"}")
                        .getName())
                .isEqualTo("ż日\uD83D\uDE80\u0000\"/ \uD83D\uDE80");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'traceId':'5B8E'} | /traceId: an id of 4 hexadecimal digits, not 32",
                "{'spanId':'EEE19B7EC3C1B17g'} | /spanId: an id that is not hexadecimal",
                "{'kind':'SPAN_KIND_SERVER'} | /kind: not a number",
                "{'kind':2147483648} | /kind: a number that is not between -2147483648 and 2147483647",
                "{'flags':-1} | /flags: a number that is not between 0 and 4294967295",
                "{'startTimeUnixNano':-1} | /startTimeUnixNano: a number that is not between 0 and 9223372036854775807",
                "{'startTimeUnixNano':'18446744073709551616'} | /startTimeUnixNano: a number of more than 64 bits",
                "{'startTimeUnixNano':'1e999999999'} | /startTimeUnixNano: a number of more than 64 bits",
                "{'startTimeUnixNano':'1e-999999999'} | /startTimeUnixNano: not a whole number",
                "{'startTimeUnixNano':1.5} | /startTimeUnixNano: not a whole number",
                "{'startTimeUnixNano':true} | /startTimeUnixNano: not a number",
                "{'name':1} | /name: not text",
                "{'attributes':{}} | /attributes: not a list",
                "{'attributes':[{'key':'a'},null]} | /attributes/1: not an object",
                "{'attributes':[{'value':{'doubleValue':1e999}}]} | /doubleValue: a number that no double holds",
                "{'attributes':[{'value':{'doubleValue':'0x1p3'}}]} | /doubleValue: not a number",
                "{'attributes':[{'value':{'boolValue':1}}]} | /boolValue: not true or false",
                "{'attributes':[{'value':{'bytesValue':'*'}}]} | /bytesValue: not base64",
            })
    void read_valueOfAnotherKind_namesThePlace(String span, String reason) {
        assertThat(reason(SPAN.formatted(span.replace('\'', '"'))))
                .startsWith("/resourceSpans/0/scopeSpans/0/spans/0/")
                .contains(reason)
                .containsPattern(", before byte \\d+$");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "1",
                "{",
                "{\"a\":",
                "{} {}",
                "{}x",
                "{\"resourceSpans\":[{]}",
                "{'a':1}",
                "{\"a\":NaN}"
            })
    void read_whatIsNoJsonObject_isRefused(String json) {
        assertThat(reason(json)).contains("before byte ");
    }

    @Test
    void read_deepNesting_isRefusedAsInProtobuf() {
        for (int depth : new int[] {20, 60, 10_000}) {
            String value = "{\"arrayValue\":{\"values\":[".repeat(depth) + "{}" + "]}}".repeat(depth);
            String json = SPAN.formatted("{\"attributes\":[{\"value\":" + value + "}]}");
            if (depth == 20) {
                assertThat(read(Signal.TRACES, json)).isInstanceOf(OtlpJson.Result.Request.class);
            } else {
                assertThat(reason(json)).contains("nested deeper than 100");
            }
        }
        assertThat(reason("{\"unknown\":" + "[".repeat(100_000))).contains("nesting depth");
    }

    @Test
    void read_growsBeyondTheLimit_isTooLarge_atItsEdge() {
        String json = "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"histogram\":{\"dataPoints\":[{"
                + "\"bucketCounts\":[1" + ",1".repeat(999) + "]}]}}]}]}]}";
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        int size = protobuf(Signal.METRICS, json).length;
        assertThat(size).isGreaterThan(8_000).isLessThan(8_050);
        assertThat(OtlpJson.toProtobuf(Signal.METRICS, bytes, size)).isInstanceOf(OtlpJson.Result.Request.class);
        assertThat(OtlpJson.toProtobuf(Signal.METRICS, bytes, size - 50)).isEqualTo(new OtlpJson.Result.TooLarge());
    }

    @Test
    void answers_areJson() {
        assertThat(new String(OtlpJson.success(), StandardCharsets.UTF_8)).isEqualTo("{}");
        assertThat(new String(OtlpJson.failure(3, "a \"b\"\n żółć"), StandardCharsets.UTF_8))
                .isEqualTo("{\"code\":3,\"message\":\"a \\\"b\\\"\\n żółć\"}");
    }
}
