package io.sluice.benchmarks.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.exporter.internal.otlp.traces.LowAllocationTraceRequestMarshaler;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.exporter.Encoder;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import io.sluice.exporter.otlp.BufferPool;
import io.sluice.exporter.otlp.LogEncoder;
import io.sluice.exporter.otlp.MetricEncoder;
import io.sluice.exporter.otlp.OtlpMerge;
import io.sluice.exporter.otlp.OtlpRequest;
import io.sluice.exporter.otlp.OtlpScanner;
import io.sluice.exporter.otlp.ScanResult;
import io.sluice.exporter.otlp.SpanEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** What is timed: one run handles one request of 512 spans, log records or data points. */
enum Row {
    ENCODE_SPANS(() -> encode(new SpanEncoder(Row.pool()), Corpus.spans())),
    ENCODE_SPANS_UPSTREAM(Row::upstream),
    ENCODE_LOGS(() -> encode(new LogEncoder(Row.pool()), Corpus.logs())),
    ENCODE_METRICS(() -> encode(new MetricEncoder(Row.pool()), Corpus.metrics())),
    SCAN_TRACES(() -> scan(Signal.TRACES, bytes(new SpanEncoder(Row.pool()), Corpus.spans()))),
    SCAN_METRICS(() -> scan(Signal.METRICS, bytes(new MetricEncoder(Row.pool()), Corpus.metrics()))),
    SCAN_LOGS(() -> scan(Signal.LOGS, bytes(new LogEncoder(Row.pool()), Corpus.logs()))),
    PARSE_TRACES_PROTOBUF(() -> parse(bytes(new SpanEncoder(Row.pool()), Corpus.spans()))),
    MERGE_TRACES(() -> merge(bytes(new SpanEncoder(Row.pool()), Corpus.spans())));

    /** Items in one run. */
    static final int ITEMS = 512;

    @SuppressWarnings("ImmutableEnumChecker") // suppliers without state
    private final Supplier<IntSupplier> preparation;

    Row(Supplier<IntSupplier> preparation) {
        this.preparation = preparation;
    }

    /** One run, ready to be repeated; it returns the bytes that it handled. */
    IntSupplier prepare() {
        return preparation.get();
    }

    private static BufferPool pool() {
        return new BufferPool(1 << 22);
    }

    private static <T> IntSupplier encode(Encoder<T> encoder, List<T> batch) {
        return () -> {
            try (Payload payload = whole(encoder, batch)) {
                return payload.bytes();
            }
        };
    }

    private static <T> Payload whole(Encoder<T> encoder, List<T> batch) {
        for (T item : batch) {
            encoder.add(item, Integer.MAX_VALUE);
        }
        return encoder.finish();
    }

    private static IntSupplier upstream() {
        List<SpanData> batch = Corpus.spans();
        LowAllocationTraceRequestMarshaler marshaler = new LowAllocationTraceRequestMarshaler();
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 20);
        return () -> {
            out.reset();
            marshaler.initialize(batch);
            try {
                marshaler.writeBinaryTo(out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                marshaler.reset();
            }
            return out.size();
        };
    }

    private static <T> byte[] bytes(Encoder<T> encoder, List<T> batch) {
        try (Payload payload = whole(encoder, batch)) {
            byte[] copy = new byte[payload.bytes()];
            ByteBuffer target = ByteBuffer.wrap(copy);
            for (ByteBuffer part : payload.body()) {
                target.put(part);
            }
            return copy;
        }
    }

    private static IntSupplier scan(Signal signal, byte[] request) {
        return () -> {
            ScanResult result = OtlpScanner.scan(signal, request, 0, request.length);
            if (!result.equals(new ScanResult.Valid(ITEMS))) {
                throw new IllegalStateException(signal + ": " + result);
            }
            return request.length;
        };
    }

    private static IntSupplier parse(byte[] request) {
        return () -> {
            try {
                return ExportTraceServiceRequest.parseFrom(request).getSerializedSize();
            } catch (InvalidProtocolBufferException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /** Merges the whole request 512 times over: the cost is by request, not by byte. */
    private static IntSupplier merge(byte[] request) {
        OtlpMerge merge = new OtlpMerge(Signal.TRACES, bytes -> {});
        List<OtlpRequest> requests = Collections.nCopies(ITEMS, new OtlpRequest(Signal.TRACES, request, 1));
        return () -> {
            try (Payload payload = whole(merge, requests)) {
                return payload.bytes();
            }
        };
    }
}
