package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import java.util.Collection;

/** Takes batches from a processor of the SDK's own. What cannot be held is counted as refused. */
final class LogRecordOutlet implements LogRecordExporter {

    private final LogInlet inlet;

    LogRecordOutlet(LogInlet inlet) {
        this.inlet = requireNonNull(inlet, "inlet");
    }

    @Override
    public CompletableResultCode export(Collection<LogRecordData> batch) {
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
        return "LogRecordOutlet";
    }
}
