package io.sluice.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.exporter.Signal;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Requests with one item each, in both encodings. */
final class ReceiverRequests {

    private static final AtomicLong NUMBERS = new AtomicLong(0x1000_0000_0000_0001L);
    private static final String TRACE_ID = "5b8efff798038103d269b633813fc60c";

    private ReceiverRequests() {}

    /** What an item is called that no other is: the id of a span. */
    static String newItem() {
        return HexFormat.of().toHexDigits(NUMBERS.incrementAndGet());
    }

    static byte[] protobuf(Signal signal, String item, Map<String, String> attributes) {
        Resource resource = resource(attributes);
        return switch (signal) {
            case TRACES ->
                ExportTraceServiceRequest.newBuilder()
                        .addResourceSpans(ResourceSpans.newBuilder()
                                .setResource(resource)
                                .addScopeSpans(ScopeSpans.newBuilder().addSpans(span(item))))
                        .build()
                        .toByteArray();
            case METRICS ->
                ExportMetricsServiceRequest.newBuilder()
                        .addResourceMetrics(ResourceMetrics.newBuilder()
                                .setResource(resource)
                                .addScopeMetrics(ScopeMetrics.newBuilder()
                                        .addMetrics(Metric.newBuilder()
                                                .setName(item)
                                                .setGauge(Gauge.newBuilder()
                                                        .addDataPoints(NumberDataPoint.newBuilder()
                                                                .setTimeUnixNano(1)
                                                                .setAsInt(1))))))
                        .build()
                        .toByteArray();
            case LOGS ->
                ExportLogsServiceRequest.newBuilder()
                        .addResourceLogs(ResourceLogs.newBuilder()
                                .setResource(resource)
                                .addScopeLogs(ScopeLogs.newBuilder()
                                        .addLogRecords(LogRecord.newBuilder()
                                                .setBody(AnyValue.newBuilder().setStringValue(item)))))
                        .build()
                        .toByteArray();
            case PROFILES -> throw new IllegalArgumentException("profiles are still in development");
        };
    }

    /** A span in a request of about so many bytes. */
    static byte[] padded(String name, int bytes, Map<String, String> attributes) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .setResource(resource(attributes))
                        .addScopeSpans(ScopeSpans.newBuilder()
                                .addSpans(span(newItem()).toBuilder().setName(name + "x".repeat(bytes)))))
                .build()
                .toByteArray();
    }

    private static Span span(String item) {
        return Span.newBuilder()
                .setTraceId(ByteString.copyFrom(HexFormat.of().parseHex(TRACE_ID)))
                .setSpanId(ByteString.copyFrom(HexFormat.of().parseHex(item)))
                .setName("span")
                .setKind(Span.SpanKind.SPAN_KIND_SERVER)
                .build();
    }

    private static Resource resource(Map<String, String> attributes) {
        Resource.Builder resource = Resource.newBuilder();
        attributes.forEach((key, value) -> resource.addAttributes(
                KeyValue.newBuilder().setKey(key).setValue(AnyValue.newBuilder().setStringValue(value))));
        return resource.build();
    }

    /** A span; {@code more} is put between its fields. */
    static byte[] json(String traceId, String item, Map<String, String> attributes, String more) {
        return """
                {"resourceSpans":[{"resource":{"attributes":[%s]},"scopeSpans":[{"spans":[{\
                "traceId":"%s","spanId":"%s","name":"span","kind":2,%s"startTimeUnixNano":"1","endTimeUnixNano":2}]}]}]}""".formatted(jsonAttributes(attributes), traceId, item, more).getBytes(UTF_8);
    }

    static byte[] json(Signal signal, String item, Map<String, String> attributes) {
        return switch (signal) {
            case TRACES -> json(TRACE_ID, item, attributes, "");
            case METRICS -> """
                {"resourceMetrics":[{"resource":{"attributes":[%s]},"scopeMetrics":[{"metrics":[{\
                "name":"%s","gauge":{"dataPoints":[{"timeUnixNano":"1","asInt":"1"}]}}]}]}]}""".formatted(jsonAttributes(attributes), item).getBytes(UTF_8);
            case LOGS -> """
                {"resourceLogs":[{"resource":{"attributes":[%s]},"scopeLogs":[{"logRecords":[{\
                "body":{"stringValue":"%s"}}]}]}]}""".formatted(jsonAttributes(attributes), item).getBytes(UTF_8);
            case PROFILES -> throw new IllegalArgumentException("profiles are still in development");
        };
    }

    private static String jsonAttributes(Map<String, String> attributes) {
        return attributes.entrySet().stream()
                .map(each ->
                        "{\"key\":\"" + each.getKey() + "\",\"value\":{\"stringValue\":\"" + each.getValue() + "\"}}")
                .collect(Collectors.joining(","));
    }
}
