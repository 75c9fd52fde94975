package io.sluice.benchmarks.pipeline;

import io.sluice.agent.otel.SluiceExport;
import io.sluice.exporter.Signal;
import java.time.Duration;

/** Our pipelines, as an application that builds its SDK itself gets them. */
final class SluiceSide {

    private SluiceSide() {}

    /** Starts the pipeline of one signal. */
    static SluiceExport start(Pipeline pipeline, String endpoint, Signal signal, Duration metricInterval) {
        SluiceExport.Builder builder = SluiceExport.builder()
                .set("otel.exporter.otlp.endpoint", endpoint)
                .set("otel.exporter.otlp.protocol", pipeline.protocol().setting())
                .set("otel.exporter.otlp.compression", pipeline.gzip() ? "gzip" : "none")
                .set("sluice.account.log", "false")
                .metricInterval(metricInterval);
        if (pipeline.queue() > 0) {
            builder.set("otel.bsp.max.queue.size", Integer.toString(pipeline.queue()));
        }
        if (pipeline.batch() > 0) {
            builder.set("otel.bsp.max.export.batch.size", Integer.toString(pipeline.batch()));
        }
        return builder.start(signal);
    }
}
