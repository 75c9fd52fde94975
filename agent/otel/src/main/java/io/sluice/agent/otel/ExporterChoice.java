package io.sluice.agent.otel;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.sluice.exporter.Signal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which signals are exported by Sluice, and what the SDK's exporter lists become so that nothing else exports them.
 *
 * <p>A signal is ours if its list, {@code otlp} when unset, names {@code otlp} or {@code sluice}. Both names are taken
 * out of the list; what else stands in it, {@code console} for example, is left to the SDK. An emptied list becomes
 * {@code none}.
 *
 * @param own the signals that Sluice exports
 * @param overrides SDK properties that take the place of the user's
 */
record ExporterChoice(Set<Signal> own, Map<String, String> overrides) {

    private static final Map<Signal, String> LIST_PROPERTY = listProperties();

    /** No signal is ours, and nobody else exports any. */
    static ExporterChoice none() {
        Map<String, String> overrides = new HashMap<>();
        LIST_PROPERTY.values().forEach(property -> overrides.put(property, "none"));
        return new ExporterChoice(Set.of(), overrides);
    }

    /** The same lists, but nobody exports what was taken out of them. */
    ExporterChoice ownNothing() {
        return new ExporterChoice(Set.of(), overrides);
    }

    static ExporterChoice from(ConfigProperties properties) {
        Set<Signal> own = EnumSet.noneOf(Signal.class);
        Map<String, String> overrides = new HashMap<>();
        LIST_PROPERTY.forEach((signal, property) -> {
            List<String> names = properties.getList(property, List.of("otlp"));
            List<String> others = new ArrayList<>(names);
            others.removeIf(ExporterChoice::isOurs);
            // With "none" beside others the list is wrong; the SDK says so.
            if (others.size() < names.size() && !others.contains("none")) {
                own.add(signal);
                overrides.put(property, others.isEmpty() ? "none" : String.join(",", others));
            }
        });
        return new ExporterChoice(own, overrides);
    }

    private static boolean isOurs(String exporter) {
        return exporter.equals("otlp") || exporter.equals("sluice");
    }

    private static Map<Signal, String> listProperties() {
        Map<Signal, String> properties = new EnumMap<>(Signal.class);
        for (Signal signal : Signal.ofApplications()) {
            properties.put(signal, "otel." + signal.key() + ".exporter");
        }
        return properties;
    }
}
