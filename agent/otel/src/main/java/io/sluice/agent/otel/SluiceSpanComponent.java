package io.sluice.agent.otel;

import io.opentelemetry.api.incubator.config.DeclarativeConfigProperties;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.internal.AutoConfigureListener;
import io.opentelemetry.sdk.autoconfigure.spi.internal.ComponentProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;

/** Sluice as a {@code SpanProcessor} of a configuration file; found by the SDK through its SPI. */
public final class SluiceSpanComponent implements ComponentProvider, AutoConfigureListener {

    private final DeclaredParts parts = new DeclaredParts();

    /** For the SDK. */
    public SluiceSpanComponent() {}

    @Override
    public Class<?> getType() {
        return SpanProcessor.class;
    }

    @Override
    public String getName() {
        return ModelTakeover.NAME;
    }

    @Override
    public Object create(DeclarativeConfigProperties properties) {
        return parts.take(properties.getString(ModelTakeover.KEY)).spans();
    }

    @Override
    public void afterAutoConfigure(OpenTelemetrySdk sdk) {
        parts.observe(sdk.getMeterProvider());
    }
}
