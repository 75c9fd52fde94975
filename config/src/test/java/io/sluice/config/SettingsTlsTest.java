package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.source.SettingsSources;
import io.sluice.exporter.Signal;
import io.sluice.exporter.TransportSettings;
import io.sluice.exporter.tls.PemFile;
import io.sluice.exporter.tls.TlsSettings;
import io.sluice.exporter.tls.TlsVersion;
import io.sluice.exporter.transport.HttpTransportSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the settings say of TLS and of headers from a file. */
class SettingsTlsTest {

    @TempDir
    Path folder;

    private static SluiceSettings load(String... keysAndValues) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return SettingsLoader.load(List.of(SettingsSources.map("test", values)));
    }

    private static TransportSettings way(SluiceSettings settings, Signal signal) {
        return settings.pipeline(signal).transport();
    }

    @Test
    void nothingSet_isTheJvmsTrust() {
        assertThat(way(load("otel.exporter.otlp.endpoint", "https://collector"), Signal.LOGS)
                        .tls())
                .isEqualTo(TlsSettings.systemTrust());
    }

    @Test
    void generalFiles_areForAllSignals_andASignalsOwnComesFirst_andKeepsItsName() {
        SluiceSettings settings = load(
                "otel.exporter.otlp.endpoint", "https://collector:4318",
                "otel.exporter.otlp.certificate", "ca.pem",
                "otel.exporter.otlp.client.key", "key.pem",
                "otel.exporter.otlp.client.certificate", "cert.pem",
                "otel.exporter.otlp.traces.certificate", "traces-ca.pem",
                "otel.exporter.otlp.metrics.client.key", "metrics-key.pem",
                "sluice.tls.minimum.version", "1.3",
                "sluice.tls.reload.interval", "5s");

        assertThat(settings.warnings()).isEmpty();
        assertThat(way(settings, Signal.LOGS).endpoint()).isEqualTo(URI.create("https://collector:4318/v1/logs"));
        assertThat(way(settings, Signal.LOGS).tls())
                .isEqualTo(new TlsSettings(
                        file("otel.exporter.otlp.certificate", "ca.pem"),
                        file("otel.exporter.otlp.client.certificate", "cert.pem"),
                        file("otel.exporter.otlp.client.key", "key.pem"),
                        TlsVersion.TLS_1_3,
                        Duration.ofSeconds(5)));
        assertThat(way(settings, Signal.TRACES).tls().trusted())
                .isEqualTo(file("otel.exporter.otlp.traces.certificate", "traces-ca.pem"));
        assertThat(way(settings, Signal.METRICS).tls().clientKey())
                .isEqualTo(file("otel.exporter.otlp.metrics.client.key", "metrics-key.pem"));
        assertThat(way(settings, Signal.METRICS).tls().clientCertificate())
                .isEqualTo(file("otel.exporter.otlp.client.certificate", "cert.pem"));
    }

    private static Optional<PemFile> file(String setting, String path) {
        return Optional.of(new PemFile(setting, Path.of(path)));
    }

    @Test
    void keyWithoutItsCertificate_isAProblem_andTheOtherWayRound() {
        assertThatThrownBy(() -> load("otel.exporter.otlp.client.key", "key.pem"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("otel.exporter.otlp.client.key is \"key.pem\" (test); allowed: only together with"
                        + " otel.exporter.otlp.client.certificate");
        assertThatThrownBy(() -> load("otel.exporter.otlp.logs.client.certificate", "cert.pem"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("otel.exporter.otlp.logs.client.certificate is \"cert.pem\" (test); allowed: only"
                        + " together with otel.exporter.otlp.client.key");
    }

    @Test
    void filesForAnEndpointOfPlainText_areWarnedOf() {
        SluiceSettings settings = load(
                "otel.exporter.otlp.certificate", "ca.pem", "otel.exporter.otlp.traces.endpoint", "https://collector/");

        assertThat(settings.warnings())
                .containsExactly(
                        "otel.exporter.otlp.certificate is \"ca.pem\" (test); without effect on metrics, whose endpoint"
                                + " is not https",
                        "otel.exporter.otlp.certificate is \"ca.pem\" (test); without effect on logs, whose endpoint is"
                                + " not https");
    }

    @Test
    void headersFile_isASourceOfHeaders_forAllSignals_andNeverShown() throws Exception {
        Path file = Files.writeString(folder.resolve("headers"), "authorization: Bearer s3cret");
        SluiceSettings settings = load("sluice.headers.file", file.toString());

        for (Signal signal : Signal.values()) {
            assertThat(way(settings, signal).headerSource().orElseThrow().headers())
                    .containsExactly(Map.entry("authorization", "Bearer s3cret"));
        }
        assertThat(SettingsReference.explain(settings) + settings.pipelines())
                .contains(file.toString())
                .doesNotContain("s3cret");
    }

    @Test
    void headersFile_thatIsNone_isAProblem_withoutWhatIsInside() throws Exception {
        Path file = Files.writeString(folder.resolve("headers"), "s3cret token");
        assertThatThrownBy(() -> load("sluice.headers.file", file.toString()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("whose line 1 is no header")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void maxConnectionAge_isTheTransports() {
        HttpTransportSettings http =
                (HttpTransportSettings) way(load("sluice.connection.max.age", "90s"), Signal.TRACES);
        assertThat(http.maxConnectionAge()).isEqualTo(Duration.ofSeconds(90));
    }
}
