package io.sluice.exporter.otlp;

import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.resources.Resource;
import io.sluice.exporter.Signal;
import java.util.Arrays;

/** Log records as {@code ExportLogsServiceRequest}; source: {@code opentelemetry/proto/logs/v1/logs.proto}. */
public final class LogEncoder extends OtlpEncoder<LogRecordData> {

    /** SDKs before 1.50 know no names of events, and nobody calls what is not there. */
    private static final boolean HAS_EVENT_NAME = Arrays.stream(LogRecordData.class.getMethods())
            .anyMatch(method -> method.getName().equals("getEventName"));

    public LogEncoder(BufferPool pool) {
        super(Signal.LOGS, pool);
    }

    @Override
    public int count(LogRecordData log) {
        return 1;
    }

    @Override
    public String describe(LogRecordData log) {
        return "a log record of \"" + log.getInstrumentationScopeInfo().getName() + "\"";
    }

    @Override
    Resource resourceOf(LogRecordData log) {
        return log.getResource();
    }

    @Override
    InstrumentationScopeInfo scopeOf(LogRecordData log) {
        return log.getInstrumentationScopeInfo();
    }

    @Override
    void write(LogRecordData log, Scratch scratch) {
        ProtoOutput out = scratch.out;
        out.optionalFixed64(OtlpFields.LogRecord.TIME_UNIX_NANO, log.getTimestampEpochNanos());
        out.optionalVarint(
                OtlpFields.LogRecord.SEVERITY_NUMBER, log.getSeverity().getSeverityNumber());
        String severity = log.getSeverityText();
        if (severity != null) {
            out.optionalString(OtlpFields.LogRecord.SEVERITY_TEXT, severity);
        }
        Value<?> body = log.getBodyValue();
        if (body != null) {
            scratch.values.value(OtlpFields.LogRecord.BODY, body);
        }
        scratch.values.attributes(OtlpFields.LogRecord.ATTRIBUTES, log.getAttributes());
        out.optionalCount(
                OtlpFields.LogRecord.DROPPED_ATTRIBUTES_COUNT,
                log.getTotalAttributeCount() - log.getAttributes().size());
        SpanContext context = log.getSpanContext();
        if (context.isValid()) {
            out.optionalFixed32(
                    OtlpFields.LogRecord.FLAGS, context.getTraceFlags().asByte() & 0xff);
            out.optionalHex(OtlpFields.LogRecord.TRACE_ID, context.getTraceId());
            out.optionalHex(OtlpFields.LogRecord.SPAN_ID, context.getSpanId());
        }
        out.optionalFixed64(OtlpFields.LogRecord.OBSERVED_TIME_UNIX_NANO, log.getObservedTimestampEpochNanos());
        String eventName = HAS_EVENT_NAME ? log.getEventName() : null;
        if (eventName != null) {
            out.optionalString(OtlpFields.LogRecord.EVENT_NAME, eventName);
        }
    }
}
