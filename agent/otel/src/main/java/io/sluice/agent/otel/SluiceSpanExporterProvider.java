package io.sluice.agent.otel;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/**
 * Sluice as an exporter named {@code sluice} behind the SDK's own batching, for an SDK that does not call {@link
 * SluiceCustomizer}; one that does never asks for it.
 */
public final class SluiceSpanExporterProvider implements ConfigurableSpanExporterProvider {

    /** For the SDK. */
    public SluiceSpanExporterProvider() {}

    @Override
    public SpanExporter createExporter(ConfigProperties properties) {
        return FallbackExport.of(properties).spans();
    }

    @Override
    public String getName() {
        return ModelTakeover.NAME;
    }
}
