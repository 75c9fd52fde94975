package io.sluice.exporter.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The OTLP messages of SDK data, put together with the generated builders: field by field what the proto files and the
 * specification say, and no care for speed. What the encoders write must parse to these.
 */
final class ExpectedMessages {

    private ExpectedMessages() {}

    static ExportTraceServiceRequest traces(List<SpanData> spans) {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        grouped(spans, SpanData::getResource, SpanData::getInstrumentationScopeInfo)
                .forEach((resource, scopes) -> {
                    ResourceSpans.Builder group = request.addResourceSpansBuilder()
                            .setResource(resource(resource))
                            .setSchemaUrl(orEmpty(resource.getSchemaUrl()));
                    scopes.forEach((scope, items) -> group.addScopeSpans(ScopeSpans.newBuilder()
                            .setScope(scope(scope))
                            .setSchemaUrl(orEmpty(scope.getSchemaUrl()))
                            .addAllSpans(
                                    items.stream().map(ExpectedMessages::span).toList())));
                });
        return request.build();
    }

    static ExportLogsServiceRequest logs(List<LogRecordData> logs) {
        ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
        grouped(logs, LogRecordData::getResource, LogRecordData::getInstrumentationScopeInfo)
                .forEach((resource, scopes) -> {
                    ResourceLogs.Builder group = request.addResourceLogsBuilder()
                            .setResource(resource(resource))
                            .setSchemaUrl(orEmpty(resource.getSchemaUrl()));
                    scopes.forEach((scope, items) -> group.addScopeLogs(ScopeLogs.newBuilder()
                            .setScope(scope(scope))
                            .setSchemaUrl(orEmpty(scope.getSchemaUrl()))
                            .addAllLogRecords(
                                    items.stream().map(ExpectedMessages::log).toList())));
                });
        return request.build();
    }

    static ExportMetricsServiceRequest metrics(List<MetricData> metrics) {
        ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
        grouped(metrics, MetricData::getResource, MetricData::getInstrumentationScopeInfo)
                .forEach((resource, scopes) -> {
                    ResourceMetrics.Builder group = request.addResourceMetricsBuilder()
                            .setResource(resource(resource))
                            .setSchemaUrl(orEmpty(resource.getSchemaUrl()));
                    scopes.forEach((scope, items) -> group.addScopeMetrics(ScopeMetrics.newBuilder()
                            .setScope(scope(scope))
                            .setSchemaUrl(orEmpty(scope.getSchemaUrl()))
                            .addAllMetrics(items.stream()
                                    .map(ExpectedMetrics::metric)
                                    .map(Metric.Builder::build)
                                    .toList())));
                });
        return request.build();
    }

    /** By content, in the order of first appearance. */
    private static <T> Map<io.opentelemetry.sdk.resources.Resource, Map<InstrumentationScopeInfo, List<T>>> grouped(
            List<T> items,
            Function<T, io.opentelemetry.sdk.resources.Resource> resourceOf,
            Function<T, InstrumentationScopeInfo> scopeOf) {
        Map<io.opentelemetry.sdk.resources.Resource, Map<InstrumentationScopeInfo, List<T>>> groups =
                new LinkedHashMap<>();
        for (T item : items) {
            groups.computeIfAbsent(resourceOf.apply(item), r -> new LinkedHashMap<>())
                    .computeIfAbsent(scopeOf.apply(item), s -> new ArrayList<>())
                    .add(item);
        }
        return groups;
    }

    private static Resource resource(io.opentelemetry.sdk.resources.Resource resource) {
        return Resource.newBuilder()
                .addAllAttributes(attributes(resource.getAttributes()))
                .build();
    }

    private static InstrumentationScope scope(InstrumentationScopeInfo scope) {
        return InstrumentationScope.newBuilder()
                .setName(text(scope.getName()))
                .setVersion(orEmpty(scope.getVersion()))
                .addAllAttributes(attributes(scope.getAttributes()))
                .build();
    }

    private static Span span(SpanData span) {
        SpanContext context = span.getSpanContext();
        SpanContext parent = span.getParentSpanContext();
        return Span.newBuilder()
                .setTraceId(id(context.getTraceId()))
                .setSpanId(id(context.getSpanId()))
                .setTraceState(traceState(context.getTraceState()))
                .setParentSpanId(parent.isValid() ? id(parent.getSpanId()) : ByteString.EMPTY)
                .setName(text(span.getName()))
                .setKind(Span.SpanKind.valueOf("SPAN_KIND_" + span.getKind().name()))
                .setStartTimeUnixNano(span.getStartEpochNanos())
                .setEndTimeUnixNano(span.getEndEpochNanos())
                .addAllAttributes(attributes(span.getAttributes()))
                .setDroppedAttributesCount(Math.max(
                        0, span.getTotalAttributeCount() - span.getAttributes().size()))
                .addAllEvents(
                        span.getEvents().stream().map(ExpectedMessages::event).toList())
                .setDroppedEventsCount(Math.max(
                        0, span.getTotalRecordedEvents() - span.getEvents().size()))
                .addAllLinks(
                        span.getLinks().stream().map(ExpectedMessages::link).toList())
                .setDroppedLinksCount(Math.max(
                        0, span.getTotalRecordedLinks() - span.getLinks().size()))
                .setStatus(Status.newBuilder()
                        .setMessage(text(span.getStatus().getDescription()))
                        .setCode(Status.StatusCode.valueOf("STATUS_CODE_"
                                + span.getStatus().getStatusCode().name())))
                .setFlags(flags(context, parent))
                .build();
    }

    private static Span.Event event(io.opentelemetry.sdk.trace.data.EventData event) {
        return Span.Event.newBuilder()
                .setTimeUnixNano(event.getEpochNanos())
                .setName(text(event.getName()))
                .addAllAttributes(attributes(event.getAttributes()))
                .setDroppedAttributesCount(Math.max(
                        0,
                        event.getTotalAttributeCount() - event.getAttributes().size()))
                .build();
    }

    private static Span.Link link(io.opentelemetry.sdk.trace.data.LinkData link) {
        SpanContext context = link.getSpanContext();
        return Span.Link.newBuilder()
                .setTraceId(id(context.getTraceId()))
                .setSpanId(id(context.getSpanId()))
                .setTraceState(traceState(context.getTraceState()))
                .addAllAttributes(attributes(link.getAttributes()))
                .setDroppedAttributesCount(Math.max(
                        0, link.getTotalAttributeCount() - link.getAttributes().size()))
                .setFlags(flags(context, context))
                .build();
    }

    /** SpanFlags: the W3C flags, "has is remote", "is remote" of the parent or of the linked span. */
    private static int flags(SpanContext context, SpanContext origin) {
        return Byte.toUnsignedInt(context.getTraceFlags().asByte()) + 0x100 + (origin.isRemote() ? 0x200 : 0);
    }

    private static LogRecord log(LogRecordData log) {
        LogRecord.Builder message = LogRecord.newBuilder()
                .setTimeUnixNano(log.getTimestampEpochNanos())
                .setObservedTimeUnixNano(log.getObservedTimestampEpochNanos())
                .setSeverityNumber(SeverityNumber.forNumber(log.getSeverity().getSeverityNumber()))
                .setSeverityText(orEmpty(log.getSeverityText()))
                .setEventName(orEmpty(log.getEventName()))
                .addAllAttributes(attributes(log.getAttributes()))
                .setDroppedAttributesCount(Math.max(
                        0, log.getTotalAttributeCount() - log.getAttributes().size()));
        if (log.getBodyValue() != null) {
            message.setBody(any(log.getBodyValue()));
        }
        SpanContext context = log.getSpanContext();
        if (context.isValid()) {
            message.setTraceId(id(context.getTraceId()))
                    .setSpanId(id(context.getSpanId()))
                    .setFlags(Byte.toUnsignedInt(context.getTraceFlags().asByte()));
        }
        return message.build();
    }

    // ---- values, shared with metrics ----------------------------------------------------------------------------

    static List<KeyValue> attributes(Attributes attributes) {
        List<KeyValue> list = new ArrayList<>();
        attributes.forEach((key, value) -> list.add(KeyValue.newBuilder()
                .setKey(text(key.getKey()))
                .setValue(any(value))
                .build()));
        return list;
    }

    private static AnyValue any(Object value) {
        AnyValue.Builder any = AnyValue.newBuilder();
        if (value == null) {
            return any.build();
        } else if (value instanceof Value<?> nested) {
            return anyValue(nested);
        } else if (value instanceof String text) {
            any.setStringValue(text(text));
        } else if (value instanceof Boolean flag) {
            any.setBoolValue(flag);
        } else if (value instanceof Long number) {
            any.setIntValue(number);
        } else if (value instanceof Double number) {
            any.setDoubleValue(number);
        } else {
            any.setArrayValue(ArrayValue.newBuilder()
                    .addAllValues(((List<?>) value)
                            .stream().map(ExpectedMessages::any).toList()));
        }
        return any.build();
    }

    private static AnyValue anyValue(Value<?> value) {
        return switch (value.getType()) {
            case STRING, BOOLEAN, LONG, DOUBLE, ARRAY -> any(value.getValue());
            case EMPTY -> AnyValue.getDefaultInstance();
            case BYTES ->
                AnyValue.newBuilder()
                        .setBytesValue(ByteString.copyFrom((ByteBuffer) value.getValue()))
                        .build();
            case KEY_VALUE_LIST ->
                AnyValue.newBuilder()
                        .setKvlistValue(KeyValueList.newBuilder()
                                .addAllValues(((List<?>) value.getValue())
                                        .stream()
                                                .map(entry -> (io.opentelemetry.api.common.KeyValue) entry)
                                                .map(entry -> KeyValue.newBuilder()
                                                        .setKey(text(entry.getKey()))
                                                        .setValue(any(entry.getValue()))
                                                        .build())
                                                .toList()))
                        .build();
        };
    }

    static ByteString id(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }

    /** What UTF-8 can carry of {@code text}: the JDK makes a question mark of a surrogate without its partner. */
    static String text(String text) {
        return new String(text.getBytes(UTF_8), UTF_8);
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text(text);
    }

    private static String traceState(TraceState state) {
        return state.asMap().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(","));
    }
}
