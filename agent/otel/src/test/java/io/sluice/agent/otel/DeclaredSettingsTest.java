package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.sluice.config.SettingsLoader;
import io.sluice.config.SluiceSettings;
import io.sluice.config.source.SettingsSources;
import io.sluice.exporter.PipelineSettings;
import io.sluice.exporter.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeclaredSettingsTest {

    private static Map<String, Object> otlp(String kind, Map<String, Object> exporter) {
        return Map.of(
                "schedule_delay",
                250,
                "export_timeout",
                1500,
                "max_queue_size",
                4096,
                "max_export_batch_size",
                128,
                "exporter",
                Map.of(kind, exporter));
    }

    private static SluiceSettings loaded(Map<String, String> settings) {
        return SettingsLoader.load(List.of(SettingsSources.map("file", settings)));
    }

    @Test
    void everyValue_arrivesWhereItIsObeyed() {
        for (Signal signal : List.of(Signal.TRACES, Signal.LOGS)) {
            SluiceSettings settings = loaded(DeclaredSettings.of(
                    signal,
                    otlp(
                            "otlp_http",
                            Map.of(
                                    "endpoint",
                                    "http://collector:1234/own/path",
                                    "compression",
                                    "gzip",
                                    "timeout",
                                    2500,
                                    "headers_list",
                                    "a=1",
                                    "headers",
                                    List.of(Map.of("name", "b", "value", "x=y, z"))))));
            PipelineSettings pipeline = settings.pipeline(signal);

            assertThat(pipeline.transport().endpoint()).hasToString("http://collector:1234/own/path");
            assertThat(pipeline.transport().protocol()).isEqualTo("http");
            assertThat(pipeline.transport().toString()).contains("GZIP");
            assertThat(pipeline.batch().maxQueueItems()).isEqualTo(4096);
            assertThat(pipeline.batch().batchItems()).isEqualTo(128);
            assertThat(pipeline.batch().maxBatchAge()).isEqualTo(Duration.ofMillis(250));
            assertThat(settings.flushTimeouts().get(signal)).isEqualTo(Duration.ofMillis(1500));
        }
    }

    @Test
    void headers_areMadeOfTextAndList_theListWins() {
        Map<String, String> settings = DeclaredSettings.of(
                Signal.TRACES,
                otlp(
                        "otlp_grpc",
                        Map.of(
                                "endpoint",
                                "http://collector:4317",
                                "headers_list",
                                "a=1,b=2",
                                "headers",
                                List.of(Map.of("name", "b", "value", "x=y, z")))));

        assertThat(settings)
                .containsEntry("otel.exporter.otlp.traces.protocol", "grpc")
                .containsEntry("otel.exporter.otlp.traces.headers", "a=1,b=2,b=x%3Dy%2C%20z");
        assertThat(loaded(settings).pipeline(Signal.TRACES).transport().protocol())
                .isEqualTo("grpc");
    }

    @Test
    void filesOfTls_areNamed() {
        Map<String, String> settings = DeclaredSettings.of(
                Signal.LOGS,
                otlp(
                        "otlp_http",
                        Map.of("tls", Map.of("ca_file", "/ca", "key_file", "/key", "cert_file", "/certificate"))));

        assertThat(settings)
                .containsEntry("otel.exporter.otlp.logs.certificate", "/ca")
                .containsEntry("otel.exporter.otlp.logs.client.key", "/key")
                .containsEntry("otel.exporter.otlp.logs.client.certificate", "/certificate");
    }

    @Test
    void metrics_haveTheirPreferences() {
        Map<String, String> settings = DeclaredSettings.of(
                Signal.METRICS,
                Map.of(
                        "interval",
                        5000,
                        "timeout",
                        700,
                        "exporter",
                        Map.of(
                                "otlp_http",
                                Map.of(
                                        "temporality_preference",
                                        "low_memory",
                                        "default_histogram_aggregation",
                                        "base_2_exponential_bucket_histogram"))));
        MetricPreferences preferences = MetricPreferences.declared(settings);

        assertThat(preferences.interval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(preferences.temporality().getAggregationTemporality(InstrumentType.COUNTER))
                .isEqualTo(AggregationTemporality.DELTA);
        assertThat(preferences
                        .aggregation()
                        .getDefaultAggregation(InstrumentType.HISTOGRAM)
                        .toString())
                .contains("Base2Exponential");
        assertThat(loaded(settings).flushTimeouts()).containsEntry(Signal.METRICS, Duration.ofMillis(700));
    }

    @Test
    void intervalThatIsNone_isNamed() {
        assertThatThrownBy(() -> MetricPreferences.declared(Map.of("otel.metric.export.interval", "0")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("otel.metric.export.interval is 0");
    }

    @Test
    void onlyOtlp_isOurs() {
        assertThat(DeclaredSettings.isOtlp(otlp("otlp_http", Map.of()))).isTrue();
        assertThat(DeclaredSettings.isOtlp(otlp("otlp_grpc", Map.of()))).isTrue();
        assertThat(DeclaredSettings.isOtlp(otlp("otlp_http", Map.of("encoding", "json"))))
                .isFalse();
        assertThat(DeclaredSettings.isOtlp(otlp("console", Map.of()))).isFalse();
        assertThat(DeclaredSettings.isOtlp(Map.of())).isFalse();
    }
}
