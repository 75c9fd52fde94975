package io.sluice.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.profiles.v1development.ExportProfilesServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.exporter.Signal;
import io.sluice.exporter.otlp.MessageShape.Check;
import io.sluice.exporter.otlp.MessageShape.Kind;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OtlpScannerTest {

    private static ScanResult scan(Signal signal, byte[] bytes) {
        return OtlpScanner.scan(signal, bytes, 0, bytes.length);
    }

    private static byte[] request(Signal signal, long seed) {
        return Requests.random(signal, seed, 6);
    }

    @ParameterizedTest
    @EnumSource
    void scan_generatedRequests_countsWhatTheParserFinds(Signal signal) throws Exception {
        for (int seed = 0; seed < 300; seed++) {
            byte[] request = request(signal, seed);
            assertThat(scan(signal, request))
                    .isEqualTo(new ScanResult.Valid(
                            Requests.count(Requests.parse(signal, request).orElseThrow())));
        }
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
                                .startsWith("Span.trace_id: an id of 15 bytes, not 16 at byte "));
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
        for (int depth = 80; depth < 120; depth++) {
            AnyValue value = AnyValue.newBuilder().setStringValue("x").build();
            if (depth % 2 == 1) { // three messages, an array two: odd depths too
                value = AnyValue.newBuilder()
                        .setKvlistValue(KeyValueList.newBuilder()
                                .addValues(KeyValue.newBuilder().setValue(value)))
                        .build();
            }
            for (int i = 0; i < depth / 2; i++) {
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
            boolean parses = Requests.parse(Signal.TRACES, request).isPresent();
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
        compare(OtlpShapes.PROFILES, ExportProfilesServiceRequest.getDescriptor(), seen);
        assertThat(seen).hasSizeGreaterThan(45);
    }

    private static void compare(MessageShape shape, Descriptor descriptor, Set<String> seen) {
        assertThat(shape.name()).isEqualTo(descriptor.getName());
        if (!seen.add(descriptor.getFullName())) {
            return;
        }
        for (FieldDescriptor field : descriptor.getFields()) {
            String name = descriptor.getName() + "." + field.getName();
            MessageShape.Field known = shape.field(field.getNumber());
            assertThat(known).as(name).isNotNull();
            assertThat(known.kind()).as(name).isEqualTo(kind(field));
            assertThat(known.name()).isEqualTo(field.getName());
            assertThat(known.jsonName()).as(name).isEqualTo(field.getJsonName());
            assertThat(shape.field(field.getJsonName())).isSameAs(known);
            assertThat(known.repeated()).as(name).isEqualTo(field.isRepeated());
            assertThat(shape.check(field.getNumber())).as(name).isEqualTo(check(field));
            assertThat(shape.child(field.getNumber()) != null)
                    .as(name)
                    .isEqualTo(field.getType() == FieldDescriptor.Type.MESSAGE);
            if (field.getType() == FieldDescriptor.Type.MESSAGE) {
                compare(shape.child(field.getNumber()), field.getMessageType(), seen);
            }
        }
        for (int number = 0; number < shape.limit(); number++) {
            assertThat(shape.field(number) != null)
                    .as("%s field %d", shape.name(), number)
                    .isEqualTo(descriptor.findFieldByNumber(number) != null);
            assertThat(shape.isAlternative(number))
                    .as("%s field %d, an alternative", shape.name(), number)
                    .isEqualTo(isAlternative(descriptor, number));
        }
    }

    /** What protobuf-java looks at where a length stands in front. */
    private static Check check(FieldDescriptor field) {
        return switch (kind(field)) {
            case MESSAGE -> Check.MESSAGE;
            case STRING -> Check.UTF8;
            case TRACE_ID -> Check.TRACE_ID;
            case SPAN_ID -> Check.SPAN_ID;
            case FIXED64, SFIXED64, DOUBLE -> field.isPacked() ? Check.PACKED_FIXED64 : Check.NONE;
            default -> field.isPacked() ? Check.PACKED_VARINT : Check.NONE;
        };
    }

    /** Members of the only oneof that holds items. */
    private static boolean isAlternative(Descriptor descriptor, int number) {
        FieldDescriptor field = descriptor.findFieldByNumber(number);
        return descriptor.getName().equals("Metric") && field != null && field.getContainingOneof() != null;
    }

    private static Kind kind(FieldDescriptor field) {
        return switch (field.getType()) {
            case BYTES ->
                switch (field.getName()) {
                    case "trace_id", "profile_id" -> Kind.TRACE_ID;
                    case "span_id", "parent_span_id" -> Kind.SPAN_ID;
                    default -> Kind.BYTES;
                };
            default -> Kind.valueOf(field.getType().name());
        };
    }

    /** Text of every kind, ids, packed numbers, groups of numbers: what descriptors allow, not what SDKs send. */
    @ParameterizedTest
    @EnumSource
    void scan_anyMessage_countsWhatTheParserFinds(Signal signal) throws Exception {
        int items = 0;
        for (int seed = 0; seed < 200; seed++) {
            Message message = RandomMessages.request(signal, seed);
            assertThat(scan(signal, message.toByteArray())).isEqualTo(new ScanResult.Valid(Requests.count(message)));
            items += Requests.count(message);
        }
        assertThat(items).isGreaterThan(100);
    }
}
