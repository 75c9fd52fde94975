package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.sluice.exporter.Signal;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SluiceExportTest {

    @AutoClose
    private final LocalCollector collector = new LocalCollector();

    private SluiceExport.Builder builder() {
        return SluiceExport.builder()
                .set("otel.exporter.otlp.endpoint", collector.endpoint())
                .set("sluice.account.log", "false");
    }

    @Test
    void sdkBuiltByHand_exportsAllSignals() {
        SluiceExport sluice = builder().start(Signal.TRACES, Signal.METRICS, Signal.LOGS);
        OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(sluice.spanProcessor())
                        .build())
                .setMeterProvider(SdkMeterProvider.builder()
                        .registerMetricReader(sluice.metricReader())
                        .build())
                .setLoggerProvider(SdkLoggerProvider.builder()
                        .addLogRecordProcessor(sluice.logRecordProcessor())
                        .build())
                .build();

        sdk.getTracer("test").spanBuilder("span").startSpan().end();
        sdk.getMeter("test").counterBuilder("counter").build().add(1);
        sdk.getLogsBridge().get("test").logRecordBuilder().setBody("log").emit();
        sdk.close();

        assertThat(collector.bodies.keySet()).containsExactlyInAnyOrder("/v1/traces", "/v1/metrics", "/v1/logs");
    }

    @Test
    void providerAlone_mayBeShutDown() {
        SluiceExport sluice = builder().start(Signal.TRACES, Signal.LOGS);
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .addSpanProcessor(sluice.spanProcessor())
                .build();
        SdkLoggerProvider loggers = SdkLoggerProvider.builder()
                .addLogRecordProcessor(sluice.logRecordProcessor())
                .build();

        provider.get("test").spanBuilder("span").startSpan().end();
        assertThat(provider.shutdown().join(10, TimeUnit.SECONDS).isSuccess()).isTrue();
        loggers.get("test").logRecordBuilder().setBody("later").emit();
        loggers.close();

        assertThat(collector.bodies.keySet()).containsExactlyInAnyOrder("/v1/traces", "/v1/logs");
    }

    @Test
    void signalThatWasNotNamed_hasNoInlet() {
        SluiceExport sluice = builder().start(Signal.TRACES);

        assertThatThrownBy(sluice::metricReader)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("metrics was not named");
        sluice.spanProcessor().close();
    }

    @Test
    void wrongSetting_hurtsNobody() {
        SluiceExport sluice = SluiceExport.builder()
                .set("otel.exporter.otlp.endpoint", "not a url")
                .start(Signal.TRACES);
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .addSpanProcessor(sluice.spanProcessor())
                .build();

        provider.get("test").spanBuilder("span").startSpan().end();

        assertThat(provider.shutdown().join(10, TimeUnit.SECONDS).isSuccess()).isFalse();
    }
}
