package io.sluice.benchmarks.pipeline;

import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.concurrent.atomic.AtomicLong;

/** Numbers spans from 1 on, so that the sink can tell exactly which ones are missing with one bit a span. */
final class SequentialIds implements IdGenerator {

    private final AtomicLong next = new AtomicLong();

    /** How many span ids have been handed out. Any thread. */
    long handedOut() {
        return next.get();
    }

    @Override
    public String generateSpanId() {
        return SpanId.fromLong(next.incrementAndGet());
    }

    @Override
    public String generateTraceId() {
        return TraceId.fromLongs(0x5157_1ce0_0000_0001L, next.get() + 1);
    }
}
