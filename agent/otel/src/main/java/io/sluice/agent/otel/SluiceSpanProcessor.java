package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.sluice.exporter.Signal;
import java.util.EnumSet;
import java.util.Optional;

/**
 * Sends the sampled spans of one tracer provider, in the place of a batch processor and its exporter.
 *
 * <pre>{@code
 * SdkTracerProvider tracers = SdkTracerProvider.builder()
 *         .addSpanProcessor(SluiceSpanProcessor.builder()
 *                 .endpoint("http://collector:4318")
 *                 .header("api-key", key)
 *                 .maxQueueItems(20_000)
 *                 .build())
 *         .build();
 * }</pre>
 *
 * <p>Ending a span never waits, unless {@code sluice.overflow} says so, and never throws. {@link #forceFlush()} succeeds
 * when all that was held has been delivered. {@link #shutdown()} waits for spans that are still open or being ended, at
 * most half of the drain timeout, and then delivers what is held until that has passed; what is left is counted. Should
 * the settings be wrong, one line on standard error says so and nothing is sent.
 *
 * <p>It has a runtime of its own, one thread; {@link SluiceExport} shares one among signals.
 */
public final class SluiceSpanProcessor implements SpanProcessor {

    private final Sluiceway way;
    private final SpanInlet inlet;

    private SluiceSpanProcessor(Builder builder) {
        way = Sluiceway.ofLibrary();
        inlet = way.spanInlet();
        EnumSet<Signal> signals = EnumSet.of(Signal.TRACES);
        var sources = builder.sources(signals);
        way.start(() -> Pipelines.open(sources, signals, Optional.empty()));
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Lets the pipeline's own figures leave as metrics of {@code meters}. To be called once. */
    public SluiceSpanProcessor observe(MeterProvider meters) {
        way.observe(requireNonNull(meters, "meters"));
        return this;
    }

    @Override
    public boolean isStartRequired() {
        return inlet.isStartRequired();
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        inlet.onStart(parent, span);
    }

    @Override
    public boolean isEndRequired() {
        return inlet.isEndRequired();
    }

    @Override
    public void onEnd(ReadableSpan span) {
        inlet.onEnd(span);
    }

    @Override
    public CompletableResultCode forceFlush() {
        return inlet.forceFlush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return inlet.shutdown();
    }

    @Override
    public String toString() {
        return "SluiceSpanProcessor";
    }

    /** Settings of one processor. */
    public static final class Builder extends BatchOptions<Builder> {

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /** Starts in the background; spans that end before the pipeline runs are kept. */
        public SluiceSpanProcessor build() {
            return new SluiceSpanProcessor(this);
        }
    }
}
