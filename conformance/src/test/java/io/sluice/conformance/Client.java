package io.sluice.conformance;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An SDK as its autoconfiguration makes it from the standard's settings, with Sluice's drop-in or with OpenTelemetry's own
 * exporters. What is not set is the product's default, but for what keeps a run short: batches leave when they are full or
 * flushed, and spans alone are exported unless the settings say otherwise. Any thread.
 */
final class Client implements AutoCloseable {

    private static final AttributeKey<String> FILLING = AttributeKey.stringKey("filling");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final String EXPORTED = "otel.sdk.exporter.span.exported";
    private static final String PROCESSED = "otel.sdk.processor.span.processed";
    private static final long LIMIT_SECONDS = 25;

    private static final Map<String, String> SHORT = Map.of(
            "otel.bsp.schedule.delay", "60000",
            "otel.blrp.schedule.delay", "60000",
            "otel.metrics.exporter", "none",
            "otel.logs.exporter", "none",
            "otel.experimental.sdk.telemetry.version", "latest",
            "sluice.drain.timeout", "2s",
            "sluice.account.log", "false");

    private final OpenTelemetrySdk sdk;
    private final InMemoryMetricReader ownFigures;
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    private Client(OpenTelemetrySdk sdk, InMemoryMetricReader ownFigures) {
        this.sdk = sdk;
        this.ownFigures = ownFigures;
    }

    static Client start(Product product, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(SHORT);
        all.putAll(settings);
        InMemoryMetricReader ownFigures = InMemoryMetricReader.create();
        ClassLoader loader = Client.class.getClassLoader();
        OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .setServiceClassLoader(product == Product.SLUICE ? loader : new WithoutSluice(loader))
                .disableShutdownHook()
                .addPropertiesSupplier(() -> all)
                .addMeterProviderCustomizer((builder, properties) -> builder.registerMetricReader(ownFigures))
                .build()
                .getOpenTelemetrySdk();
        return new Client(sdk, ownFigures);
    }

    /** Ends a span; returns its id. */
    String span() {
        return span(0);
    }

    /** Ends a span with so many bytes inside. */
    String span(int bytes) {
        Span span = sdk.getTracer("conformance").spanBuilder("span").startSpan();
        if (bytes > 0) {
            span.setAttribute(FILLING, "x".repeat(bytes));
        }
        ended.incrementAndGet();
        span.end();
        return span.getSpanContext().getSpanId();
    }

    List<String> spans(int spans) {
        return Stream.generate(this::span).limit(spans).toList();
    }

    /** Emits a log record; returns its body. */
    String log() {
        String body = "log" + made.incrementAndGet();
        sdk.getLogsBridge().get("conformance").logRecordBuilder().setBody(body).emit();
        return body;
    }

    /** Counts something; returns the metric's name. */
    String metric() {
        String name = "metric" + made.incrementAndGet();
        sdk.getMeter("conformance").counterBuilder(name).build().add(1);
        return name;
    }

    /**
     * Whether all that was held went out, as the SDK is told. Asks again while spans are not settled: the batch processor
     * of OpenTelemetry answers a flush with the one before if that has only just ended.
     */
    boolean flush() {
        long begin = System.nanoTime();
        boolean success = flushing().join(LIMIT_SECONDS, TimeUnit.SECONDS).isSuccess();
        while (settled() < ended.get() && System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(LIMIT_SECONDS)) {
            success = flushing().join(LIMIT_SECONDS, TimeUnit.SECONDS).isSuccess();
        }
        return success;
    }

    CompletableResultCode flushing() {
        return sdk.getSdkTracerProvider().forceFlush();
    }

    /** Of every signal. */
    void flushAll() {
        CompletableResultCode.ofAll(List.of(
                        flushing(),
                        sdk.getSdkLoggerProvider().forceFlush(),
                        sdk.getSdkMeterProvider().forceFlush()))
                .join(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    /** Ends the export of spans as a program's end does; whether that was over within {@code limit}. */
    boolean shutDown(Duration limit) {
        return sdk.getSdkTracerProvider()
                .shutdown()
                .join(limit.toMillis(), TimeUnit.MILLISECONDS)
                .isDone();
    }

    /** Spans that the client itself counts as lost, by its processor or its exporter. */
    long countedAsLost() {
        return counted(EXPORTED, Client::isFailure) + counted(PROCESSED, Client::isFailure);
    }

    /** Spans of which the client knows what became. */
    private long settled() {
        return counted(EXPORTED, point -> true) + counted(PROCESSED, Client::isFailure);
    }

    private static boolean isFailure(LongPointData point) {
        return point.getAttributes().get(ERROR_TYPE) != null;
    }

    private long counted(String metric, Predicate<LongPointData> points) {
        return ownFigures.collectAllMetrics().stream()
                .filter(data -> data.getName().equals(metric))
                .flatMap(data -> data.getLongSumData().getPoints().stream())
                .filter(points)
                .mapToLong(LongPointData::getValue)
                .sum();
    }

    @Override
    public void close() {
        sdk.close();
    }
}
