package io.sluice.agent.otel;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.metrics.ConfigurableMetricExporterProvider;
import io.opentelemetry.sdk.metrics.export.MetricExporter;

/**
 * Sluice as an exporter named {@code sluice} behind the SDK's own periodic reader, for an SDK that does not call {@link
 * SluiceCustomizer}; one that does never asks for it.
 */
public final class SluiceMetricExporterProvider implements ConfigurableMetricExporterProvider {

    /** For the SDK. */
    public SluiceMetricExporterProvider() {}

    @Override
    public MetricExporter createExporter(ConfigProperties properties) {
        return FallbackExport.of(properties).metrics();
    }

    @Override
    public String getName() {
        return ModelTakeover.NAME;
    }
}
