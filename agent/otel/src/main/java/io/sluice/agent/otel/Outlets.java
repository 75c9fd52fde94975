package io.sluice.agent.otel;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.exporter.Signal;
import java.time.Duration;
import java.util.function.Consumer;

/** The running pipelines of one SDK, one a signal, as its inlets see them. */
interface Outlets {

    /** Where finished spans go; waits only as the overflow policy says; one that is refused is counted. */
    Consumer<SpanData> spans();

    /** Where log records go; waits only as the overflow policy says; one that is refused is counted. */
    Consumer<LogRecordData> logs();

    /** Where spans go that were ended before there was a pipeline; never waits. */
    Consumer<SpanData> keptSpans();

    /** Where log records go that were made before there was a pipeline; never waits. */
    Consumer<LogRecordData> keptLogs();

    /** Registers the pipelines' own figures with {@code meters}, unless a setting says otherwise. Any thread; does not wait. */
    void observe(MeterProvider meters);

    /** Counts items that were refused before there was a pipeline. */
    void refusedEarly(Signal signal, long items);

    /** How long a shutdown may take, from its beginning to the end of the last signal's drain. */
    Duration drainTimeout();

    /** Exports what waits now; metrics are collected first. Succeeds if all of it was delivered. Any thread. */
    CompletableResultCode flush(Signal signal);

    /** From now on nothing of {@code signal} waits to become a batch; what comes is still accepted. Any thread. */
    void hurry(Signal signal, Duration timeout);

    /**
     * Accepts no more of {@code signal}, delivers what is held, and then tells the account; metrics are collected a last
     * time first. Done soon after {@code timeout} at the latest. Succeeds if nothing was left. Any thread, once a
     * signal; does not wait.
     */
    CompletableResultCode close(Signal signal, Duration timeout);

    /** Stops the runtime; waits briefly. Not on a thread of the runtime. */
    void stop();
}
