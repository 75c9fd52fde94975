package io.sluice.config.source;

import static java.util.Objects.requireNonNull;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Another source without the settings that OpenTelemetry has the names of. */
final class OursOnly implements SettingsSource {

    private final SettingsSource source;

    OursOnly(SettingsSource source) {
        this.source = requireNonNull(source, "source");
    }

    @Override
    public @Nullable String get(String key) {
        return key.startsWith("sluice.") ? source.get(key) : null;
    }

    @Override
    public String describe(String key) {
        return source.describe(key);
    }

    @Override
    public Set<String> ownKeys() {
        return source.ownKeys();
    }

    @Override
    public boolean isOurs() {
        return source.isOurs();
    }
}
