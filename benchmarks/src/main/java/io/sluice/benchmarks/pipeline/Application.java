package io.sluice.benchmarks.pipeline;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.sluice.exporter.Signal;

/** An application with one signal and one pipeline behind its SDK. */
interface Application {

    /** Makes one item on the calling thread: a span is started and ended, a record is logged, a series is counted up. */
    void item();

    /** Items that were made so far, or data points that were collected; ids of spans and logs are numbers from 1 to this. */
    long made();

    /** Everything made so far leaves. */
    CompletableResultCode flush();

    /** What the SDK's own shutdown hook does. */
    CompletableResultCode shutdown();

    /** Starts one. */
    static Application start(Signal signal, Pipeline pipeline, String endpoint) {
        return switch (signal) {
            case TRACES -> new TracedApplication(pipeline, endpoint);
            case LOGS -> new LoggedApplication(pipeline, endpoint);
            case METRICS -> new MeteredApplication(pipeline, endpoint);
            case PROFILES -> throw new IllegalArgumentException("no SDK records profiles");
        };
    }
}
