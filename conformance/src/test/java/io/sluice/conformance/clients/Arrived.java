package io.sluice.conformance.clients;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a Collector's file exporters wrote, in its format {@code proto}: messages, each after its length in four bytes. */
final class Arrived {

    /** An item with all that it came in. */
    record Item<T extends Message>(String service, String surroundings, T value) {

        /** All of its content, the order of its fields aside. */
        String text() {
            return surroundings + TextFormat.printer().printToString(value);
        }
    }

    private final List<Item<Span>> spans = new ArrayList<>();
    private final List<Item<Metric>> metrics = new ArrayList<>();
    private final List<Item<LogRecord>> logs = new ArrayList<>();

    /**
     * Reads the files {@code traces}, {@code metrics} and {@code logs} of a folder.
     *
     * @throws IOException if one is missing, cut short, or not OTLP
     */
    static Arrived read(Path folder) throws IOException {
        Arrived arrived = new Arrived();
        for (byte[] message : messages(folder.resolve("traces"))) {
            ExportTraceServiceRequest.parseFrom(message)
                    .getResourceSpansList()
                    .forEach(resource -> resource.getScopeSpansList()
                            .forEach(scope -> scope.getSpansList()
                                    .forEach(span -> arrived.spans.add(item(
                                            resource.getResource(),
                                            resource.getSchemaUrl(),
                                            scope.getScope(),
                                            scope.getSchemaUrl(),
                                            span)))));
        }
        for (byte[] message : messages(folder.resolve("metrics"))) {
            ExportMetricsServiceRequest.parseFrom(message)
                    .getResourceMetricsList()
                    .forEach(resource -> resource.getScopeMetricsList()
                            .forEach(scope -> scope.getMetricsList()
                                    .forEach(metric -> arrived.metrics.add(item(
                                            resource.getResource(),
                                            resource.getSchemaUrl(),
                                            scope.getScope(),
                                            scope.getSchemaUrl(),
                                            metric)))));
        }
        for (byte[] message : messages(folder.resolve("logs"))) {
            ExportLogsServiceRequest.parseFrom(message)
                    .getResourceLogsList()
                    .forEach(resource -> resource.getScopeLogsList()
                            .forEach(scope -> scope.getLogRecordsList()
                                    .forEach(log -> arrived.logs.add(item(
                                            resource.getResource(),
                                            resource.getSchemaUrl(),
                                            scope.getScope(),
                                            scope.getSchemaUrl(),
                                            log)))));
        }
        return arrived;
    }

    private static <T extends Message> Item<T> item(
            Resource resource, String resourceSchema, InstrumentationScope scope, String scopeSchema, T value) {
        String service = resource.getAttributesList().stream()
                .filter(attribute -> attribute.getKey().equals("service.name"))
                .map(KeyValue::getValue)
                .map(name -> name.getStringValue())
                .findFirst()
                .orElse("");
        TextFormat.Printer printer = TextFormat.printer();
        return new Item<>(
                service,
                printer.printToString(resource) + resourceSchema + "\n" + printer.printToString(scope) + scopeSchema
                        + "\n",
                value);
    }

    private static List<byte[]> messages(Path file) throws IOException {
        List<byte[]> messages = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            for (byte[] length = in.readNBytes(4); length.length > 0; length = in.readNBytes(4)) {
                byte[] message = in.readNBytes(ByteBuffer.wrap(length).getInt());
                messages.add(message);
            }
        }
        return messages;
    }

    List<Item<Span>> spans(String service) {
        return of(spans, service);
    }

    List<Item<Metric>> metrics(String service) {
        return of(metrics, service);
    }

    List<Item<LogRecord>> logs(String service) {
        return of(logs, service);
    }

    private static <T extends Message> List<Item<T>> of(List<Item<T>> all, String service) {
        return all.stream().filter(item -> item.service().equals(service)).toList();
    }
}
