package io.sluice.agent.otel;

import io.opentelemetry.sdk.autoconfigure.declarativeconfig.DeclarativeConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.declarativeconfig.DeclarativeConfigurationCustomizerProvider;

/**
 * Puts Sluice in the place of the OTLP exporters of a configuration file ({@code otel.config.file}); found by the SDK
 * through its SPI. Never loaded by an SDK without such files. Nothing is thrown at the SDK; what cannot be taken over is
 * told in one line.
 */
public final class SluiceModelCustomizer implements DeclarativeConfigurationCustomizerProvider {

    /** For the SDK. */
    public SluiceModelCustomizer() {}

    @Override
    public void customize(DeclarativeConfigurationCustomizer customizer) {
        customizer.addModelCustomizer(model -> {
            try {
                new ModelTakeover(() -> new DeclaredExport(Pipelines::open, Diagnostics::print), Diagnostics::print)
                        .apply(new ModelNode(model));
            } catch (RuntimeException | LinkageError failure) {
                Diagnostics.print("the configuration file cannot be taken over: " + failure
                        + "; what it exports is left to the OpenTelemetry SDK");
            }
            return model;
        });
    }

    /** Last: sees what every other customizer has made of the file. */
    @Override
    public int order() {
        return Integer.MAX_VALUE;
    }
}
