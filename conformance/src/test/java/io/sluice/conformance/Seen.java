package io.sluice.conformance;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.exporter.Signal;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * One request as a peer saw it.
 *
 * @param path of the URL with its method before it; for gRPC the signal's key
 * @param headers by names in small letters
 * @param items ids of spans, texts of log records, names of metrics
 * @param bytes of the message, before compression
 */
record Seen(Instant at, Signal signal, String path, Map<String, String> headers, List<String> items, int bytes) {

    /** Reads the items of {@code message}. */
    static Seen of(Signal signal, String path, Map<String, String> headers, byte[] message) {
        return new Seen(Instant.now(), signal, path, headers, items(signal, message), message.length);
    }

    /** Empty if it was not sent. */
    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    private static List<String> items(Signal signal, byte[] message) {
        try {
            return switch (signal) {
                case TRACES ->
                    ExportTraceServiceRequest.parseFrom(message).getResourceSpansList().stream()
                            .flatMap(resource -> resource.getScopeSpansList().stream())
                            .flatMap(scope -> scope.getSpansList().stream())
                            .map(span -> hex(span.getSpanId()))
                            .toList();
                case METRICS ->
                    ExportMetricsServiceRequest.parseFrom(message).getResourceMetricsList().stream()
                            .flatMap(resource -> resource.getScopeMetricsList().stream())
                            .flatMap(scope -> scope.getMetricsList().stream())
                            .map(metric -> metric.getName())
                            .toList();
                case LOGS ->
                    ExportLogsServiceRequest.parseFrom(message).getResourceLogsList().stream()
                            .flatMap(resource -> resource.getScopeLogsList().stream())
                            .flatMap(scope -> scope.getLogRecordsList().stream())
                            .map(log -> log.getBody().getStringValue())
                            .toList();
                case PROFILES -> throw new IllegalArgumentException("no client here sends profiles");
            };
        } catch (InvalidProtocolBufferException e) {
            return List.of("not OTLP");
        }
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }
}
