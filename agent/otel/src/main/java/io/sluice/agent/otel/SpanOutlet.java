package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/** Takes batches from a processor of the SDK's own. What cannot be held is counted as refused. */
final class SpanOutlet implements SpanExporter {

    private final SpanInlet inlet;

    SpanOutlet(SpanInlet inlet) {
        this.inlet = requireNonNull(inlet, "inlet");
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> batch) {
        batch.forEach(inlet::offer);
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
        return inlet.forceFlush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return inlet.shutdown();
    }

    @Override
    public String toString() {
        return "SpanOutlet";
    }
}
