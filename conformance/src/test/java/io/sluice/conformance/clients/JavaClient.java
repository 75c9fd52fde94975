package io.sluice.conformance.clients;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** OpenTelemetry's SDK and exporters for Java, sending what the clients in {@code .ci/clients} send. */
final class JavaClient {

    private static final AttributeKey<Long> REST = AttributeKey.longKey("rest");

    private JavaClient() {}

    /** The exporters to one end. */
    private record End(SpanExporter spans, MetricExporter metrics, LogRecordExporter logs) {

        static End open(Route route, String url) {
            String compression = route.gzip() ? "gzip" : "none";
            return route.isGrpc()
                    ? new End(
                            OtlpGrpcSpanExporter.builder()
                                    .setEndpoint(url)
                                    .setCompression(compression)
                                    .build(),
                            OtlpGrpcMetricExporter.builder()
                                    .setEndpoint(url)
                                    .setCompression(compression)
                                    .build(),
                            OtlpGrpcLogRecordExporter.builder()
                                    .setEndpoint(url)
                                    .setCompression(compression)
                                    .build())
                    : new End(
                            OtlpHttpSpanExporter.builder()
                                    .setEndpoint(url + "/v1/traces")
                                    .setCompression(compression)
                                    .build(),
                            OtlpHttpMetricExporter.builder()
                                    .setEndpoint(url + "/v1/metrics")
                                    .setCompression(compression)
                                    .build(),
                            OtlpHttpLogRecordExporter.builder()
                                    .setEndpoint(url + "/v1/logs")
                                    .setCompression(compression)
                                    .build());
        }
    }

    /** One collection for both ends, for each reader would collect its own. */
    private record Both(MetricExporter first, MetricExporter second) implements MetricExporter {

        @Override
        public CompletableResultCode export(Collection<MetricData> metrics) {
            return CompletableResultCode.ofAll(List.of(first.export(metrics), second.export(metrics)));
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofAll(List.of(first.flush(), second.flush()));
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofAll(List.of(first.shutdown(), second.shutdown()));
        }

        @Override
        public AggregationTemporality getAggregationTemporality(InstrumentType type) {
            return first.getAggregationTemporality(type);
        }
    }

    static void send(Route route, String direct, String sidecar) {
        End one = End.open(route, direct);
        End other = End.open(route, sidecar);
        Resource resource = Resource.create(Attributes.builder()
                .put("service.name", route.toString())
                .put("greeting", "grüß dich ✓")
                .put("list", "a", "ü")
                .build());
        try (SdkTracerProvider traces = SdkTracerProvider.builder()
                        .setResource(resource)
                        .addSpanProcessor(BatchSpanProcessor.builder(one.spans).build())
                        .addSpanProcessor(
                                BatchSpanProcessor.builder(other.spans).build())
                        .build();
                SdkMeterProvider meters = SdkMeterProvider.builder()
                        .setResource(resource)
                        .registerMetricReader(PeriodicMetricReader.builder(new Both(one.metrics, other.metrics))
                                .setInterval(1, TimeUnit.HOURS)
                                .build())
                        .build();
                SdkLoggerProvider logs = SdkLoggerProvider.builder()
                        .setResource(resource)
                        .addLogRecordProcessor(
                                BatchLogRecordProcessor.builder(one.logs).build())
                        .addLogRecordProcessor(
                                BatchLogRecordProcessor.builder(other.logs).build())
                        .build()) {
            drive(
                    traces.tracerBuilder("clients")
                            .setInstrumentationVersion("1.2.3")
                            .build(),
                    meters.get("clients"),
                    logs.get("clients"));
        }
    }

    private static void drive(Tracer tracer, Meter meter, Logger logger) {
        LongCounter requests = meter.counterBuilder("client.requests").build();
        DoubleHistogram durations = meter.histogramBuilder("client.durations").build();
        for (int i = 0; i < 20; i++) {
            Span span = tracer.spanBuilder("span " + i)
                    .setSpanKind(SpanKind.CLIENT)
                    .startSpan()
                    .setAttribute("text", "✓ " + i)
                    .setAttribute("whole", i * 1_000_000_007L)
                    .setAttribute("broken", i + 0.25)
                    .setAttribute("even", i % 2 == 0)
                    .addEvent("happened", Attributes.of(AttributeKey.longKey("number"), (long) i));
            if (i % 5 == 0) {
                span.setStatus(StatusCode.ERROR, "fünf");
            }
            Context within = Context.root().with(span);
            logger.logRecordBuilder()
                    .setContext(within)
                    .setSeverity(Severity.WARN)
                    .setBody("record " + i + " ✓")
                    .setAttribute(AttributeKey.longKey("number"), (long) i)
                    .emit();
            tracer.spanBuilder("child")
                    .setParent(within)
                    .addLink(span.getSpanContext())
                    .startSpan()
                    .end();
            span.end();
            requests.add(1, Attributes.of(REST, i % 3L));
            durations.record(i, Attributes.of(REST, i % 3L));
        }
    }
}
