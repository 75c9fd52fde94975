package io.sluice.benchmarks.pipeline;

import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessorBuilder;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;

/** OpenTelemetry Java's pipelines: its batch processors and its OTLP exporters with their default sender. */
final class UpstreamSide {

    private UpstreamSide() {}

    static SpanProcessor spans(Pipeline pipeline, String endpoint) {
        BatchSpanProcessorBuilder builder = BatchSpanProcessor.builder(spanExporter(pipeline, endpoint));
        if (pipeline.queue() > 0) {
            builder.setMaxQueueSize(pipeline.queue());
        }
        if (pipeline.batch() > 0) {
            builder.setMaxExportBatchSize(pipeline.batch());
        }
        return builder.build();
    }

    static LogRecordProcessor logs(Pipeline pipeline, String endpoint) {
        return BatchLogRecordProcessor.builder(logExporter(pipeline, endpoint)).build();
    }

    static MetricReader metrics(Pipeline pipeline, String endpoint, Duration interval) {
        return PeriodicMetricReader.builder(metricExporter(pipeline, endpoint))
                .setInterval(interval)
                .build();
    }

    private static SpanExporter spanExporter(Pipeline pipeline, String endpoint) {
        return switch (pipeline.protocol()) {
            case GRPC ->
                OtlpGrpcSpanExporter.builder()
                        .setEndpoint(endpoint)
                        .setCompression(compression(pipeline))
                        .build();
            case HTTP ->
                OtlpHttpSpanExporter.builder()
                        .setEndpoint(endpoint + "/v1/traces")
                        .setCompression(compression(pipeline))
                        .build();
        };
    }

    private static LogRecordExporter logExporter(Pipeline pipeline, String endpoint) {
        return switch (pipeline.protocol()) {
            case GRPC ->
                OtlpGrpcLogRecordExporter.builder()
                        .setEndpoint(endpoint)
                        .setCompression(compression(pipeline))
                        .build();
            case HTTP ->
                OtlpHttpLogRecordExporter.builder()
                        .setEndpoint(endpoint + "/v1/logs")
                        .setCompression(compression(pipeline))
                        .build();
        };
    }

    private static MetricExporter metricExporter(Pipeline pipeline, String endpoint) {
        return switch (pipeline.protocol()) {
            case GRPC ->
                OtlpGrpcMetricExporter.builder()
                        .setEndpoint(endpoint)
                        .setCompression(compression(pipeline))
                        .build();
            case HTTP ->
                OtlpHttpMetricExporter.builder()
                        .setEndpoint(endpoint + "/v1/metrics")
                        .setCompression(compression(pipeline))
                        .build();
        };
    }

    private static String compression(Pipeline pipeline) {
        return pipeline.gzip() ? "gzip" : "none";
    }
}
