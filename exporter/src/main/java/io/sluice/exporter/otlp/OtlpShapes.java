package io.sluice.exporter.otlp;

import io.sluice.exporter.Signal;
import io.sluice.exporter.otlp.MessageShape.Kind;

/** The shapes of all messages inside the three export requests, as of opentelemetry-proto 1.11. */
final class OtlpShapes {

    private static final MessageShape ANY_VALUE = MessageShape.of("AnyValue");
    private static final MessageShape KEY_VALUE = MessageShape.of("KeyValue")
            .with(Kind.STRING, 1)
            .message(2, ANY_VALUE)
            .with(Kind.VARINT, 3);

    static {
        ANY_VALUE
                .with(Kind.STRING, 1)
                .with(Kind.VARINT, 2, 3, 8)
                .with(Kind.FIXED64, 4)
                .message(5, MessageShape.of("ArrayValue").message(1, ANY_VALUE))
                .message(6, MessageShape.of("KeyValueList").message(1, KEY_VALUE))
                .with(Kind.BYTES, 7);
    }

    private static final MessageShape RESOURCE = MessageShape.of("Resource")
            .message(1, KEY_VALUE)
            .with(Kind.VARINT, 2)
            .message(3, MessageShape.of("EntityRef").with(Kind.STRING, 1, 2, 3, 4));

    private static final MessageShape SCOPE = MessageShape.of("InstrumentationScope")
            .with(Kind.STRING, 1, 2)
            .message(3, KEY_VALUE)
            .with(Kind.VARINT, 4);

    static final MessageShape TRACES = request("ExportTraceServiceRequest", "ResourceSpans", "ScopeSpans", span());
    static final MessageShape METRICS =
            request("ExportMetricsServiceRequest", "ResourceMetrics", "ScopeMetrics", metric());
    static final MessageShape LOGS = request("ExportLogsServiceRequest", "ResourceLogs", "ScopeLogs", log());

    private OtlpShapes() {}

    static MessageShape of(Signal signal) {
        return switch (signal) {
            case TRACES -> TRACES;
            case METRICS -> METRICS;
            case LOGS -> LOGS;
        };
    }

    private static MessageShape request(String request, String resource, String scope, MessageShape item) {
        MessageShape scopes =
                MessageShape.of(scope).message(1, SCOPE).message(2, item).with(Kind.STRING, 3);
        MessageShape resources = MessageShape.of(resource)
                .message(1, RESOURCE)
                .message(2, scopes)
                .with(Kind.STRING, 3);
        return MessageShape.of(request).message(1, resources);
    }

    private static MessageShape span() {
        return MessageShape.counted("Span")
                .with(Kind.TRACE_ID, 1)
                .with(Kind.SPAN_ID, 2, 4)
                .with(Kind.STRING, 3, 5)
                .with(Kind.VARINT, 6, 10, 12, 14)
                .with(Kind.FIXED64, 7, 8)
                .with(Kind.FIXED32, 16)
                .message(9, KEY_VALUE)
                .message(
                        11,
                        MessageShape.of("Event")
                                .with(Kind.FIXED64, 1)
                                .with(Kind.STRING, 2)
                                .message(3, KEY_VALUE)
                                .with(Kind.VARINT, 4))
                .message(
                        13,
                        MessageShape.of("Link")
                                .with(Kind.TRACE_ID, 1)
                                .with(Kind.SPAN_ID, 2)
                                .with(Kind.STRING, 3)
                                .message(4, KEY_VALUE)
                                .with(Kind.VARINT, 5)
                                .with(Kind.FIXED32, 6))
                .message(15, MessageShape.of("Status").with(Kind.STRING, 2).with(Kind.VARINT, 3));
    }

    private static MessageShape metric() {
        MessageShape exemplar = MessageShape.of("Exemplar")
                .message(7, KEY_VALUE)
                .with(Kind.FIXED64, 2, 3, 6)
                .with(Kind.SPAN_ID, 4)
                .with(Kind.TRACE_ID, 5);
        MessageShape number = MessageShape.counted("NumberDataPoint")
                .message(7, KEY_VALUE)
                .with(Kind.FIXED64, 2, 3, 4, 6)
                .message(5, exemplar)
                .with(Kind.VARINT, 8);
        MessageShape buckets = MessageShape.of("Buckets").with(Kind.VARINT, 1).with(Kind.PACKED_VARINT, 2);
        MessageShape histogram = MessageShape.counted("HistogramDataPoint")
                .message(9, KEY_VALUE)
                .with(Kind.FIXED64, 2, 3, 4, 5, 11, 12)
                .with(Kind.PACKED_FIXED64, 6, 7)
                .message(8, exemplar)
                .with(Kind.VARINT, 10);
        MessageShape exponential = MessageShape.counted("ExponentialHistogramDataPoint")
                .message(1, KEY_VALUE)
                .with(Kind.FIXED64, 2, 3, 4, 5, 7, 12, 13, 14)
                .with(Kind.VARINT, 6, 10)
                .message(8, buckets)
                .message(9, buckets)
                .message(11, exemplar);
        MessageShape summary = MessageShape.counted("SummaryDataPoint")
                .message(7, KEY_VALUE)
                .with(Kind.FIXED64, 2, 3, 4, 5)
                .message(6, MessageShape.of("ValueAtQuantile").with(Kind.FIXED64, 1, 2))
                .with(Kind.VARINT, 8);
        return MessageShape.of("Metric")
                .with(Kind.STRING, 1, 2, 3)
                .alternative(5, MessageShape.of("Gauge").message(1, number))
                .alternative(7, MessageShape.of("Sum").message(1, number).with(Kind.VARINT, 2, 3))
                .alternative(
                        9, MessageShape.of("Histogram").message(1, histogram).with(Kind.VARINT, 2))
                .alternative(
                        10,
                        MessageShape.of("ExponentialHistogram")
                                .message(1, exponential)
                                .with(Kind.VARINT, 2))
                .alternative(11, MessageShape.of("Summary").message(1, summary))
                .message(12, KEY_VALUE);
    }

    private static MessageShape log() {
        return MessageShape.counted("LogRecord")
                .with(Kind.FIXED64, 1, 11)
                .with(Kind.VARINT, 2, 7)
                .with(Kind.STRING, 3, 12)
                .message(5, ANY_VALUE)
                .message(6, KEY_VALUE)
                .with(Kind.FIXED32, 8)
                .with(Kind.TRACE_ID, 9)
                .with(Kind.SPAN_ID, 10);
    }
}
