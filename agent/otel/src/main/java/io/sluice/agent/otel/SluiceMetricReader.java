package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.DefaultAggregationSelector;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.sluice.exporter.Signal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;

/**
 * Collects and sends the metrics of one meter provider, in the place of a periodic reader and its exporter.
 *
 * <pre>{@code
 * SdkMeterProvider meters = SdkMeterProvider.builder()
 *         .registerMetricReader(SluiceMetricReader.builder()
 *                 .endpoint("http://collector:4318")
 *                 .interval(Duration.ofSeconds(30))
 *                 .build())
 *         .build();
 * }</pre>
 *
 * <p>{@link #forceFlush()} collects, and succeeds when all that was held has been delivered. {@link #shutdown()} collects
 * a last time and delivers what is held until the drain timeout has passed; what is left is counted. Should the settings
 * be wrong, one line on standard error says so and nothing is sent.
 *
 * <p>It has a runtime of its own, one thread; {@link SluiceExport} shares one among signals.
 */
public final class SluiceMetricReader implements MetricReader {

    private final Sluiceway way;
    private final MetricInlet inlet;

    private SluiceMetricReader(Builder builder) {
        way = Sluiceway.ofLibrary();
        inlet = way.metricInlet(builder.preferences);
        EnumSet<Signal> signals = EnumSet.of(Signal.METRICS);
        var sources = builder.sources(signals);
        way.start(() -> Pipelines.open(sources, signals, Optional.of(inlet)));
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Lets the pipeline's own figures leave as metrics of {@code meters}. To be called once. */
    public SluiceMetricReader observe(MeterProvider meters) {
        way.observe(requireNonNull(meters, "meters"));
        return this;
    }

    @Override
    public void register(CollectionRegistration registration) {
        inlet.register(registration);
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
    public CompletableResultCode forceFlush() {
        return inlet.forceFlush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return inlet.shutdown();
    }

    @Override
    public String toString() {
        return "SluiceMetricReader";
    }

    /** Settings of one reader. */
    public static final class Builder extends ExportOptions<Builder> {

        private MetricPreferences preferences = MetricPreferences.defaults();

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * The time between two collections. Default 60 s.
         *
         * @throws IllegalArgumentException unless it is a millisecond at least
         */
        public Builder interval(Duration interval) {
            millis("interval", interval);
            preferences = preferences.withInterval(interval);
            return this;
        }

        /** Whether counters tell totals or changes. Default totals, always. */
        public Builder temporality(AggregationTemporalitySelector temporality) {
            preferences = preferences.withTemporality(temporality);
            return this;
        }

        /** How instruments are summed up for which no view says so. Default as the SDK. */
        public Builder aggregation(DefaultAggregationSelector aggregation) {
            preferences = preferences.withAggregation(aggregation);
            return this;
        }

        /** Starts in the background; the first collection is one interval later. */
        public SluiceMetricReader build() {
            return new SluiceMetricReader(this);
        }
    }
}
