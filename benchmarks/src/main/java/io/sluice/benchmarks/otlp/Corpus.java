package io.sluice.benchmarks.otlp;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;

/**
 * Batches as the SDK hands them over: the objects that an exporter meets in an application, not test doubles, because
 * how attributes are stored decides what walking them costs.
 */
final class Corpus {

    private static final int BATCH = 512;
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
    private static final AttributeKey<String> HOST = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> AGENT = AttributeKey.stringKey("user_agent.original");

    private Corpus() {}

    private static Attributes request(int number) {
        return Attributes.builder()
                .put(METHOD, "GET")
                .put(ROUTE, "/orders/{id}")
                .put(PATH, "/orders/" + (4000 + number))
                .put(SCHEME, "https")
                .put(HOST, "shop.example.com")
                .put(PORT, 8443L)
                .put(STATUS, 200L)
                .put(AGENT, "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101")
                .build();
    }

    /** 512 server spans of eight attributes, about 374 bytes each on the wire. */
    static List<SpanData> spans() {
        List<SpanData> ended = new ArrayList<>();
        try (SdkTracerProvider provider = SdkTracerProvider.builder()
                .addSpanProcessor(new Collecting(ended))
                .build()) {
            Tracer tracer = provider.get("io.sluice.benchmarks");
            for (int i = 0; i < BATCH; i++) {
                tracer.spanBuilder("GET /orders/{id}")
                        .setNoParent()
                        .setSpanKind(SpanKind.SERVER)
                        .setAllAttributes(request(i))
                        .startSpan()
                        .end();
            }
        }
        return List.copyOf(ended);
    }

    /** 512 log records with a line of text and eight attributes. */
    static List<LogRecordData> logs() {
        List<LogRecordData> emitted = new ArrayList<>();
        try (SdkLoggerProvider provider = SdkLoggerProvider.builder()
                .addLogRecordProcessor((context, log) -> emitted.add(log.toLogRecordData()))
                .build()) {
            Logger logger = provider.get("io.sluice.benchmarks");
            for (int i = 0; i < BATCH; i++) {
                logger.logRecordBuilder()
                        .setSeverity(Severity.INFO)
                        .setSeverityText("INFO")
                        .setBody("order " + i + " was shipped after 3 days and 4 hours")
                        .setAllAttributes(request(i))
                        .emit();
            }
        }
        return List.copyOf(emitted);
    }

    /** 512 data points: a counter and a histogram, each over 256 paths. */
    static List<MetricData> metrics() {
        Collected reader = new Collected();
        try (SdkMeterProvider provider =
                SdkMeterProvider.builder().registerMetricReader(reader).build()) {
            Meter meter = provider.get("io.sluice.benchmarks");
            LongCounter counter = meter.counterBuilder("http.server.requests").build();
            DoubleHistogram histogram =
                    meter.histogramBuilder("http.server.request.duration").build();
            for (int i = 0; i < BATCH / 2; i++) {
                counter.add(i + 1, request(i));
                histogram.record(i * 0.25, request(i));
            }
            return reader.collect();
        }
    }

    private record Collecting(List<SpanData> ended) implements SpanProcessor {
        @Override
        public void onStart(io.opentelemetry.context.Context parent, ReadWriteSpan span) {}

        @Override
        public boolean isStartRequired() {
            return false;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            ended.add(span.toSpanData());
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }
    }

    private static final class Collected implements MetricReader {
        private CollectionRegistration registration = CollectionRegistration.noop();

        @Override
        public void register(CollectionRegistration to) {
            registration = to;
        }

        List<MetricData> collect() {
            return List.copyOf(registration.collectAllMetrics());
        }

        @Override
        public AggregationTemporality getAggregationTemporality(InstrumentType type) {
            return AggregationTemporality.CUMULATIVE;
        }

        @Override
        public CompletableResultCode forceFlush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
