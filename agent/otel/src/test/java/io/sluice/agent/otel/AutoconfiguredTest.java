package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The drop-in as the SDK's autoconfiguration finds it by itself, and a collector. */
@Timeout(30)
class AutoconfiguredTest {

    @AutoClose
    private final LocalCollector collector = new LocalCollector();

    @Test
    void ownFigures_reachTheCollector_withTheApplicationsMetrics() {
        OpenTelemetrySdk sdk = configure(Map.of());
        sdk.getTracer("test").spanBuilder("span").startSpan().end();
        sdk.getMeter("test").counterBuilder("of.the.application").build().add(1);
        sdk.getSdkTracerProvider().forceFlush().join(20, TimeUnit.SECONDS);
        sdk.getSdkMeterProvider().forceFlush().join(20, TimeUnit.SECONDS);
        sdk.close();

        String all = collector.bodies.get("/v1/metrics");
        assertThat(all)
                .contains("of.the.application")
                .contains("otel.sdk.processor.span.queue.size")
                .contains("otel.sdk.exporter.span.exported")
                .contains("otel.sdk.exporter.operation.duration")
                .contains("http.response.status_code")
                .contains("sluice.attempts.begun");
    }

    @Test
    void ownFigures_switchedOff_stayAtHome() {
        OpenTelemetrySdk sdk = configure(Map.of("sluice.self.metrics", "false"));
        sdk.getMeter("test").counterBuilder("of.the.application").build().add(1);
        sdk.close();

        assertThat(collector.bodies.get("/v1/metrics"))
                .contains("of.the.application")
                .doesNotContain("otel.sdk.exporter")
                .doesNotContain("sluice.");
    }

    private OpenTelemetrySdk configure(Map<String, String> properties) {
        return AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesSupplier(() ->
                        Map.of("otel.exporter.otlp.endpoint", collector.endpoint(), "sluice.account.log", "false"))
                .addPropertiesSupplier(() -> properties)
                .build()
                .getOpenTelemetrySdk();
    }
}
