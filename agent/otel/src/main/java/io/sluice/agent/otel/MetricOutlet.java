package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Takes collections from a reader of the SDK's own, which waits for each, and hands them to our inlet as if it had made
 * them itself.
 */
final class MetricOutlet implements MetricExporter {

    private final MetricInlet inlet;
    private final Handed handed = new Handed();

    MetricOutlet(MetricInlet inlet) {
        this.inlet = requireNonNull(inlet, "inlet");
        inlet.register(handed);
    }

    /** What was handed over and not collected. */
    private static final class Handed implements CollectionRegistration {

        /** Guarded by this. */
        private List<MetricData> waiting = new ArrayList<>();

        synchronized void add(Collection<MetricData> metrics) {
            waiting.addAll(metrics);
        }

        @Override
        public synchronized Collection<MetricData> collectAllMetrics() {
            List<MetricData> collected = waiting;
            waiting = new ArrayList<>();
            return collected;
        }
    }

    /** Succeeds when they were delivered. */
    @Override
    public CompletableResultCode export(Collection<MetricData> metrics) {
        handed.add(metrics);
        return inlet.forceFlush();
    }

    @Override
    public CompletableResultCode flush() {
        return inlet.forceFlush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return inlet.shutdown();
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType instrumentType) {
        return inlet.getAggregationTemporality(instrumentType);
    }

    @Override
    public Aggregation getDefaultAggregation(InstrumentType instrumentType) {
        return inlet.getDefaultAggregation(instrumentType);
    }

    @Override
    public MemoryMode getMemoryMode() {
        return inlet.getMemoryMode();
    }

    @Override
    public String toString() {
        return "MetricOutlet";
    }
}
