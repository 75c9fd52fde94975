package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.exporter.Signal;

/**
 * Where finished spans enter: sampled ones go to the gate, the rest are only counted as activity.
 *
 * <p>{@link #shutdown()} blocks, because the SDK lets spans live exactly as long as its processors' shutdown takes to
 * return: other shutdown hooks go on ending spans meanwhile, and those are still exported.
 */
final class SpanInlet implements SpanProcessor {

    private final Gate<SpanData> gate;
    private final SpanActivity activity;
    private final Sluiceway way;

    SpanInlet(Gate<SpanData> gate, SpanActivity activity, Sluiceway way) {
        this.gate = requireNonNull(gate, "gate");
        this.activity = requireNonNull(activity, "activity");
        this.way = requireNonNull(way, "way");
    }

    @Override
    public boolean isStartRequired() {
        return true;
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        activity.spanStarted();
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        try {
            if (span.getSpanContext().isSampled()) {
                offer(span.toSpanData());
            }
        } catch (Throwable failure) {
            way.shield().tell(failure);
        } finally {
            activity.spanEnded();
        }
    }

    /** A finished span to be exported. Any thread. */
    void offer(SpanData span) {
        gate.offer(span);
    }

    @Override
    public CompletableResultCode forceFlush() {
        return way.shield().result(() -> way.flush(Signal.TRACES));
    }

    @Override
    public CompletableResultCode shutdown() {
        way.shield().run(() -> way.awaitLastSpans(activity));
        return way.shield().result(() -> way.close(Signal.TRACES));
    }

    @Override
    public String toString() {
        return "SpanInlet{open=" + activity.open() + "}";
    }
}
