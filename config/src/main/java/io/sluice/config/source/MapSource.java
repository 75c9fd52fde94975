package io.sluice.config.source;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Settings that stand in a map under their property names. */
final class MapSource implements SettingsSource {

    private final Map<String, String> values;
    private final UnaryOperator<String> description;

    /** @param description makes the words for where a key's value stands */
    MapSource(Map<String, String> values, UnaryOperator<String> description) {
        this.values = Map.copyOf(values);
        this.description = requireNonNull(description, "description");
    }

    @Override
    public @Nullable String get(String key) {
        String value = values.get(key);
        return value == null || value.isBlank() ? null : value.strip();
    }

    @Override
    public String describe(String key) {
        return description.apply(key);
    }

    @Override
    public Set<String> ownKeys() {
        Set<String> keys = new TreeSet<>();
        for (String key : values.keySet()) {
            if (key.startsWith("sluice.")) {
                keys.add(key);
            }
        }
        return keys;
    }
}
