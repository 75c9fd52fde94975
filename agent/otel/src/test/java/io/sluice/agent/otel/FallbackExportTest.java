package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The exporters named {@code sluice}, in an SDK that does not call our customizer. */
@Timeout(30)
class FallbackExportTest {

    private final Map<String, String> bodies = new ConcurrentHashMap<>();
    private HttpServer collector;

    @BeforeEach
    void startCollector() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            try (exchange) {
                bodies.merge(
                        exchange.getRequestURI().getPath(),
                        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1),
                        String::concat);
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
    void exportersBehindTheSdksOwnBatching_deliverAllSignals() {
        OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .setServiceClassLoader(new WithoutCustomizer())
                .addPropertiesSupplier(() -> Map.of(
                        "otel.exporter.otlp.endpoint",
                        "http://127.0.0.1:" + collector.getAddress().getPort(),
                        "otel.traces.exporter",
                        "sluice",
                        "otel.metrics.exporter",
                        "sluice",
                        "otel.logs.exporter",
                        "sluice",
                        "sluice.account.log",
                        "false"))
                .build()
                .getOpenTelemetrySdk();
        sdk.getTracer("test").spanBuilder("the span").startSpan().end();
        sdk.getMeter("test").counterBuilder("the.counter").build().add(1);
        sdk.getLogsBridge().get("test").logRecordBuilder().setBody("the log").emit();
        sdk.close();

        assertThat(bodies.get("/v1/traces")).contains("the span");
        assertThat(bodies.get("/v1/metrics")).contains("the.counter");
        assertThat(bodies.get("/v1/logs")).contains("the log");
    }

    /** Sees every service of the class path but our customizer. */
    private static final class WithoutCustomizer extends ClassLoader {

        WithoutCustomizer() {
            super(FallbackExportTest.class.getClassLoader());
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return name.endsWith("AutoConfigurationCustomizerProvider")
                    ? Collections.emptyEnumeration()
                    : super.getResources(name);
        }
    }
}
