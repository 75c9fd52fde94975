package io.sluice.agent.otel;

import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import java.util.Map;

/** Puts Sluice in the place of the SDK's OTLP exporters; found by the SDK's autoconfiguration through its SPI. */
public final class SluiceCustomizer implements AutoConfigurationCustomizerProvider {

    @Override
    public void customize(AutoConfigurationCustomizer autoConfiguration) {
        autoConfiguration.addPropertiesCustomizer(SluiceCustomizer::takeOver);
    }

    /** Last: the exporter lists are read after every other customizer has changed them. */
    @Override
    public int order() {
        return Integer.MAX_VALUE;
    }

    private static Map<String, String> takeOver(ConfigProperties properties) {
        return ExporterChoice.from(properties).overrides();
    }
}
