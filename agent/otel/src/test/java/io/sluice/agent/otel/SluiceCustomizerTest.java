package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdkBuilder;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.exporter.Signal;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The customizer under the SDK's real autoconfiguration. No OTLP exporter of the SDK is on the class path: asked for one,
 * the SDK would refuse to start.
 */
@Timeout(20)
class SluiceCustomizerTest {

    private final List<String> diagnostics = new CopyOnWriteArrayList<>();
    private final FakeOutlets outlets = new FakeOutlets(true);
    private final Set<Signal> opened = Collections.synchronizedSet(new HashSet<>());
    private final CountDownLatch open = new CountDownLatch(1);
    private final SluiceCustomizer customizer = new SluiceCustomizer(new Takeover(
            (properties, signals, metrics) -> {
                opened.addAll(signals);
                assertThat(metrics.isPresent()).isEqualTo(signals.contains(Signal.METRICS));
                open.countDown();
                return outlets;
            },
            diagnostics::add));

    private OpenTelemetrySdk sdk = OpenTelemetrySdk.builder().build();

    @AfterEach
    void clear() {
        sdk.close();
        KeepingSpanExporter.SPANS.clear();
    }

    @Test
    void everySignal_isOurs_whenNothingIsSet() {
        configure(Map.of());
        endSpan("one");
        emitLog();
        sdk.close();

        assertThat(opened).containsExactlyInAnyOrderElementsOf(Signal.ofApplications());
        assertThat(outlets.spans).extracting(SpanData::getName).containsExactly("one");
        assertThat(outlets.logs).hasSize(1);
        assertThat(outlets.closed).containsOnlyKeys(Signal.ofApplications());
    }

    @Test
    void ownFigures_leaveWithTheMetersOfTheSdk() {
        configure(Map.of());
        customizer.afterAutoConfigure(sdk);
        sdk.close();

        assertThat(outlets.observers).containsExactly(sdk.getMeterProvider());
    }

    @Test
    void otherExporters_stayBesideOurs() {
        configure(Map.of("otel.traces.exporter", "keeping,otlp", "otel.bsp.schedule.delay", "10"));
        endSpan("both");
        sdk.close();

        assertThat(outlets.spans).extracting(SpanData::getName).containsExactly("both");
        assertThat(KeepingSpanExporter.SPANS).extracting(SpanData::getName).containsExactly("both");
    }

    @Test
    void none_meansNothingOfOurs() {
        configure(
                Map.of("otel.traces.exporter", "none", "otel.metrics.exporter", "none", "otel.logs.exporter", "none"));
        endSpan("nobody");
        sdk.close();

        assertThat(open.getCount()).isEqualTo(1);
        assertThat(outlets.spans).isEmpty();
    }

    @Test
    void oneSignal_mayBeLeftOut() {
        configure(Map.of("otel.metrics.exporter", "none"));
        sdk.close();

        assertThat(opened).containsExactlyInAnyOrder(Signal.TRACES, Signal.LOGS);
    }

    @Test
    void disabledSdk_startsNothing() {
        configure(Map.of("otel.sdk.disabled", "true"));
        endSpan("nobody");
        sdk.close();

        assertThat(open.getCount()).isEqualTo(1);
    }

    @Test
    void sampler_isHonoured() {
        configure(Map.of("otel.traces.sampler", "always_off"));
        endSpan("unsampled");
        emitLog();
        sdk.close();

        assertThat(outlets.spans).isEmpty();
        assertThat(outlets.logs).hasSize(1);
    }

    @Test
    void badReaderSetting_isTold_andNothingIsExported() {
        configure(Map.of("otel.exporter.otlp.metrics.temporality.preference", "sometimes"));
        endSpan("lost");
        sdk.close();

        assertThat(diagnostics)
                .singleElement()
                .asString()
                .startsWith("not started: otel.exporter.otlp.metrics.temporality.preference is sometimes; allowed: ");
        assertThat(open.getCount()).isEqualTo(1);
    }

    private void configure(Map<String, String> properties) {
        Map<String, String> isolated = new HashMap<>(properties);
        AutoConfiguredOpenTelemetrySdkBuilder builder = AutoConfiguredOpenTelemetrySdk.builder()
                .setServiceClassLoader(new WithoutOurService())
                .disableShutdownHook()
                .addPropertiesSupplier(() -> isolated);
        customizer.customize(builder);
        sdk = builder.build().getOpenTelemetrySdk();
    }

    private void endSpan(String name) {
        sdk.getTracer("test").spanBuilder(name).startSpan().end();
    }

    private void emitLog() {
        sdk.getLogsBridge().get("test").logRecordBuilder().setBody("hello").emit();
    }

    /** Sees all services but the customizer, which the test adds itself. */
    private static final class WithoutOurService extends ClassLoader {

        WithoutOurService() {
            super(SluiceCustomizerTest.class.getClassLoader());
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return name.endsWith("AutoConfigurationCustomizerProvider")
                    ? Collections.emptyEnumeration()
                    : super.getResources(name);
        }
    }
}
