package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CardinalityLimitSelector;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.sluice.exporter.Signal;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Where metrics enter: collects them when the runtime's interval, a flush or the end of the program asks for it.
 *
 * <p>A collection runs the application's own callbacks, so it belongs on a thread that may wait, never on a worker.
 */
final class MetricInlet implements MetricReader {

    private final MetricPreferences preferences;
    private final Sluiceway way;

    /** Any thread; set by the SDK once, before anything is recorded. */
    private volatile CollectionRegistration registration = CollectionRegistration.noop();

    /** Guarded by this. */
    private boolean ended;

    MetricInlet(MetricPreferences preferences, Sluiceway way) {
        this.preferences = requireNonNull(preferences, "preferences");
        this.way = requireNonNull(way, "way");
    }

    /** How many attribute sets the SDK keeps for an instrument. */
    CardinalityLimitSelector cardinality() {
        return preferences.cardinality();
    }

    /** The time between two collections. */
    Duration interval() {
        return preferences.interval();
    }

    /**
     * One collection; one at a time, because instruments with delta temporality forget what they told. None after the
     * last.
     */
    synchronized void collect(Consumer<? super MetricData> sink) {
        if (!ended) {
            registration.collectAllMetrics().forEach(sink);
        }
    }

    /** The last collection: what it gives to {@code sink} is all there will be. */
    synchronized void collectLast(Consumer<? super MetricData> sink) {
        collect(sink);
        ended = true;
    }

    @Override
    public void register(CollectionRegistration registration) {
        this.registration = requireNonNull(registration, "registration");
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType instrumentType) {
        return preferences.temporality().getAggregationTemporality(instrumentType);
    }

    @Override
    public Aggregation getDefaultAggregation(InstrumentType instrumentType) {
        return preferences.aggregation().getDefaultAggregation(instrumentType);
    }

    /** Data points wait in a channel until they are encoded, so they must not be reused. */
    @Override
    public MemoryMode getMemoryMode() {
        return MemoryMode.IMMUTABLE_DATA;
    }

    @Override
    public CompletableResultCode forceFlush() {
        return way.shield().result(() -> way.flush(Signal.METRICS));
    }

    @Override
    public CompletableResultCode shutdown() {
        return way.shield().result(() -> way.close(Signal.METRICS));
    }

    @Override
    public String toString() {
        return "MetricInlet{interval=" + preferences.interval() + "}";
    }
}
