package io.sluice.agent.otel;

import io.opentelemetry.api.metrics.MeterProvider;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The exports of which one component provider has taken parts. Any thread. */
final class DeclaredParts {

    private final Set<Sluiceway> ways = ConcurrentHashMap.newKeySet();

    /**
     * The export to take a part of.
     *
     * @param key what {@link ModelTakeover} left in the file
     * @throws IllegalStateException if it left none, which the SDK tells and ends its start with
     */
    DeclaredExport take(@Nullable String key) {
        DeclaredExport export = DeclaredExport.pending(key)
                .orElseThrow(() -> new IllegalStateException(
                        "the component sluice was not prepared: this OpenTelemetry SDK did not call customizers of"
                                + " configuration files"));
        ways.add(export.way());
        return export;
    }

    /** Lets the pipelines' own figures leave with the SDK's metrics. */
    void observe(MeterProvider meters) {
        ways.forEach(way -> way.observe(meters));
        ways.clear();
    }
}
