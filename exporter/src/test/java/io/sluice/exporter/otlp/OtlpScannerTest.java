package io.sluice.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.exporter.Encoder;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import io.sluice.exporter.otlp.MessageShape.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OtlpScannerTest {

    private static final BufferPool POOL = new BufferPool(1 << 20);

    private static ScanResult scan(Signal signal, byte[] bytes) {
        return OtlpScanner.scan(signal, bytes, 0, bytes.length);
    }

    private static Parser<? extends Message> parser(Signal signal) {
        return switch (signal) {
            case TRACES -> ExportTraceServiceRequest.parser();
            case METRICS -> ExportMetricsServiceRequest.parser();
            case LOGS -> ExportLogsServiceRequest.parser();
        };
    }

    private static byte[] request(Signal signal, long seed) {
        RandomTelemetry random = new RandomTelemetry(seed);
        return switch (signal) {
            case TRACES -> bytes(new SpanEncoder(POOL), random.some(6, random::span));
            case METRICS -> bytes(new MetricEncoder(POOL), random.some(6, random::metric));
            case LOGS -> bytes(new LogEncoder(POOL), random.some(6, random::log));
        };
    }

    private static <T> byte[] bytes(Encoder<T> encoder, List<T> batch) {
        try (Payload payload = encoder.encode(batch)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (ByteBuffer part : payload.body()) {
                byte[] copy = new byte[part.remaining()];
                part.get(copy);
                out.writeBytes(copy);
            }
            return out.toByteArray();
        }
    }

    private static int count(Message message) {
        int own = switch (message.getDescriptorForType().getName()) {
            case "Span",
                    "LogRecord",
                    "NumberDataPoint",
                    "HistogramDataPoint",
                    "ExponentialHistogramDataPoint",
                    "SummaryDataPoint" -> 1;
            default -> 0;
        };
        for (Object value : message.getAllFields().values()) {
            for (Object element : value instanceof List<?> list ? list : List.of(value)) {
                if (element instanceof Message child) {
                    own += count(child);
                }
            }
        }
        return own;
    }

    @ParameterizedTest
    @EnumSource
    void scan_generatedRequests_countsWhatTheParserFinds(Signal signal) throws Exception {
        for (int seed = 0; seed < 300; seed++) {
            byte[] request = request(signal, seed);
            assertThat(scan(signal, request))
                    .isEqualTo(new ScanResult.Valid(count(parser(signal).parseFrom(request))));
        }
    }

    /** Random damage: the scanner accepts exactly what protobuf-java accepts, but for ids and oversized numbers. */
    @ParameterizedTest
    @EnumSource
    void scan_damagedRequests_agreesWithTheParser(Signal signal) {
        Random random = new Random(42);
        int accepted = 0;
        int refused = 0;
        for (int round = 0; round < 25_000; round++) {
            byte[] request = request(signal, round % 97);
            byte[] damaged = damage(request, random);
            Message parsed = parse(signal, damaged);
            ScanResult result = scan(signal, damaged);
            if (result instanceof ScanResult.Valid) {
                assertThat(parsed)
                        .as("round %d: accepted, but the parser refuses", round)
                        .isNotNull();
                accepted++;
            } else if (parsed != null) {
                assertThat(((ScanResult.Malformed) result).reason())
                        .as(
                                "round %d: refused %s, but the parser accepts %s",
                                round, result, java.util.HexFormat.of().formatHex(damaged))
                        .containsPattern("an id of|more than (32|64) bits");
            } else {
                refused++;
            }
        }
        assertThat(accepted).isGreaterThan(2_000);
        assertThat(refused).isGreaterThan(2_000);
    }

    private static Message parse(Signal signal, byte[] bytes) {
        try {
            return parser(signal).parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    private static byte[] damage(byte[] request, Random random) {
        byte[] damaged = request.clone();
        if (damaged.length == 0) {
            return new byte[] {(byte) random.nextInt(256), (byte) random.nextInt(256)};
        }
        int faults = 1 + random.nextInt(2);
        for (int i = 0; i < faults; i++) {
            int at = random.nextInt(damaged.length);
            switch (random.nextInt(5)) {
                case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> damaged[at] = (byte) random.nextInt(256);
                case 2 -> damaged = Arrays.copyOf(damaged, Math.max(1, at));
                case 3 -> {
                    byte[] longer = new byte[damaged.length + 1];
                    System.arraycopy(damaged, 0, longer, 0, at);
                    longer[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : 0x0b + 8 * random.nextInt(4));
                    System.arraycopy(damaged, at, longer, at + 1, damaged.length - at);
                    damaged = longer;
                }
                default -> {
                    byte[] shorter = new byte[damaged.length - 1];
                    System.arraycopy(damaged, 0, shorter, 0, at);
                    System.arraycopy(damaged, at + 1, shorter, at, damaged.length - at - 1);
                    damaged = shorter.length == 0 ? damaged : shorter;
                }
            }
        }
        return damaged;
    }

    @Test
    void scan_empty_isValidWithoutItems() {
        assertThat(scan(Signal.TRACES, new byte[0])).isEqualTo(new ScanResult.Valid(0));
    }

    @Test
    void scan_partOfAnArray_looksAtNothingElse() {
        byte[] request = request(Signal.TRACES, 5);
        byte[] padded = new byte[request.length + 20];
        Arrays.fill(padded, (byte) 0xff);
        System.arraycopy(request, 0, padded, 10, request.length);
        assertThat(OtlpScanner.scan(Signal.TRACES, padded, 10, request.length)).isInstanceOf(ScanResult.Valid.class);
    }

    @Test
    void scan_idOfWrongLength_isNamed() {
        byte[] request = withSpan(
                Span.newBuilder().setTraceId(ByteString.copyFrom(new byte[15])).build());
        assertThat(scan(Signal.TRACES, request))
                .isInstanceOfSatisfying(
                        ScanResult.Malformed.class,
                        malformed -> assertThat(malformed.toString())
                                .startsWith("Span field 1: an id of 15 bytes, not 16 at byte "));
    }

    @Test
    void scan_oversizedNumber_isRefused() {
        byte[] tenBytes = {0x18, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0x02};
        byte[] largest = {0x18, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0x01};
        assertThat(scan(Signal.TRACES, tenBytes)).hasToString("a number of more than 64 bits at byte 1");
        assertThat(scan(Signal.TRACES, largest)).isEqualTo(new ScanResult.Valid(0));
        byte[] length = {0x0a, -1, -1, -1, -1, 0x10};
        assertThat(scan(Signal.TRACES, length)).hasToString("a tag or length of more than 32 bits at byte 1");
    }

    @Test
    void scan_idAbsent_isValid() {
        assertThat(scan(
                        Signal.TRACES,
                        withSpan(Span.newBuilder().setName("no id").build())))
                .isEqualTo(new ScanResult.Valid(1));
    }

    private static byte[] withSpan(Span span) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
                .build()
                .toByteArray();
    }

    /** Depth at the edge: the last nesting that protobuf-java accepts, and the first that it refuses. */
    @Test
    void scan_nesting_hasTheParsersLimit() {
        boolean sawValid = false;
        boolean sawRefused = false;
        for (int depth = 40; depth < 60; depth++) {
            AnyValue value = AnyValue.newBuilder().setStringValue("x").build();
            for (int i = 0; i < depth; i++) {
                value = AnyValue.newBuilder()
                        .setArrayValue(ArrayValue.newBuilder().addValues(value))
                        .build();
            }
            byte[] request = ExportTraceServiceRequest.newBuilder()
                    .addResourceSpans(ResourceSpans.newBuilder()
                            .setResource(Resource.newBuilder()
                                    .addAttributes(
                                            KeyValue.newBuilder().setKey("k").setValue(value))))
                    .build()
                    .toByteArray();
            boolean parses = parse(Signal.TRACES, request) != null;
            assertThat(scan(Signal.TRACES, request) instanceof ScanResult.Valid)
                    .as("depth %d", depth)
                    .isEqualTo(parses);
            sawValid |= parses;
            sawRefused |= !parses;
        }
        assertThat(sawValid && sawRefused).isTrue();
    }

    @Test
    void shapes_equalTheGeneratedDescriptors() {
        Set<String> seen = new HashSet<>();
        compare(OtlpShapes.TRACES, ExportTraceServiceRequest.getDescriptor(), seen);
        compare(OtlpShapes.METRICS, ExportMetricsServiceRequest.getDescriptor(), seen);
        compare(OtlpShapes.LOGS, ExportLogsServiceRequest.getDescriptor(), seen);
        assertThat(seen).hasSizeGreaterThan(30);
    }

    private static void compare(MessageShape shape, Descriptor descriptor, Set<String> seen) {
        assertThat(shape.name()).isEqualTo(descriptor.getName());
        if (!seen.add(descriptor.getFullName())) {
            return;
        }
        for (FieldDescriptor field : descriptor.getFields()) {
            String name = descriptor.getName() + "." + field.getName();
            assertThat(shape.kind(field.getNumber())).as(name).isEqualTo(kind(field));
            if (field.getType() == FieldDescriptor.Type.MESSAGE) {
                compare(shape.child(field.getNumber()), field.getMessageType(), seen);
            }
        }
        for (int number = 0; number < shape.limit(); number++) {
            assertThat(shape.kind(number) != null)
                    .as("%s field %d", shape.name(), number)
                    .isEqualTo(descriptor.findFieldByNumber(number) != null);
        }
    }

    private static Kind kind(FieldDescriptor field) {
        return switch (field.getType()) {
            case MESSAGE -> Kind.MESSAGE;
            case STRING -> Kind.STRING;
            case BYTES ->
                switch (field.getName()) {
                    case "trace_id" -> Kind.TRACE_ID;
                    case "span_id", "parent_span_id" -> Kind.SPAN_ID;
                    default -> Kind.BYTES;
                };
            case FIXED32 -> Kind.FIXED32;
            case FIXED64, SFIXED64, DOUBLE -> field.isRepeated() ? Kind.PACKED_FIXED64 : Kind.FIXED64;
            default -> field.isRepeated() ? Kind.PACKED_VARINT : Kind.VARINT;
        };
    }

    @Test
    void merge_concatenation_parsesToAllItems() throws Exception {
        AtomicLong settled = new AtomicLong();
        OtlpMerge merge = new OtlpMerge(Signal.TRACES, settled::addAndGet);
        int items = 0;
        List<OtlpRequest> requests = new java.util.ArrayList<>();
        for (int seed = 0; seed < 20; seed++) {
            byte[] body = request(Signal.TRACES, seed);
            int count = ((ScanResult.Valid) scan(Signal.TRACES, body)).items();
            items += count;
            requests.add(new OtlpRequest(Signal.TRACES, body, count));
        }
        byte[] merged = bytes(merge, requests);
        assertThat(settled).hasValue(merged.length);
        assertThat(count(ExportTraceServiceRequest.parseFrom(merged))).isEqualTo(items);
        assertThat(merged.length)
                .isEqualTo(requests.stream().mapToInt(merge::bytes).sum());
        assertThat(scan(Signal.TRACES, merged)).isEqualTo(new ScanResult.Valid(items));
    }
}
