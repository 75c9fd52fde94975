package io.sluice.agent.otel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The drop-in as the SDK's autoconfiguration finds it by itself, and a collector. */
@Timeout(30)
class AutoconfiguredTest {

    private final List<String> metricRequests = new CopyOnWriteArrayList<>();
    private HttpServer collector;

    @BeforeEach
    void startCollector() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1);
                if (exchange.getRequestURI().getPath().equals("/v1/metrics")) {
                    metricRequests.add(body);
                }
                exchange.sendResponseHeaders(200, -1);
            }
        });
        collector.start();
    }

    @AfterEach
    void stopCollector() {
        collector.stop(0);
    }

    @Test
    void ownFigures_reachTheCollector_withTheApplicationsMetrics() {
        OpenTelemetrySdk sdk = configure(Map.of());
        sdk.getTracer("test").spanBuilder("span").startSpan().end();
        sdk.getMeter("test").counterBuilder("of.the.application").build().add(1);
        sdk.getSdkTracerProvider().forceFlush().join(20, TimeUnit.SECONDS);
        sdk.getSdkMeterProvider().forceFlush().join(20, TimeUnit.SECONDS);
        sdk.close();

        String all = String.join("\n", metricRequests);
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

        assertThat(String.join("\n", metricRequests))
                .contains("of.the.application")
                .doesNotContain("otel.sdk.exporter")
                .doesNotContain("sluice.");
    }

    private OpenTelemetrySdk configure(Map<String, String> properties) {
        return AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesSupplier(() -> Map.of(
                        "otel.exporter.otlp.endpoint",
                        "http://127.0.0.1:" + collector.getAddress().getPort(),
                        "sluice.account.log",
                        "false"))
                .addPropertiesSupplier(() -> properties)
                .build()
                .getOpenTelemetrySdk();
    }
}
