package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.metrics.ObservableMeasurement;
import io.sluice.exporter.PipelineStats;
import io.sluice.exporter.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The figures of one pipeline as metrics of the very SDK that it exports for, so that they leave with the application's.
 *
 * <p>The names that begin with {@code otel.sdk.} and their attributes are the OpenTelemetry semantic conventions' ("SDK
 * metrics"); those that begin with {@code sluice.} say what the conventions have no name for. All of them but the
 * durations are read when the SDK collects, with one look at the pipeline for all, and cost nothing in between.
 */
final class SelfMetrics {

    static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> REASON = AttributeKey.stringKey("sluice.reason");
    private static final AttributeKey<String> SIGNAL = AttributeKey.stringKey("sluice.signal");
    private static final String SCOPE = "io.sluice";

    private final Supplier<PipelineStats> pipeline;
    private final Meter meter;
    private final SelfNames names;
    private final Attributes processor;
    private final Attributes exporter;
    private final Attributes ours;

    /** What is observed, and how; filled by the constructor. */
    private final List<ObservableMeasurement> measured = new ArrayList<>();

    private final List<Reading> readings = new ArrayList<>();

    /** Records one metric of one look at the pipeline. */
    @FunctionalInterface
    private interface Reading {
        void record(PipelineStats stats);
    }

    /** A metric that has one value. */
    @FunctionalInterface
    private interface Figure {
        long of(PipelineStats stats);
    }

    /** A metric that has a value for each kind of failure, and one under the empty name if not everything failed. */
    @FunctionalInterface
    private interface Figures {
        Map<String, Long> of(PipelineStats stats);
    }

    private SelfMetrics(Meter meter, Supplier<PipelineStats> pipeline, Signal signal, SelfNames names) {
        this.meter = requireNonNull(meter, "meter");
        this.pipeline = requireNonNull(pipeline, "pipeline");
        this.names = requireNonNull(names, "names");
        this.processor = names.processor();
        this.exporter = names.exporter();
        this.ours = Attributes.of(SIGNAL, signal.key());
    }

    /**
     * Registers what {@code pipeline} gives with {@code meters}. Any thread.
     *
     * @return ends the observation when it is closed
     */
    static BatchCallback register(
            MeterProvider meters, Supplier<PipelineStats> pipeline, Signal signal, SelfNames names) {
        SelfMetrics metrics = new SelfMetrics(meters.get(SCOPE), pipeline, signal, names);
        metrics.conventional(signal);
        metrics.ofOurs();
        return metrics.observe();
    }

    private BatchCallback observe() {
        ObservableMeasurement first = measured.get(0);
        ObservableMeasurement[] others = measured.subList(1, measured.size()).toArray(new ObservableMeasurement[0]);
        return meter.batchCallback(
                () -> {
                    PipelineStats stats = pipeline.get();
                    readings.forEach(reading -> reading.record(stats));
                },
                first,
                others);
    }

    // ---- the semantic conventions -----------------------------------------------------------------------------

    private void conventional(Signal signal) {
        String unit = names.unit();
        String exported = "otel.sdk.exporter." + names.item();
        if (signal != Signal.METRICS) { // a metric reader is no processor, and has no queue
            String processed = "otel.sdk.processor." + names.item();
            level(
                    processed + ".queue.size",
                    unit,
                    processor,
                    stats -> stats.queue().items());
            level(
                    processed + ".queue.capacity",
                    unit,
                    processor,
                    stats -> stats.queue().capacity());
            failing(processed + ".processed", unit, processor, ERROR_TYPE, SelfMetrics::processed);
        }
        level(exported + ".inflight", unit, exporter, stats -> stats.exports().inFlightItems());
        failing(exported + ".exported", unit, exporter, ERROR_TYPE, SelfMetrics::exported);
    }

    /** A processor has done its part with an item when it hands it to an export. */
    private static Map<String, Long> processed(PipelineStats stats) {
        Map<String, Long> processed = new TreeMap<>();
        processed.put("", stats.exports().items());
        stats.account().refused().forEach((reason, items) -> add(processed, reason, items));
        stats.unsent().forEach((reason, items) -> add(processed, reason, items));
        return processed;
    }

    private static void add(Map<String, Long> processed, String reason, long items) {
        String conventional = switch (reason) {
            case "evicted" -> "queue_full";
            case "closed" -> "already_shutdown";
            default -> reason;
        };
        processed.merge(conventional, items, Long::sum);
    }

    private static Map<String, Long> exported(PipelineStats stats) {
        Map<String, Long> exported = new TreeMap<>();
        exported.put("", stats.account().delivered());
        if (stats.account().rejected() > 0) {
            exported.put("rejected", stats.account().rejected());
        }
        stats.account().dropped().forEach((reason, items) -> {
            long inExports = items - stats.unsent().getOrDefault(reason, 0L);
            if (inExports > 0) {
                exported.put(reason, inExports);
            }
        });
        return exported;
    }

    // ---- ours -------------------------------------------------------------------------------------------------

    private void ofOurs() {
        counter("sluice.items.accepted", "{item}", stats -> stats.account().accepted());
        failing(
                "sluice.items.refused",
                "{item}",
                ours,
                REASON,
                stats -> stats.account().refused());
        counter("sluice.items.delivered", "{item}", stats -> stats.account().delivered());
        counter("sluice.items.rejected", "{item}", stats -> stats.account().rejected());
        failing(
                "sluice.items.dropped",
                "{item}",
                ours,
                REASON,
                stats -> stats.account().dropped());
        level("sluice.items.pending", "{item}", ours, stats -> stats.account().pending());
        level("sluice.queue.size", "{item}", ours, stats -> stats.queue().items());
        level("sluice.queue.capacity", "{item}", ours, stats -> stats.queue().capacity());
        level("sluice.queue.waiting", "{producer}", ours, stats -> stats.queue().waitingProducers());
        level(
                "sluice.exports.inflight",
                "{export}",
                ours,
                stats -> stats.exports().inFlight());
        level("sluice.permits.limit", "{permit}", ours, stats -> stats.exports().permits());
        level("sluice.permits.used", "{permit}", ours, stats -> stats.exports().permitsInUse());
        counter("sluice.attempts.begun", "{attempt}", stats -> stats.attempts().count());
        failing(
                "sluice.attempts.failed",
                "{attempt}",
                ours,
                ERROR_TYPE,
                stats -> stats.attempts().failed());
        counter("sluice.backoff.time", "ms", stats -> stats.attempts().backoffNanos() / 1_000_000);
        level("sluice.bytes.held", "By", ours, stats -> stats.bytes().held());
        level("sluice.bytes.retry_room", "By", ours, stats -> stats.bytes().inRetryRoom());
        counter("sluice.bytes.encoded", "By", stats -> stats.bytes().encoded());
        counter("sluice.bytes.sent", "By", stats -> stats.bytes().sent());
        counter("sluice.bytes.received", "By", stats -> stats.bytes().received());
        level("sluice.connections", "{connection}", ours, stats -> stats.bytes().connections());
    }

    // ---- instruments ------------------------------------------------------------------------------------------

    private void level(String name, String unit, Attributes attributes, Figure figure) {
        var measurement = meter.upDownCounterBuilder(name).setUnit(unit).buildObserver();
        measured.add(measurement);
        readings.add(stats -> measurement.record(figure.of(stats), attributes));
    }

    private void counter(String name, String unit, Figure figure) {
        var measurement = meter.counterBuilder(name).setUnit(unit).buildObserver();
        measured.add(measurement);
        readings.add(stats -> measurement.record(figure.of(stats), ours));
    }

    private void failing(String name, String unit, Attributes attributes, AttributeKey<String> kind, Figures figures) {
        var measurement = meter.counterBuilder(name).setUnit(unit).buildObserver();
        measured.add(measurement);
        readings.add(stats ->
                figures.of(stats).forEach((key, value) -> measurement.record(value, with(attributes, kind, key))));
    }

    private static Attributes with(Attributes attributes, AttributeKey<String> key, String value) {
        return value.isEmpty()
                ? attributes
                : attributes.toBuilder().put(key, value).build();
    }
}
