package io.sluice.agent.process;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.sluice.agent.otel.SluiceLogRecordProcessor;
import io.sluice.agent.otel.SluiceMetricReader;
import io.sluice.agent.otel.SluiceSpanProcessor;
import java.time.Duration;

/** An SDK as an application makes it itself. */
final class SdkByHand {

    private SdkByHand() {}

    static OpenTelemetry make(String endpoint) {
        SdkMeterProvider meters = SdkMeterProvider.builder()
                .registerMetricReader(
                        SluiceMetricReader.builder().endpoint(endpoint).build())
                .build();
        SluiceSpanProcessor spans = SluiceSpanProcessor.builder()
                .endpoint(endpoint)
                .maxQueueItems(10_000)
                .batch(100, Duration.ofMillis(200))
                .build();
        SluiceLogRecordProcessor logs =
                SluiceLogRecordProcessor.builder().endpoint(endpoint).build();
        return OpenTelemetrySdk.builder()
                .setMeterProvider(meters)
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(spans.observe(meters))
                        .build())
                .setLoggerProvider(
                        SdkLoggerProvider.builder().addLogRecordProcessor(logs).build())
                .build();
    }

    static void close(OpenTelemetry made) {
        ((OpenTelemetrySdk) made).close();
    }
}
