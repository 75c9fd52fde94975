package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricPreferencesTest {

    @Test
    void preferences_areTheSpecifications_whenUnset() {
        MetricPreferences preferences = read(Map.of());

        assertThat(preferences.interval()).isEqualTo(Duration.ofSeconds(60));
        assertThat(preferences.temporality().getAggregationTemporality(InstrumentType.COUNTER))
                .isEqualTo(AggregationTemporality.CUMULATIVE);
        assertThat(preferences.cardinality().getCardinalityLimit(InstrumentType.COUNTER))
                .isEqualTo(2000);
        assertThat(preferences.aggregation().getDefaultAggregation(InstrumentType.HISTOGRAM))
                .hasToString(MetricPreferences.defaults()
                        .aggregation()
                        .getDefaultAggregation(InstrumentType.HISTOGRAM)
                        .toString());
    }

    @ParameterizedTest
    @CsvSource({
        "cumulative,COUNTER,CUMULATIVE",
        "delta,COUNTER,DELTA",
        "Delta,HISTOGRAM,DELTA",
        "delta,UP_DOWN_COUNTER,CUMULATIVE",
        "lowmemory,COUNTER,DELTA",
        "lowmemory,OBSERVABLE_COUNTER,CUMULATIVE"
    })
    void temporality_followsPreference(String preference, InstrumentType instrument, AggregationTemporality expected) {
        MetricPreferences preferences = read(Map.of("otel.exporter.otlp.metrics.temporality.preference", preference));

        assertThat(preferences.temporality().getAggregationTemporality(instrument))
                .isEqualTo(expected);
    }

    @Test
    void settings_areHonoured() {
        MetricPreferences preferences = read(Map.of(
                "otel.metric.export.interval", "1500",
                "otel.java.metrics.cardinality.limit", "17",
                "otel.exporter.otlp.metrics.default.histogram.aggregation", "BASE2_EXPONENTIAL_BUCKET_HISTOGRAM"));

        assertThat(preferences.interval()).isEqualTo(Duration.ofMillis(1500));
        assertThat(preferences.cardinality().getCardinalityLimit(InstrumentType.GAUGE))
                .isEqualTo(17);
        assertThat(preferences.aggregation().getDefaultAggregation(InstrumentType.HISTOGRAM))
                .asString()
                .contains("Base2Exponential");
    }

    @ParameterizedTest
    @CsvSource({
        "otel.exporter.otlp.metrics.temporality.preference,sometimes",
        "otel.exporter.otlp.metrics.default.histogram.aggregation,pie",
        "otel.java.metrics.cardinality.limit,0",
        "otel.java.metrics.cardinality.limit,many",
        "otel.metric.export.interval,0",
        "otel.metric.export.interval,-5s"
    })
    void badValue_isRefusedByKeyAndValue(String key, String value) {
        assertThatThrownBy(() -> read(Map.of(key, value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(key);
    }

    private static MetricPreferences read(Map<String, String> properties) {
        return MetricPreferences.from(DefaultConfigProperties.createFromMap(properties));
    }
}
