package io.sluice.agent.dropin;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.sluice.agent.otel.SluiceExport;
import io.sluice.exporter.Signal;
import java.util.function.Consumer;

/** An application in a class loader of its own: sends one item of each signal to an endpoint, and closes its SDK. */
public final class ThreeSignals implements Consumer<String> {

    /** For the loader's owner. */
    public ThreeSignals() {}

    @Override
    public void accept(String endpoint) {
        SluiceExport sluice = SluiceExport.builder()
                .endpoint(endpoint)
                .set("sluice.jmx.delay", "0")
                .set("sluice.log.interval", "1s")
                .set("sluice.account.log", "false")
                .start(Signal.TRACES, Signal.METRICS, Signal.LOGS);
        SdkMeterProvider meters = SdkMeterProvider.builder()
                .registerMetricReader(sluice.metricReader())
                .build();
        sluice.observe(meters);
        OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                .setMeterProvider(meters)
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(sluice.spanProcessor())
                        .build())
                .setLoggerProvider(SdkLoggerProvider.builder()
                        .addLogRecordProcessor(sluice.logRecordProcessor())
                        .build())
                .build();
        sdk.getTracer("test").spanBuilder("the span").startSpan().end();
        sdk.getMeter("test").counterBuilder("the.counter").build().add(1);
        sdk.getLogsBridge().get("test").logRecordBuilder().setBody("the log").emit();
        sdk.close();
    }
}
