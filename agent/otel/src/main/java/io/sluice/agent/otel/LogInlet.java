package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.opentelemetry.sdk.logs.ReadWriteLogRecord;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.sluice.exporter.Signal;

/** Where log records enter, on their way to the gate. */
final class LogInlet implements LogRecordProcessor {

    private final Gate<LogRecordData> gate;
    private final Sluiceway way;

    LogInlet(Gate<LogRecordData> gate, Sluiceway way) {
        this.gate = requireNonNull(gate, "gate");
        this.way = requireNonNull(way, "way");
    }

    @Override
    public void onEmit(Context context, ReadWriteLogRecord logRecord) {
        try {
            offer(logRecord.toLogRecordData());
        } catch (Throwable failure) {
            way.shield().tell(failure);
        }
    }

    /** A log record to be exported. Any thread. */
    void offer(LogRecordData log) {
        gate.offer(log);
    }

    @Override
    public CompletableResultCode forceFlush() {
        return way.shield().result(() -> way.flush(Signal.LOGS));
    }

    @Override
    public CompletableResultCode shutdown() {
        return way.shield().result(() -> way.close(Signal.LOGS));
    }

    @Override
    public String toString() {
        return "LogInlet";
    }
}
