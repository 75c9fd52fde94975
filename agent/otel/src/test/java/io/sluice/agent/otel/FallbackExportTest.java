package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The exporters named {@code sluice}, in an SDK that does not call our customizer. */
@Timeout(30)
class FallbackExportTest {

    @AutoClose
    private final LocalCollector collector = new LocalCollector();

    @Test
    void exportersBehindTheSdksOwnBatching_deliverAllSignals() {
        OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .setServiceClassLoader(new WithoutCustomizer())
                .addPropertiesSupplier(() -> Map.of(
                        "otel.exporter.otlp.endpoint",
                        collector.endpoint(),
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

        assertThat(collector.bodies.get("/v1/traces")).contains("the span");
        assertThat(collector.bodies.get("/v1/metrics")).contains("the.counter");
        assertThat(collector.bodies.get("/v1/logs")).contains("the log");
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
