package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.sluice.config.SettingsLoader;
import io.sluice.config.SluiceSettings;
import io.sluice.exporter.Compression;
import io.sluice.exporter.PipelineSettings;
import io.sluice.exporter.Signal;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BuildersTest {

    @AutoClose
    private final LocalCollector collector = new LocalCollector();

    private <B extends ExportOptions<B>> B here(B builder) {
        return builder.endpoint(collector.endpoint())
                .header("api-key", "a, b=c")
                .set("sluice.account.log", "false");
    }

    @Test
    void spans_arriveOnFlush_andAtTheEnd() {
        SdkTracerProvider tracers = SdkTracerProvider.builder()
                .addSpanProcessor(here(SluiceSpanProcessor.builder()).build())
                .build();
        tracers.get("test").spanBuilder("the first").startSpan().end();
        CompletableResultCode flushed = tracers.forceFlush().join(20, TimeUnit.SECONDS);
        assertThat(flushed.isSuccess()).isTrue();
        assertThat(collector.bodies.get("/v1/traces")).contains("the first");

        tracers.get("test").spanBuilder("the second").startSpan().end();
        tracers.close();

        assertThat(collector.bodies.get("/v1/traces")).contains("the second");
        assertThat(collector.keys).containsExactly("a, b=c");
    }

    @Test
    void logRecords_arrive() {
        SdkLoggerProvider loggers = SdkLoggerProvider.builder()
                .addLogRecordProcessor(here(SluiceLogRecordProcessor.builder()).build())
                .build();
        loggers.get("test").logRecordBuilder().setBody("the record").emit();
        loggers.close();

        assertThat(collector.bodies.get("/v1/logs")).contains("the record");
    }

    @Test
    void metrics_arriveOnFlush_inTheirTemporality_withOwnFigures() {
        SluiceMetricReader reader = here(SluiceMetricReader.builder())
                .interval(Duration.ofHours(1))
                .temporality(AggregationTemporalitySelector.deltaPreferred())
                .build();
        SdkMeterProvider meters =
                SdkMeterProvider.builder().registerMetricReader(reader).build();
        reader.observe(meters);
        meters.get("test").counterBuilder("the.counter").build().add(1);
        do { // the figures are registered in the background
            assertThat(meters.forceFlush().join(20, TimeUnit.SECONDS).isSuccess())
                    .isTrue();
        } while (!collector.bodies.get("/v1/metrics").contains("sluice.queue.size"));
        meters.close();

        assertThat(reader.getAggregationTemporality(InstrumentType.COUNTER)).isEqualTo(AggregationTemporality.DELTA);
        assertThat(collector.bodies.get("/v1/metrics")).contains("the.counter");
    }

    @Test
    void whatIsSaidInCode_isObeyed() {
        SluiceExport.Builder builder = SluiceExport.builder()
                .endpoint("https://collector:1234/base/")
                .compression(Compression.GZIP)
                .timeout(Duration.ofSeconds(3))
                .maxQueueItems(777)
                .batch(55, Duration.ofMillis(66))
                .maxConcurrentExports(5)
                .drainTimeout(Duration.ofSeconds(4))
                .header("x", "1");
        Set<Signal> signals = Set.of(Signal.TRACES, Signal.METRICS, Signal.LOGS);
        SluiceSettings settings = SettingsLoader.load(builder.sources(signals));

        for (Signal signal : signals) {
            PipelineSettings pipeline = settings.pipeline(signal);
            assertThat(pipeline.transport().endpoint()).hasToString("https://collector:1234/base" + signal.httpPath());
            assertThat(pipeline.maxConcurrentExports()).isEqualTo(5);
            assertThat(pipeline.batch().drainTimeout()).isEqualTo(Duration.ofSeconds(4));
            if (signal != Signal.METRICS) {
                assertThat(pipeline.batch().maxQueueItems()).isEqualTo(777);
                assertThat(pipeline.batch().batchItems()).isEqualTo(55);
                assertThat(pipeline.batch().maxBatchAge()).isEqualTo(Duration.ofMillis(66));
            }
        }
    }

    @Test
    void grpc_hasNoPath() {
        SluiceSpanProcessor.Builder builder =
                SluiceSpanProcessor.builder().protocol(OtlpProtocol.GRPC).endpoint("http://collector:4317");

        var transport = SettingsLoader.load(builder.sources(Set.of(Signal.TRACES)))
                .pipeline(Signal.TRACES)
                .transport();

        assertThat(transport.protocol()).isEqualTo("grpc");
        assertThat(transport.endpoint()).hasToString("http://collector:4317");
    }

    @Test
    void badOptions_areNamed() {
        SluiceSpanProcessor.Builder builder = SluiceSpanProcessor.builder();
        assertThatThrownBy(() -> builder.endpoint("ftp://collector"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("endpoint is ftp://collector; allowed: a URL of http, https or unix");
        assertThatThrownBy(() -> builder.maxQueueItems(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxQueueItems is 0; allowed: 1 to 16777216");
        assertThatThrownBy(() -> builder.timeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeout is PT0S; allowed: 1 ms or more");
        assertThatThrownBy(() -> builder.maxConcurrentExports(2000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxConcurrentExports is 2000; allowed: 1 to 1024");
        assertThatThrownBy(() -> SluiceMetricReader.builder().interval(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("interval is PT0S; allowed: 1 ms or more");
    }
}
