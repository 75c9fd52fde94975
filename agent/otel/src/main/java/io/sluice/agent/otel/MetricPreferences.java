package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.CardinalityLimitSelector;
import io.opentelemetry.sdk.metrics.export.DefaultAggregationSelector;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * What the SDK must know of a reader's wishes when it is registered. The SDK applies these settings only to readers that
 * it builds itself.
 *
 * @param interval between two collections; more than zero
 */
record MetricPreferences(
        AggregationTemporalitySelector temporality,
        DefaultAggregationSelector aggregation,
        CardinalityLimitSelector cardinality,
        Duration interval) {

    private static final String TEMPORALITY = "otel.exporter.otlp.metrics.temporality.preference";
    private static final String HISTOGRAM = "otel.exporter.otlp.metrics.default.histogram.aggregation";
    private static final String CARDINALITY = "otel.java.metrics.cardinality.limit";
    private static final String INTERVAL = "otel.metric.export.interval";
    private static final int DEFAULT_CARDINALITY = 2000;
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(60);

    /** What an SDK without settings uses. */
    static MetricPreferences defaults() {
        return new MetricPreferences(
                AggregationTemporalitySelector.alwaysCumulative(),
                DefaultAggregationSelector.getDefault(),
                instrument -> DEFAULT_CARDINALITY,
                DEFAULT_INTERVAL);
    }

    MetricPreferences withTemporality(AggregationTemporalitySelector other) {
        return new MetricPreferences(requireNonNull(other, "temporality"), aggregation, cardinality, interval);
    }

    MetricPreferences withAggregation(DefaultAggregationSelector other) {
        return new MetricPreferences(temporality, requireNonNull(other, "aggregation"), cardinality, interval);
    }

    MetricPreferences withInterval(Duration other) {
        return new MetricPreferences(temporality, aggregation, cardinality, other);
    }

    /**
     * From the settings of a configuration file, times in milliseconds. Limits of cardinality stand beside the reader
     * there, and the SDK applies them.
     *
     * @throws ConfigurationException naming key, value and what is allowed
     */
    static MetricPreferences declared(Map<String, String> settings) {
        String interval = settings.getOrDefault(INTERVAL, Long.toString(DEFAULT_INTERVAL.toMillis()));
        if (!interval.matches("[1-9][0-9]{0,17}")) {
            throw refused(INTERVAL, interval, "milliseconds, more than 0");
        }
        return new MetricPreferences(
                temporality(settings.getOrDefault(TEMPORALITY, "cumulative")),
                aggregation(settings.getOrDefault(HISTOGRAM, "explicit_bucket_histogram")),
                instrument -> DEFAULT_CARDINALITY,
                Duration.ofMillis(Long.parseLong(interval)));
    }

    /** @throws ConfigurationException naming key, value and what is allowed */
    static MetricPreferences from(ConfigProperties properties) {
        int cardinality = properties.getInt(CARDINALITY, DEFAULT_CARDINALITY);
        if (cardinality < 1) {
            throw refused(CARDINALITY, Integer.toString(cardinality), "at least 1");
        }
        Duration interval = properties.getDuration(INTERVAL, DEFAULT_INTERVAL);
        if (interval.isNegative() || interval.isZero()) {
            throw refused(INTERVAL, interval.toMillis() + "ms", "more than 0");
        }
        return new MetricPreferences(
                temporality(properties.getString(TEMPORALITY, "cumulative")),
                aggregation(properties.getString(HISTOGRAM, "explicit_bucket_histogram")),
                instrument -> cardinality,
                interval);
    }

    private static AggregationTemporalitySelector temporality(String preference) {
        return switch (preference.toLowerCase(Locale.ROOT)) {
            case "cumulative" -> AggregationTemporalitySelector.alwaysCumulative();
            case "delta" -> AggregationTemporalitySelector.deltaPreferred();
            case "lowmemory" -> AggregationTemporalitySelector.lowMemory();
            default -> throw refused(TEMPORALITY, preference, "cumulative, delta, lowmemory");
        };
    }

    private static DefaultAggregationSelector aggregation(String histogram) {
        return switch (histogram.toLowerCase(Locale.ROOT)) {
            case "explicit_bucket_histogram" -> DefaultAggregationSelector.getDefault();
            case "base2_exponential_bucket_histogram" ->
                DefaultAggregationSelector.getDefault()
                        .with(InstrumentType.HISTOGRAM, Aggregation.base2ExponentialBucketHistogram());
            default ->
                throw refused(HISTOGRAM, histogram, "explicit_bucket_histogram, base2_exponential_bucket_histogram");
        };
    }

    private static ConfigurationException refused(String key, String value, String allowed) {
        return new ConfigurationException(key + " is " + value + "; allowed: " + allowed);
    }
}
