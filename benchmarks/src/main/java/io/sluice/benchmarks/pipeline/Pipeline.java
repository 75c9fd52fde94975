package io.sluice.benchmarks.pipeline;

import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.sluice.config.SettingsLoader;
import io.sluice.config.source.SettingsSources;
import io.sluice.exporter.Signal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pipelines that are compared. Tuned means the best that the side's documented settings allow for the workloads. */
enum Pipeline {
    SLUICE("Sluice"),
    SLUICE_TUNED("Sluice, tuned"),
    SLUICE_GZIP("Sluice, gzip"),
    UPSTREAM("OpenTelemetry Java"),
    UPSTREAM_TUNED("OpenTelemetry Java, tuned"),
    UPSTREAM_GZIP("OpenTelemetry Java, gzip");

    /** Upstream's queue for the tuned rows; the same as ours holds by default. */
    private static final int TUNED_QUEUE = 65_536;

    /** The largest batches that upstream's documentation calls sensible; one is in flight at a time. */
    private static final int TUNED_BATCH = 8_192;

    private final String label;

    Pipeline(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    SpanProcessor processor(String endpoint) {
        return switch (this) {
            case SLUICE -> sluice(endpoint, Map.of());
            case SLUICE_TUNED ->
                sluice(endpoint, Map.of("otel.bsp.schedule.delay", "500", "sluice.max.concurrent.exports", "16"));
            case SLUICE_GZIP -> sluice(endpoint, Map.of("otel.exporter.otlp.compression", "gzip"));
            case UPSTREAM ->
                BatchSpanProcessor.builder(exporter(endpoint).build()).build();
            case UPSTREAM_TUNED ->
                BatchSpanProcessor.builder(exporter(endpoint).build())
                        .setMaxQueueSize(TUNED_QUEUE)
                        .setMaxExportBatchSize(TUNED_BATCH)
                        .build();
            case UPSTREAM_GZIP ->
                BatchSpanProcessor.builder(
                                exporter(endpoint).setCompression("gzip").build())
                        .build();
        };
    }

    private static OtlpHttpSpanExporterBuilder exporter(String endpoint) {
        return OtlpHttpSpanExporter.builder().setEndpoint(endpoint);
    }

    private static SpanProcessor sluice(String endpoint, Map<String, String> others) {
        Map<String, String> values = new HashMap<>(others);
        values.put("otel.exporter.otlp.traces.endpoint", endpoint);
        return new SluiceProcessor(SettingsLoader.load(List.of(SettingsSources.map("benchmark", values)))
                .pipeline(Signal.TRACES));
    }
}
