package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Signal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Puts Sluice in the place of the OTLP exporters of one configuration file.
 *
 * <p>{@code batch} with {@code otlp_http} or {@code otlp_grpc} becomes {@code sluice} with the same below it, and so does
 * {@code periodic}, which then stands under {@code pull}, the place for readers that the SDK does not know. Everything
 * else is left as it is. Where no propagators are named, those apply that the SDK takes without a file. The SDK's
 * configuring thread only.
 */
final class ModelTakeover {

    /** What users call us in the file. */
    static final String NAME = "sluice";

    /** Under which the key of the export is left for the component. */
    static final String KEY = "sluice_export";

    private final Supplier<DeclaredExport> exports;
    private final Consumer<String> diagnostics;

    /** A second pipeline of a signal belongs to another export. */
    private final List<DeclaredExport> made = new ArrayList<>();

    /** @param diagnostics takes lines for people */
    ModelTakeover(Supplier<DeclaredExport> exports, Consumer<String> diagnostics) {
        this.exports = requireNonNull(exports, "exports");
        this.diagnostics = requireNonNull(diagnostics, "diagnostics");
    }

    /** Changes {@code root}, the file as a whole. */
    void apply(ModelNode root) {
        if (Boolean.TRUE.equals(root.get("Disabled"))) {
            return;
        }
        root.node("TracerProvider")
                .ifPresent(provider -> provider.nodes("Processors").forEach(each -> processor(Signal.TRACES, each)));
        root.node("LoggerProvider")
                .ifPresent(provider -> provider.nodes("Processors").forEach(each -> processor(Signal.LOGS, each)));
        root.node("MeterProvider")
                .ifPresent(provider -> provider.nodes("Readers").forEach(this::reader));
        if (root.get("Propagator") == null) {
            root.make("Propagator").set("CompositeList", "tracecontext,baggage");
        }
    }

    private void processor(Signal signal, ModelNode processor) {
        processor.node("Batch").map(ModelNode::toMap).ifPresent(batch -> {
            if (isOurs(signal, batch)) {
                processor.set("Batch", null);
                processor.setComponent(NAME, declared(signal, batch));
            }
        });
        processor
                .component(NAME)
                .filter(own -> !own.containsKey(KEY) || isStale(own))
                .ifPresent(own -> processor.setComponent(NAME, declared(signal, own)));
    }

    private void reader(ModelNode reader) {
        reader.node("Periodic").ifPresent(periodic -> {
            Map<String, Object> properties = periodic.toMap();
            if (isOurs(Signal.METRICS, properties)) {
                reader.set("Periodic", null);
                ModelNode pull = reader.make("Pull");
                keep(periodic, pull, "CardinalityLimits");
                keep(periodic, pull, "Producers");
                pull.make("Exporter").setComponent(NAME, declared(Signal.METRICS, properties));
            }
        });
        reader.node("Pull")
                .flatMap(pull -> pull.node("Exporter"))
                .ifPresent(exporter -> exporter.component(NAME)
                        .filter(own -> !own.containsKey(KEY) || isStale(own))
                        .ifPresent(own -> exporter.setComponent(NAME, declared(Signal.METRICS, own))));
    }

    private static void keep(ModelNode from, ModelNode to, String property) {
        Object value = from.get(property);
        if (value != null) {
            to.set(property, value);
        }
    }

    private boolean isOurs(Signal signal, Map<String, Object> properties) {
        if (DeclaredSettings.isJson(properties)) {
            diagnostics.accept(signal.key() + " with encoding json are left to the OpenTelemetry SDK's exporter");
        }
        return DeclaredSettings.isOtlp(properties);
    }

    /** A model may be used for several SDKs, one after the other. */
    private boolean isStale(Map<String, Object> own) {
        Object key = own.get(KEY);
        return made.stream().noneMatch(export -> export.key().equals(key));
    }

    private Map<String, Object> declared(Signal signal, Map<String, Object> properties) {
        Map<String, String> settings = DeclaredSettings.of(signal, properties);
        DeclaredExport export = made.stream()
                .filter(candidate -> candidate.declare(signal, settings))
                .findFirst()
                .orElseGet(() -> {
                    DeclaredExport next = exports.get();
                    next.declare(signal, settings);
                    made.add(next);
                    return next;
                });
        Map<String, Object> declared = new LinkedHashMap<>(properties);
        declared.put(KEY, export.key());
        return declared;
    }
}
