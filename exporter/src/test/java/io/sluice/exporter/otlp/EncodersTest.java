package io.sluice.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.opentelemetry.exporter.internal.marshal.Marshaler;
import io.opentelemetry.exporter.internal.otlp.logs.LogsRequestMarshaler;
import io.opentelemetry.exporter.internal.otlp.metrics.MetricsRequestMarshaler;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.exporter.Encoder;
import io.sluice.exporter.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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
 * Our bytes, parsed by OTLP's own parser, against upstream's marshaler on the same data: two implementations that share
 * nothing must give equal messages.
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

    private <T, M extends Message> void compare(
            Encoder<T> encoder,
            Function<RandomTelemetry, List<T>> batches,
            Function<Collection<T>, Marshaler> marshaler,
            Parser<M> parser)
            throws IOException {
        for (int seed = 0; seed < ROUNDS; seed++) {
            List<T> batch = batches.apply(new RandomTelemetry(seed));
            byte[] ours;
            try (Payload payload = encoder.encode(batch)) {
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
            try (Payload payload = encoder.encode(List.of(span))) {
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
            try (Payload payload = encoder.encode(List.of(metric))) {
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
            try (Payload payload = encoder.encode(List.of(log))) {
                assertThat(ExportLogsServiceRequest.parseFrom(bytesOf(payload)))
                        .isEqualTo(ExportLogsServiceRequest.parseFrom(
                                upstream(LogsRequestMarshaler.create(List.of(log)))));
            }
        }
    }

    @Test
    void bytes_coversTheItemInAnyBatch() {
        SpanEncoder encoder = new SpanEncoder(pool);
        for (int seed = 0; seed < ROUNDS; seed++) {
            RandomTelemetry random = new RandomTelemetry(seed);
            List<SpanData> one = List.of(random.span());
            List<SpanData> two = List.of(one.get(0), one.get(0));
            try (Payload single = encoder.encode(one);
                    Payload pair = encoder.encode(two)) {
                assertThat(pair.bytes() - single.bytes()).isLessThanOrEqualTo(encoder.bytes(one.get(0)));
            }
        }
    }

    @Test
    void encode_steadyState_allocatesLittlePerSpan() {
        SpanEncoder encoder = new SpanEncoder(pool);
        List<SpanData> batch = Collections.nCopies(512, TestSpans.server());
        for (int i = 0; i < 200; i++) {
            encoder.encode(batch).close();
        }
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        int rounds = 100;
        for (int i = 0; i < rounds; i++) {
            encoder.encode(batch).close();
        }
        long perSpan = (threads.getCurrentThreadAllocatedBytes() - before) / rounds / batch.size();
        assertThat(perSpan).isLessThan(96);
    }
}
