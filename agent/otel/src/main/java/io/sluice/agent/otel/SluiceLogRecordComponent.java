package io.sluice.agent.otel;

import io.opentelemetry.api.incubator.config.DeclarativeConfigProperties;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.internal.AutoConfigureListener;
import io.opentelemetry.sdk.autoconfigure.spi.internal.ComponentProvider;
import io.opentelemetry.sdk.logs.LogRecordProcessor;

/** Sluice as a {@code LogRecordProcessor} of a configuration file; found by the SDK through its SPI. */
public final class SluiceLogRecordComponent implements ComponentProvider, AutoConfigureListener {

    private final DeclaredParts parts = new DeclaredParts();

    /** For the SDK. */
    public SluiceLogRecordComponent() {}

    @Override
    public Class<?> getType() {
        return LogRecordProcessor.class;
    }

    @Override
    public String getName() {
        return ModelTakeover.NAME;
    }

    @Override
    public Object create(DeclarativeConfigProperties properties) {
        return parts.take(properties.getString(ModelTakeover.KEY)).logs();
    }

    @Override
    public void afterAutoConfigure(OpenTelemetrySdk sdk) {
        parts.observe(sdk.getMeterProvider());
    }
}
