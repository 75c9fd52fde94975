package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.metrics.MeterProvider;
import io.sluice.batching.Account;
import io.sluice.batching.DrainReport;
import io.sluice.exporter.ExportPipeline;
import io.sluice.exporter.PipelineStats;
import io.sluice.exporter.Signal;
import io.sluice.exporter.Transport;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * One signal's pipeline and the transport that it ends in. What waits belongs on a thread that may, never on a worker.
 *
 * @param <T> a span, a metric or a log record
 */
final class SignalLine<T> {

    /** What the end of a drain may take after its deadline, which is when it drops what is left. */
    private static final Duration AFTER_DEADLINE = Duration.ofMillis(500);

    /** What ending the connections may take once everything is delivered or counted. */
    private static final Duration LAST_WORDS = Duration.ofMillis(500);

    private final AsyncRuntime runtime;
    private final ExportPipeline<T> pipeline;
    private final Transport transport;
    private final SelfNames names;

    SignalLine(AsyncRuntime runtime, ExportPipeline<T> pipeline, Transport transport, SelfNames names) {
        this.runtime = requireNonNull(runtime, "runtime");
        this.pipeline = requireNonNull(pipeline, "pipeline");
        this.transport = requireNonNull(transport, "transport");
        this.names = requireNonNull(names, "names");
    }

    /** Registers this line's figures; they are read for as long as {@code meters} collects. */
    @SuppressWarnings("resource") // ends with the meters
    void observe(MeterProvider meters, Signal signal) {
        pipeline.observe(new SelfDurations(meters, names));
        SelfMetrics.register(meters, pipeline::stats, signal, names);
    }

    PipelineStats stats() {
        return pipeline.stats();
    }

    Account account() {
        return pipeline.account();
    }

    /** Any thread; waits for room only if the overflow policy says so. A refusal is counted in the account. */
    void offer(T item) {
        pipeline.inlet().offer(item);
    }

    /** {@link #offer}, but never waits, whatever the policy: for threads of ours. */
    void offerNow(T item) {
        pipeline.inlet().offerNow(item);
    }

    /** Sends without waiting to fill batches from now on. Any thread; does not wait. */
    void hurry(Duration timeout) {
        pipeline.drain(timeout);
    }

    /** Ready when what is held now is settled; whether all of it was delivered. */
    Future<Boolean> flush() {
        return pipeline.flush();
    }

    /** Accepts no more and waits for the drain and for the connections to close; whether all was settled in time. */
    boolean close(Duration timeout) throws Exception {
        pipeline.inlet().close();
        boolean inTime = within(timeout.plus(AFTER_DEADLINE), pipeline.drain(timeout), DrainReport::inTime);
        within(LAST_WORDS, transport.shutdown(), closed -> true);
        return inTime;
    }

    /** False also if {@code limit} passed first. */
    private <R> boolean within(Duration limit, Future<R> future, Predicate<R> outcome) throws Exception {
        try {
            return outcome.test(runtime.blockOn(runtime.handle().timeout(limit, future)));
        } catch (TimeoutException late) {
            return false;
        }
    }
}
