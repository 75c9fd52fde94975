package io.sluice.exporter.otlp;

import static io.sluice.exporter.testing.Encoding.encode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.exporter.internal.marshal.Marshaler;
import io.opentelemetry.exporter.internal.otlp.logs.LogsRequestMarshaler;
import io.opentelemetry.exporter.internal.otlp.metrics.MetricsRequestMarshaler;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.exporter.Encoder;
import io.sluice.exporter.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Our bytes, parsed by OTLP's own parser, must be the message that {@link ExpectedMessages} builds from the same data;
 * and, where upstream can be asked, what upstream's marshaler writes: two implementations that share nothing.
 */
class EncodersTest {

    private static final int ROUNDS = 300;

    private final BufferPool pool = new BufferPool(1 << 20);

    @AfterEach
    void everyBufferIsBack() {
        assertThat(pool.lent()).isZero();
    }

    private static byte[] bytesOf(Payload payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ByteBuffer part : payload.body()) {
            byte[] copy = new byte[part.remaining()];
            part.get(copy);
            out.writeBytes(copy);
        }
        return out.toByteArray();
    }

    private static byte[] upstream(Marshaler marshaler) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        marshaler.writeBinaryTo(out);
        return out.toByteArray();
    }

    private <T, M extends Message> void compareExpected(
            Encoder<T> encoder,
            Function<RandomTelemetry, List<T>> batches,
            Function<List<T>, M> expected,
            Parser<? extends M> parser)
            throws IOException {
        for (int seed = 0; seed < 2 * ROUNDS; seed++) {
            List<T> batch = batches.apply(seed < ROUNDS ? new RandomTelemetry(seed) : RandomTelemetry.odd(seed));
            try (Payload payload = encode(encoder, batch)) {
                byte[] ours = bytesOf(payload);
                M parsed = parser.parseFrom(ours);
                assertThat(parsed).as("seed %d", seed).isEqualTo(expected.apply(batch));
                assertThat(parsed.getSerializedSize()).as("seed %d", seed).isEqualTo(ours.length);
            }
        }
    }

    @Test
    void spans_everyShape_areTheExpectedMessages() throws IOException {
        compareExpected(
                new SpanEncoder(pool),
                random -> random.some(12, random::span),
                ExpectedMessages::traces,
                ExportTraceServiceRequest.parser());
    }

    @Test
    void metrics_everyShape_areTheExpectedMessages() throws IOException {
        compareExpected(
                new MetricEncoder(pool),
                random -> random.some(12, random::metric),
                ExpectedMessages::metrics,
                ExportMetricsServiceRequest.parser());
    }

    @Test
    void logs_everyShape_areTheExpectedMessages() throws IOException {
        compareExpected(
                new LogEncoder(pool),
                random -> random.some(12, random::log),
                ExpectedMessages::logs,
                ExportLogsServiceRequest.parser());
    }

    private <T, M extends Message> void compare(
            Encoder<T> encoder,
            Function<RandomTelemetry, List<T>> batches,
            Function<Collection<T>, Marshaler> marshaler,
            Parser<M> parser)
            throws IOException {
        for (int seed = 0; seed < ROUNDS; seed++) {
            List<T> batch = batches.apply(new RandomTelemetry(seed));
            byte[] ours;
            try (Payload payload = encode(encoder, batch)) {
                ours = bytesOf(payload);
                assertThat(payload.bytes()).isEqualTo(ours.length);
                assertThat(payload.items())
                        .isEqualTo(batch.stream().mapToInt(encoder::count).sum());
            }
            M parsed = parser.parseFrom(ours);
            M expected = parser.parseFrom(upstream(marshaler.apply(batch)));
            assertThat(items(parsed)).as("seed %d", seed).isEqualTo(items(expected));
            assertThat(parsed.getSerializedSize()).as("seed %d", seed).isEqualTo(ours.length);
        }
    }

    /**
     * Each item with its resource and scope around it, sorted: upstream keeps equal resources apart if they are not the
     * same object, and orders groups by hash; neither means anything to a receiver.
     */
    private static List<String> items(Message request) {
        List<String> items = new ArrayList<>();
        for (Message resource : children(request, 1)) {
            for (Message scope : children(resource, 2)) {
                for (Message item : children(scope, 2)) {
                    items.add(field(resource, 1) + "|" + field(resource, 3) + "|" + field(scope, 1) + "|"
                            + field(scope, 3) + "|" + item);
                }
            }
        }
        items.sort(Comparator.naturalOrder());
        return items;
    }

    private static Object field(Message message, int number) {
        return message.getField(message.getDescriptorForType().findFieldByNumber(number));
    }

    @SuppressWarnings("unchecked") // field numbers of repeated messages
    private static List<Message> children(Message message, int number) {
        return (List<Message>) field(message, number);
    }

    @Test
    void spans_everyShape_equalUpstream() throws IOException {
        compare(
                new SpanEncoder(pool),
                random -> random.some(12, random::span),
                TraceRequestMarshaler::create,
                ExportTraceServiceRequest.parser());
    }

    @Test
    void spans_oneResourceAndScope_equalUpstreamExactly() throws IOException {
        SpanEncoder encoder = new SpanEncoder(pool);
        for (int seed = 0; seed < ROUNDS; seed++) {
            SpanData span = new RandomTelemetry(seed).span();
            try (Payload payload = encode(encoder, List.of(span))) {
                assertThat(ExportTraceServiceRequest.parseFrom(bytesOf(payload)))
                        .isEqualTo(ExportTraceServiceRequest.parseFrom(
                                upstream(TraceRequestMarshaler.create(List.of(span)))));
            }
        }
    }

    @Test
    void metrics_everyShape_equalUpstream() throws IOException {
        compare(
                new MetricEncoder(pool),
                random -> random.some(12, random::metric),
                MetricsRequestMarshaler::create,
                ExportMetricsServiceRequest.parser());
    }

    @Test
    void metrics_single_equalUpstreamExactly() throws IOException {
        MetricEncoder encoder = new MetricEncoder(pool);
        for (int seed = 0; seed < ROUNDS; seed++) {
            MetricData metric = new RandomTelemetry(seed).metric();
            try (Payload payload = encode(encoder, List.of(metric))) {
                assertThat(ExportMetricsServiceRequest.parseFrom(bytesOf(payload)))
                        .isEqualTo(ExportMetricsServiceRequest.parseFrom(
                                upstream(MetricsRequestMarshaler.create(List.of(metric)))));
            }
        }
    }

    @Test
    void logs_everyShape_equalUpstream() throws IOException {
        compare(
                new LogEncoder(pool),
                random -> random.some(12, random::log),
                LogsRequestMarshaler::create,
                ExportLogsServiceRequest.parser());
    }

    @Test
    void logs_single_equalUpstreamExactly() throws IOException {
        LogEncoder encoder = new LogEncoder(pool);
        for (int seed = 0; seed < ROUNDS; seed++) {
            LogRecordData log = new RandomTelemetry(seed).log();
            try (Payload payload = encode(encoder, List.of(log))) {
                assertThat(ExportLogsServiceRequest.parseFrom(bytesOf(payload)))
                        .isEqualTo(ExportLogsServiceRequest.parseFrom(
                                upstream(LogsRequestMarshaler.create(List.of(log)))));
            }
        }
    }

    private <T> void compareWeights(Encoder<T> encoder, Function<RandomTelemetry, T> items) {
        for (int seed = 0; seed < ROUNDS; seed++) {
            T item = items.apply(RandomTelemetry.odd(seed));
            try (Payload single = encode(encoder, List.of(item));
                    Payload triple = encode(encoder, List.of(item, item, item))) {
                int added = (triple.bytes() - single.bytes() + 1) / 2;
                int told = encoder.add(item, Integer.MAX_VALUE);
                encoder.finish().close();
                assertThat(told).as("seed %d", seed).isBetween(added - 1, added + 16);
            }
        }
    }

    @Test
    void bytes_ofAnItem_areWhatItAddsOrLittleMore() {
        compareWeights(new SpanEncoder(pool), RandomTelemetry::span);
        compareWeights(new MetricEncoder(pool), RandomTelemetry::metric);
        compareWeights(new LogEncoder(pool), RandomTelemetry::log);
    }

    /** Nesting at the edge: one value too deep would cost the whole batch, so it is refused before, and alone. */
    @Test
    void nesting_deeperThanParsersTake_isRefused() throws IOException {
        LogEncoder encoder = new LogEncoder(pool);
        Value<?> body = Value.of("innermost");
        int levels = 0;
        int taken = 0;
        int refused = 0;
        for (int depth = 1; depth < 20_000; depth = depth < 60 ? depth + 1 : depth * 3) {
            for (; levels < depth; levels++) {
                body = Value.of(List.of(body));
            }
            LogRecordData log = TestLogRecordData.builder().setBodyValue(body).build();
            if (isTaken(encoder, log)) {
                taken++;
                try (Payload payload = encode(encoder, List.of(log))) {
                    ExportLogsServiceRequest.parseFrom(bytesOf(payload)); // throws if nested too deep
                }
            } else {
                refused++;
                if (depth < 500) { // deeper down upstream's stack overflows
                    byte[] upstream = upstream(LogsRequestMarshaler.create(List.of(log)));
                    assertThatThrownBy(() -> ExportLogsServiceRequest.parseFrom(upstream))
                            .hasMessageContaining("too many levels of nesting");
                }
                assertThatThrownBy(() -> encode(encoder, List.of(log))).hasMessage("nested deeper than 100");
            }
        }
        assertThat(taken).isGreaterThan(40);
        assertThat(refused).isGreaterThan(10);
    }

    private static boolean isTaken(LogEncoder encoder, LogRecordData log) {
        try {
            return encoder.add(log, Integer.MAX_VALUE) > 0;
        } catch (IllegalArgumentException e) {
            return false;
        } finally {
            encoder.finish().close();
        }
    }

    @Test
    void groups_equalButNotIdentical_areOne() throws IOException {
        SpanEncoder encoder = new SpanEncoder(pool);
        List<SpanData> twins = List.of(TestSpans.server(), TestSpans.server());
        assertThat(twins.get(0).getResource()).isNotSameAs(twins.get(1).getResource());
        try (Payload payload = encode(encoder, twins)) {
            ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(bytesOf(payload));
            assertThat(request.getResourceSpansCount()).isEqualTo(1);
            assertThat(request.getResourceSpans(0).getScopeSpansCount()).isEqualTo(1);
            assertThat(request.getResourceSpans(0).getScopeSpans(0).getSpansCount())
                    .isEqualTo(2);
        }
    }

    @Test
    void encode_itemThatThrows_leavesNothingBehind() throws IOException {
        LogEncoder encoder = new LogEncoder(pool);
        LogRecordData good = new RandomTelemetry(1).log();
        Value<?> thrower = (Value<?>) Proxy.newProxyInstance(
                Value.class.getClassLoader(), new Class<?>[] {Value.class}, (proxy, method, arguments) -> {
                    throw new IllegalStateException(method.getName());
                });
        LogRecordData bad = TestLogRecordData.builder()
                .setBodyValue(Value.of(List.of(Value.of("x".repeat(300)), thrower)))
                .build();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> encode(encoder, List.of(good, bad, good))).isInstanceOf(RuntimeException.class);
            assertThat(pool.lent()).isZero();
        }
        encoder.add(good, Integer.MAX_VALUE);
        assertThatThrownBy(() -> encoder.add(bad, Integer.MAX_VALUE)).isInstanceOf(RuntimeException.class);
        encoder.add(good, Integer.MAX_VALUE);
        try (Payload payload = encoder.finish()) {
            assertThat(ExportLogsServiceRequest.parseFrom(bytesOf(payload)))
                    .isEqualTo(ExpectedMessages.logs(List.of(good, good)));
        }
        assertThat(pool.lent()).isZero();
    }

    /** Attributes of a resource or scope that cannot be read cost their own items, and leave no empty envelope. */
    @Test
    void add_itemWhoseGroupThrows_leavesNothingBehind() throws IOException {
        LogEncoder encoder = new LogEncoder(pool);
        Attributes thrower = (Attributes) Proxy.newProxyInstance(
                Attributes.class.getClassLoader(), new Class<?>[] {Attributes.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("forEach")) {
                        throw new IllegalStateException("forEach");
                    }
                    return method.getReturnType() == boolean.class ? (Object) false : 1;
                });
        LogRecordData bad = TestLogRecordData.builder()
                .setResource(Resource.create(Attributes.builder().put("k", "v").build()))
                .setInstrumentationScopeInfo(InstrumentationScopeInfo.builder("bad")
                        .setAttributes(thrower)
                        .build())
                .build();
        LogRecordData good = new RandomTelemetry(1).log();
        LogRecordData other = new RandomTelemetry(2).log();
        encoder.add(good, Integer.MAX_VALUE);
        assertThatThrownBy(() -> encoder.add(bad, Integer.MAX_VALUE)).isInstanceOf(IllegalStateException.class);
        encoder.add(other, Integer.MAX_VALUE);
        try (Payload payload = encoder.finish()) {
            assertThat(ExportLogsServiceRequest.parseFrom(bytesOf(payload)))
                    .isEqualTo(ExpectedMessages.logs(List.of(good, other)));
        }
        assertThat(pool.lent()).isZero();
    }

    @Test
    void encode_steadyState_allocatesLittlePerSpan() {
        SpanEncoder encoder = new SpanEncoder(pool);
        List<SpanData> batch = Collections.nCopies(512, TestSpans.server());
        assertThat(allocatedPerItem(() -> encode(encoder, batch).close(), batch.size()))
                .isLessThan(4);
    }

    private static double allocatedPerItem(Runnable work, int items) {
        for (int i = 0; i < 200; i++) {
            work.run();
        }
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        int rounds = 100;
        for (int i = 0; i < rounds; i++) {
            work.run();
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / (double) rounds / items;
    }
}
