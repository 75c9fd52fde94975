package io.sluice.agent.otel;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.autoconfigure.spi.internal.AutoConfigureListener;

/**
 * Puts Sluice in the place of the SDK's OTLP exporters; found by the SDK's autoconfiguration through its SPI.
 *
 * <p>Runs on the thread that starts the application, so it only registers inlets; {@link Takeover} does the rest in the
 * background. Nothing is thrown at the SDK, and whatever fails here, the SDK's own OTLP exporters do not come back.
 */
public final class SluiceCustomizer implements AutoConfigurationCustomizerProvider, AutoConfigureListener {

    private final Takeover takeover;

    /** For the SDK. */
    public SluiceCustomizer() {
        // Not Pipelines::open, which would load what stands behind it on the thread that starts the application.
        this(new Takeover(
                (properties, signals, metrics) -> Pipelines.open(properties, signals, metrics), Diagnostics::print));
    }

    SluiceCustomizer(Takeover takeover) {
        this.takeover = takeover;
    }

    @Override
    public void customize(AutoConfigurationCustomizer autoConfiguration) {
        takeover.shielded(() -> register(autoConfiguration));
    }

    private void register(AutoConfigurationCustomizer autoConfiguration) {
        takeover.endOf(autoConfiguration);
        autoConfiguration.addPropertiesCustomizer(takeover::overrides);
        autoConfiguration.addTracerProviderCustomizer((builder, properties) -> {
            takeover.spans(builder::addSpanProcessor);
            return builder;
        });
        autoConfiguration.addMeterProviderCustomizer((builder, properties) -> {
            takeover.metrics(inlet -> builder.registerMetricReader(inlet, inlet.cardinality()));
            return builder;
        });
        autoConfiguration.addLoggerProviderCustomizer((builder, properties) -> {
            takeover.logs(builder::addLogRecordProcessor);
            // Loggers are configured last, also if nothing exports logs.
            takeover.start();
            return builder;
        });
    }

    /**
     * The meters exist only now. The interface is internal to the SDK, but it is the one by which the SDK's own OTLP
     * exporters come by their meters.
     */
    @Override
    public void afterAutoConfigure(OpenTelemetrySdk sdk) {
        takeover.complete(sdk);
    }

    /** Last: the exporter lists are read after every other customizer has changed them. */
    @Override
    public int order() {
        return Integer.MAX_VALUE;
    }
}
