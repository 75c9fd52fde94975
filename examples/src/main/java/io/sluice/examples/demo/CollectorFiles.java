package io.sluice.examples.demo;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.examples.collector.Ledger;
import io.sluice.examples.collector.SpanRecord;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a Collector's file exporters wrote, in its format {@code proto}: messages, each after its length in four bytes.
 *
 * @param spans in the order of the file
 * @param shapes how many spans there are of each scope, name, kind, status and set of attribute names
 * @param dataPoints by metric
 * @param metricsByScope scope and name of each metric
 */
record CollectorFiles(
        List<SpanRecord> spans,
        Map<String, Long> shapes,
        Map<String, Long> dataPoints,
        Map<String, Long> metricsByScope) {

    /**
     * Reads both files.
     *
     * @throws IOException if one is missing, cut short, or not OTLP
     */
    static CollectorFiles read(Path traces, Path metrics) throws IOException {
        CollectorFiles files = new CollectorFiles(new ArrayList<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        for (byte[] message : messages(traces)) {
            files.add(ExportTraceServiceRequest.parseFrom(message));
        }
        for (byte[] message : messages(metrics)) {
            files.add(ExportMetricsServiceRequest.parseFrom(message));
        }
        return files;
    }

    private static List<byte[]> messages(Path file) throws IOException {
        List<byte[]> messages = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            for (byte[] length = in.readNBytes(4); length.length > 0; length = in.readNBytes(4)) {
                if (length.length < 4) {
                    throw new IOException(file + " ends within a length");
                }
                int bytes = ByteBuffer.wrap(length).getInt();
                byte[] message = in.readNBytes(bytes);
                if (message.length < bytes) {
                    throw new IOException(file + " ends within a message");
                }
                messages.add(message);
            }
        }
        return messages;
    }

    private void add(ExportTraceServiceRequest request) {
        request.getResourceSpansList()
                .forEach(resource -> resource.getScopeSpansList()
                        .forEach(scope -> scope.getSpansList().forEach(span -> {
                            spans.add(SpanRecord.of(span));
                            shapes.merge(shape(scope.getScope().getName(), span), 1L, Long::sum);
                        })));
    }

    private static String shape(String scope, Span span) {
        return scope + " " + span.getName() + " " + span.getKind() + " "
                + span.getStatus().getCode()
                + span.getAttributesList().stream()
                        .map(KeyValue::getKey)
                        .sorted()
                        .toList();
    }

    private void add(ExportMetricsServiceRequest request) {
        request.getResourceMetricsList()
                .forEach(resource -> resource.getScopeMetricsList()
                        .forEach(scope -> scope.getMetricsList().forEach(metric -> {
                            long points = Ledger.points(metric);
                            dataPoints.merge(metric.getName(), points, Long::sum);
                            metricsByScope.merge(
                                    scope.getScope().getName() + " " + metric.getName(), points, Long::sum);
                        })));
    }

    /** Scope and name of the metrics that are about the application, not about whoever exports them. */
    List<String> applicationMetrics() {
        return metricsByScope.keySet().stream()
                .filter(name -> !name.matches("(io\\.sluice|io\\.opentelemetry\\.(sdk|exporters))[. ].*"))
                .toList();
    }

    List<String> sortedSpanIds() {
        return spans.stream().map(SpanRecord::spanId).sorted().toList();
    }

    long allDataPoints() {
        return dataPoints.values().stream().mapToLong(Long::longValue).sum();
    }

    /** What the shapes of two runs do not have in common, for people. */
    static String difference(Map<String, Long> one, Map<String, Long> other) {
        Map<String, Long> rest = new TreeMap<>(one);
        other.forEach((shape, count) -> rest.merge(shape, -count, Long::sum));
        return rest.entrySet().stream()
                .filter(entry -> entry.getValue() != 0)
                .map(entry -> entry.getValue() + " x " + entry.getKey())
                .collect(Collectors.joining("; "));
    }
}
