package io.sluice.exporter.otlp;

import static io.sluice.exporter.testing.Encoding.encode;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.profiles.v1development.ExportProfilesServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.exporter.Encoder;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Export requests made at random, and what OTLP's own parser finds in any bytes. */
final class Requests {

    private static final BufferPool POOL = new BufferPool(1 << 20);

    private Requests() {}

    /** A request with up to {@code items} items; the same for the same seed. */
    static byte[] random(Signal signal, long seed, int items) {
        RandomTelemetry random = new RandomTelemetry(seed);
        return switch (signal) {
            case TRACES -> bytes(new SpanEncoder(POOL), random.some(items, random::span));
            case METRICS -> bytes(new MetricEncoder(POOL), random.some(items, random::metric));
            case LOGS -> bytes(new LogEncoder(POOL), random.some(items, random::log));
            case PROFILES -> RandomMessages.request(signal, seed).toByteArray();
        };
    }

    static <T> byte[] bytes(Encoder<T> encoder, List<T> batch) {
        try (Payload payload = encode(encoder, batch)) {
            return bytes(payload.body());
        }
    }

    static byte[] bytes(ByteBuffer[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ByteBuffer part : body) {
            byte[] copy = new byte[part.remaining()];
            part.duplicate().get(copy);
            out.writeBytes(copy);
        }
        return out.toByteArray();
    }

    /** Empty if protobuf-java refuses the bytes. */
    static Optional<Message> parse(Signal signal, byte[] bytes) {
        try {
            return Optional.of(parser(signal).parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private static Parser<? extends Message> parser(Signal signal) {
        return switch (signal) {
            case TRACES -> ExportTraceServiceRequest.parser();
            case METRICS -> ExportMetricsServiceRequest.parser();
            case LOGS -> ExportLogsServiceRequest.parser();
            case PROFILES -> ExportProfilesServiceRequest.parser();
        };
    }

    /** Spans, data points and log records. */
    static int count(Message message) {
        int own = switch (message.getDescriptorForType().getName()) {
            case "Span",
                    "Profile",
                    "LogRecord",
                    "NumberDataPoint",
                    "HistogramDataPoint",
                    "ExponentialHistogramDataPoint",
                    "SummaryDataPoint" -> 1;
            default -> 0;
        };
        for (Message child : children(message)) {
            own += count(child);
        }
        return own;
    }

    /** Whether trace ids are 16 bytes or none and span ids 8 or none, everywhere. */
    static boolean hasGoodIds(Message message) {
        for (var field : message.getAllFields().entrySet()) {
            if (field.getValue() instanceof ByteString bytes) {
                int wanted = switch (field.getKey().getName()) {
                    case "trace_id", "profile_id" -> 16;
                    case "span_id", "parent_span_id" -> 8;
                    default -> bytes.size();
                };
                if (bytes.size() != wanted && !bytes.isEmpty()) {
                    return false;
                }
            }
        }
        return children(message).stream().allMatch(Requests::hasGoodIds);
    }

    private static List<Message> children(Message message) {
        List<Message> children = new ArrayList<>();
        for (Object value : message.getAllFields().values()) {
            for (Object element : value instanceof List<?> list ? list : List.of(value)) {
                if (element instanceof Message child) {
                    children.add(child);
                }
            }
        }
        return children;
    }

    /** Each item, in order, with all messages around it without their other items. */
    static List<List<Message>> items(Message request) {
        List<List<Message>> items = new ArrayList<>();
        addItems(request, List.of(), items);
        return items;
    }

    private static void addItems(Message message, List<Message> around, List<List<Message>> items) {
        FieldDescriptor pieces = pieces(message);
        Object value = pieces == null ? List.of() : message.getField(pieces);
        List<?> children = value instanceof List<?> list ? list : List.of(value);
        List<Message> path = new ArrayList<>(around);
        path.add(
                pieces == null
                        ? message
                        : message.toBuilder().clearField(pieces).build());
        if (children.isEmpty()) {
            items.add(path);
        }
        children.forEach(child -> addItems((Message) child, path, items));
    }

    private static FieldDescriptor pieces(Message message) {
        return switch (message.getDescriptorForType().getName()) {
            case "ResourceSpans",
                    "ResourceMetrics",
                    "ResourceLogs",
                    "ResourceProfiles",
                    "ScopeSpans",
                    "ScopeMetrics",
                    "ScopeLogs",
                    "ScopeProfiles" -> message.getDescriptorForType().findFieldByNumber(2);
            case "Metric" ->
                message.getOneofFieldDescriptor(
                        message.getDescriptorForType().getOneofs().get(0));
            case "Span", "LogRecord", "Profile" -> null;
            default ->
                message.getDescriptorForType().getName().endsWith("Point")
                        ? null
                        : message.getDescriptorForType().findFieldByNumber(1);
        };
    }
}
