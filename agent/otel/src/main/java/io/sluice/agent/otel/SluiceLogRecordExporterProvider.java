package io.sluice.agent.otel;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.logs.ConfigurableLogRecordExporterProvider;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;

/**
 * Sluice as an exporter named {@code sluice} behind the SDK's own batching, for an SDK that does not call {@link
 * SluiceCustomizer}; one that does never asks for it.
 */
public final class SluiceLogRecordExporterProvider implements ConfigurableLogRecordExporterProvider {

    /** For the SDK. */
    public SluiceLogRecordExporterProvider() {}

    @Override
    public LogRecordExporter createExporter(ConfigProperties properties) {
        return FallbackExport.of(properties).logs();
    }

    @Override
    public String getName() {
        return ModelTakeover.NAME;
    }
}
