package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.sluice.config.source.SettingsSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The SDK's own properties as a source of settings. They hold what extensions and the agent's configuration file say,
 * beside system properties and the environment, which this project reads itself to tell where a value stands.
 */
final class SdkProperties implements SettingsSource {

    private final ConfigProperties properties;

    SdkProperties(ConfigProperties properties) {
        this.properties = requireNonNull(properties, "properties");
    }

    @Override
    public @Nullable String get(String key) {
        String value = properties.getString(key);
        return value == null || value.isBlank() ? null : value.strip();
    }

    @Override
    public String describe(String key) {
        return "OpenTelemetry SDK property";
    }

    /** None: the SDK does not list its keys. */
    @Override
    public Set<String> ownKeys() {
        return Set.of();
    }
}
