package io.sluice.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.exporter.Pieces;
import io.sluice.exporter.Signal;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OtlpSplitterTest {

    private static final UnknownFieldSet UNKNOWN = UnknownFieldSet.newBuilder()
            .addField(77, UnknownFieldSet.Field.newBuilder().addVarint(5).build())
            .build();
    private static final Resource RESOURCE = Resource.newBuilder()
            .addAttributes(KeyValue.newBuilder()
                    .setKey("service.name")
                    .setValue(AnyValue.newBuilder().setStringValue("shop")))
            .build();
    private static final InstrumentationScope SCOPE =
            InstrumentationScope.newBuilder().setName("scope").build();

    private static Pieces pieces(Signal signal, Message... senders) {
        ByteBuffer[] body = new ByteBuffer[senders.length];
        int items = 0;
        for (int i = 0; i < senders.length; i++) {
            body[i] = ByteBuffer.wrap(senders[i].toByteArray());
            items += Requests.count(senders[i]);
        }
        return OtlpSplitter.of(signal).divide(body, items);
    }

    private static Message part(Signal signal, Pieces pieces, int from, int to) {
        byte[] bytes = Requests.bytes(pieces.body(from, to));
        assertThat(bytes).hasSize(pieces.bytes(from, to));
        return Requests.parse(signal, bytes).orElseThrow();
    }

    private static ScopeSpans.Builder spans(String... names) {
        ScopeSpans.Builder spans = ScopeSpans.newBuilder().setScope(SCOPE).setSchemaUrl("scope-schema");
        for (String name : names) {
            spans.addSpans(Span.newBuilder().setName(name));
        }
        return spans;
    }

    private static ExportTraceServiceRequest traces(ScopeSpans.Builder... scopes) {
        ResourceSpans.Builder resource = ResourceSpans.newBuilder()
                .setResource(RESOURCE)
                .setSchemaUrl("resource-schema")
                .setUnknownFields(UNKNOWN);
        for (ScopeSpans.Builder scope : scopes) {
            resource.addScopeSpans(scope);
        }
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(resource)
                .setUnknownFields(UNKNOWN)
                .build();
    }

    private static ExportMetricsServiceRequest metrics(Metric... metrics) {
        ScopeMetrics.Builder scope = ScopeMetrics.newBuilder().setScope(SCOPE);
        for (Metric metric : metrics) {
            scope.addMetrics(metric);
        }
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(
                        ResourceMetrics.newBuilder().setResource(RESOURCE).addScopeMetrics(scope))
                .build();
    }

    private static Metric sum(String name, int points) {
        Sum.Builder sum = Sum.newBuilder().setIsMonotonic(true).setAggregationTemporalityValue(2);
        for (int i = 0; i < points; i++) {
            sum.addDataPoints(NumberDataPoint.newBuilder().setAsInt(i));
        }
        return Metric.newBuilder()
                .setName(name)
                .setUnit("By")
                .setSum(sum)
                .setUnknownFields(UNKNOWN)
                .build();
    }

    @Test
    void oneScope_isDividedIntoItems_withAllThatIsAround() {
        Pieces pieces = pieces(Signal.TRACES, traces(spans("a", "b", "c", "d")));

        assertThat(pieces.size()).isEqualTo(4);
        assertThat(pieces.ofSenders()).isFalse();
        assertThat(part(Signal.TRACES, pieces, 0, 1)).isEqualTo(traces(spans("a")));
        assertThat(part(Signal.TRACES, pieces, 1, 4)).isEqualTo(traces(spans("b", "c", "d")));
        assertThat(part(Signal.TRACES, pieces, 0, 4)).isEqualTo(traces(spans("a", "b", "c", "d")));
        assertThat(pieces.items(1, 4)).isEqualTo(3);
        assertThat(pieces.within(2)).isEmpty();
        assertThat(pieces.name(2)).isEqualTo("span \"c\"");
    }

    @Test
    void severalScopes_areThePieces_andDivideFurther() {
        Pieces pieces = pieces(Signal.TRACES, traces(spans("a", "b"), spans(), spans("c")));

        assertThat(pieces.size()).isEqualTo(3);
        assertThat(part(Signal.TRACES, pieces, 0, 2)).isEqualTo(traces(spans("a", "b"), spans()));
        assertThat(pieces.items(0, 3)).isEqualTo(3);
        assertThat(pieces.within(1)).isEmpty();
        assertThat(pieces.within(2)).isEmpty();
        Pieces inner = pieces.within(0).orElseThrow();
        assertThat(part(Signal.TRACES, inner, 1, 2)).isEqualTo(traces(spans("b")));
    }

    @Test
    void severalResources_areThePieces() {
        ExportTraceServiceRequest both = ExportTraceServiceRequest.newBuilder()
                .mergeFrom(traces(spans("a")))
                .addAllResourceSpans(traces(spans("b", "c")).getResourceSpansList())
                .build();
        Pieces pieces = pieces(Signal.TRACES, both);

        assertThat(pieces.size()).isEqualTo(2);
        assertThat(part(Signal.TRACES, pieces, 1, 2)).isEqualTo(traces(spans("b", "c")));
        assertThat(part(Signal.TRACES, pieces.within(1).orElseThrow(), 0, 1)).isEqualTo(traces(spans("b")));
    }

    @Test
    void mergedRequests_areDividedAtTheirBorders_first() {
        Message[] senders = {traces(spans("a", "b")), traces(spans("c")), traces()};
        Pieces pieces = pieces(Signal.TRACES, senders);

        assertThat(pieces.ofSenders()).isTrue();
        assertThat(pieces.size()).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            assertThat(part(Signal.TRACES, pieces, i, i + 1)).isEqualTo(senders[i]);
        }
        assertThat(pieces.items(0, 3)).isEqualTo(3);
        assertThat(pieces.within(1)).isEmpty();
        assertThat(pieces.name(1)).isEqualTo("span \"c\"");
        assertThat(part(Signal.TRACES, pieces.within(0).orElseThrow(), 1, 2)).isEqualTo(traces(spans("b")));
    }

    @Test
    void metrics_areDividedByMetric_andASingleOneByItsPoints() {
        Pieces pieces = pieces(Signal.METRICS, metrics(sum("one", 3), sum("two", 2)));

        assertThat(pieces.size()).isEqualTo(2);
        assertThat(pieces.items(0, 1)).isEqualTo(3);
        assertThat(pieces.name(0)).isEqualTo("metric \"one\"");
        Pieces points = pieces.within(0).orElseThrow();
        assertThat(points.size()).isEqualTo(3);
        assertThat(part(Signal.METRICS, points, 0, 2)).isEqualTo(metrics(sum("one", 2)));
        assertThat(points.within(2)).isEmpty();
        assertThat(points.name(2)).isEqualTo("data point of metric \"one\"");
        assertThat(pieces(Signal.METRICS, metrics(sum("alone", 5))).size()).isEqualTo(5);
    }

    /** Protobuf keeps the last member of a oneof, so what is before it is nothing. */
    @Test
    void metricWithTwoKindsOfData_countsTheLast_andStaysWhole() {
        ByteArrayOutputStream two = new ByteArrayOutputStream();
        two.writeBytes(sum("both", 3).toByteArray());
        two.writeBytes(Metric.newBuilder()
                .setGauge(Gauge.newBuilder()
                        .addDataPoints(NumberDataPoint.newBuilder().setAsInt(9)))
                .build()
                .toByteArray());
        byte[] request = wrapped(two.toByteArray());

        assertThat(OtlpScanner.scan(Signal.METRICS, request, 0, request.length)).isEqualTo(new ScanResult.Valid(1));
        Pieces pieces = OtlpSplitter.of(Signal.METRICS).divide(new ByteBuffer[] {ByteBuffer.wrap(request)}, 1);
        assertThat(pieces.size()).isEqualTo(1);
        assertThat(pieces.items(0, 1)).isEqualTo(1);
        assertThat(pieces.name(0)).isEqualTo("metric \"both\"");
    }

    /** A metric's bytes in a request. */
    private static byte[] wrapped(byte[] metric) {
        byte[] bytes = metric;
        for (int tag : new int[] {0x12, 0x12, 0x0a}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(tag);
            out.write(bytes.length);
            out.writeBytes(bytes);
            bytes = out.toByteArray();
        }
        return bytes;
    }

    @Test
    void logRecord_isNamedByItsEvent_withoutControlCharacters() {
        ScopeLogs.Builder logs = ScopeLogs.newBuilder()
                .addLogRecords(LogRecord.newBuilder().setEventName("lo\ngin" + "x".repeat(200)))
                .addLogRecords(LogRecord.newBuilder());
        Pieces pieces = pieces(
                Signal.LOGS,
                ExportLogsServiceRequest.newBuilder()
                        .addResourceLogs(ResourceLogs.newBuilder().addScopeLogs(logs))
                        .build());

        assertThat(pieces.name(0)).startsWith("log record \"lo ginxxx").hasSizeLessThan(130);
        assertThat(pieces.name(1)).isEqualTo("log record");
    }

    @Test
    void bytesThatAreNoRequest_areOnePiece() {
        ByteBuffer[] body = {ByteBuffer.wrap(new byte[] {0x0a, 0x7f, 1})};
        Pieces pieces = OtlpSplitter.of(Signal.TRACES).divide(body, 12);

        assertThat(pieces.size()).isEqualTo(1);
        assertThat(pieces.items(0, 1)).isEqualTo(12);
        assertThat(pieces.bytes(0, 1)).isEqualTo(3);
        assertThat(pieces.within(0)).isEmpty();
        assertThat(pieces.body(0, 1)).isEqualTo(body);
    }

    @Test
    void bytesOutsideOfTheHeap_areOnePiece() {
        ByteBuffer direct =
                ByteBuffer.allocateDirect(2).put((byte) 0x0a).put((byte) 0).flip();

        assertThat(OtlpSplitter.of(Signal.TRACES)
                        .divide(new ByteBuffer[] {direct}, 0)
                        .size())
                .isEqualTo(1);
        assertThat(OtlpSplitter.of(Signal.TRACES)
                        .divide(new ByteBuffer[] {direct, direct}, 0)
                        .size())
                .isEqualTo(1);
    }

    /** A request of very many very small items needs no list of all of them, and still comes apart to the last. */
    @Test
    void manySmallItems_areTakenTogether_andComeApart() {
        ScopeSpans.Builder spans = ScopeSpans.newBuilder();
        for (int i = 0; i < 500_000; i++) {
            spans.addSpans(Span.getDefaultInstance());
        }
        Pieces pieces = pieces(
                Signal.TRACES,
                ExportTraceServiceRequest.newBuilder()
                        .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(spans))
                        .build());

        assertThat(pieces.size()).isBetween(1_000, 131_072);
        assertThat(pieces.items(0, pieces.size())).isEqualTo(500_000);
        Optional<Pieces> inner = pieces.within(7);
        int depth = 0;
        while (inner.isPresent()) {
            assertThat(inner.get().items(0, inner.get().size())).isBetween(2, 100);
            inner = inner.get().within(0);
            depth++;
        }
        assertThat(depth).isEqualTo(1);
    }
}
