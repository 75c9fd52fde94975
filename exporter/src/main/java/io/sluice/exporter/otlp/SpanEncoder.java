package io.sluice.exporter.otlp;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.sluice.exporter.Signal;
import java.util.List;

/** Spans as {@code ExportTraceServiceRequest}; source: {@code opentelemetry/proto/trace/v1/trace.proto}. */
public final class SpanEncoder extends OtlpEncoder<SpanData> {

    /** SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK. */
    private static final int HAS_IS_REMOTE = 0x100;

    /** SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK. */
    private static final int IS_REMOTE = 0x200;

    public SpanEncoder(BufferPool pool) {
        super(Signal.TRACES, pool);
    }

    @Override
    public int count(SpanData span) {
        return 1;
    }

    @Override
    public String describe(SpanData span) {
        return "the span \"" + span.getName() + "\"";
    }

    @Override
    Resource resourceOf(SpanData span) {
        return span.getResource();
    }

    @Override
    InstrumentationScopeInfo scopeOf(SpanData span) {
        return span.getInstrumentationScopeInfo();
    }

    @Override
    void write(SpanData span, Scratch scratch) {
        ProtoOutput out = scratch.out;
        SpanContext context = span.getSpanContext();
        SpanContext parent = span.getParentSpanContext();
        out.optionalHex(OtlpFields.Span.TRACE_ID, context.getTraceId());
        out.optionalHex(OtlpFields.Span.SPAN_ID, context.getSpanId());
        scratch.traceStates.write(OtlpFields.Span.TRACE_STATE, context.getTraceState());
        if (parent.isValid()) {
            out.optionalHex(OtlpFields.Span.PARENT_SPAN_ID, parent.getSpanId());
        }
        out.optionalString(OtlpFields.Span.NAME, span.getName());
        out.optionalVarint(OtlpFields.Span.KIND, kind(span.getKind()));
        out.optionalFixed64(OtlpFields.Span.START_TIME_UNIX_NANO, span.getStartEpochNanos());
        out.optionalFixed64(OtlpFields.Span.END_TIME_UNIX_NANO, span.getEndEpochNanos());
        scratch.values.attributes(OtlpFields.Span.ATTRIBUTES, span.getAttributes());
        out.optionalCount(
                OtlpFields.Span.DROPPED_ATTRIBUTES_COUNT,
                span.getTotalAttributeCount() - span.getAttributes().size());
        events(span, scratch);
        links(span, scratch);
        status(span.getStatus(), out);
        out.optionalFixed32(OtlpFields.Span.FLAGS, flags(context, parent));
    }

    private static void events(SpanData span, Scratch scratch) {
        ProtoOutput out = scratch.out;
        List<EventData> events = span.getEvents();
        for (int i = 0; i < events.size(); i++) { // by index: most spans have none, and an iterator costs 56 bytes
            EventData event = events.get(i);
            out.begin(OtlpFields.Span.EVENTS);
            out.optionalFixed64(OtlpFields.Event.TIME_UNIX_NANO, event.getEpochNanos());
            out.optionalString(OtlpFields.Event.NAME, event.getName());
            scratch.values.attributes(OtlpFields.Event.ATTRIBUTES, event.getAttributes());
            out.optionalCount(OtlpFields.Event.DROPPED_ATTRIBUTES_COUNT, event.getDroppedAttributesCount());
            out.end();
        }
        out.optionalCount(OtlpFields.Span.DROPPED_EVENTS_COUNT, span.getTotalRecordedEvents() - events.size());
    }

    private static void links(SpanData span, Scratch scratch) {
        ProtoOutput out = scratch.out;
        List<LinkData> links = span.getLinks();
        for (int i = 0; i < links.size(); i++) {
            LinkData link = links.get(i);
            SpanContext context = link.getSpanContext();
            out.begin(OtlpFields.Span.LINKS);
            out.optionalHex(OtlpFields.Link.TRACE_ID, context.getTraceId());
            out.optionalHex(OtlpFields.Link.SPAN_ID, context.getSpanId());
            scratch.traceStates.write(OtlpFields.Link.TRACE_STATE, context.getTraceState());
            scratch.values.attributes(OtlpFields.Link.ATTRIBUTES, link.getAttributes());
            out.optionalCount(
                    OtlpFields.Link.DROPPED_ATTRIBUTES_COUNT,
                    link.getTotalAttributeCount() - link.getAttributes().size());
            out.optionalFixed32(OtlpFields.Link.FLAGS, flags(context, context));
            out.end();
        }
        out.optionalCount(OtlpFields.Span.DROPPED_LINKS_COUNT, span.getTotalRecordedLinks() - links.size());
    }

    private static void status(StatusData status, ProtoOutput out) {
        out.begin(OtlpFields.Span.STATUS);
        out.optionalString(OtlpFields.Status.MESSAGE, status.getDescription());
        out.optionalVarint(OtlpFields.Status.CODE, code(status.getStatusCode()));
        out.end();
    }

    /** The W3C flags of {@code context}, and whether {@code origin} came from another process. */
    private static int flags(SpanContext context, SpanContext origin) {
        int flags = context.getTraceFlags().asByte() & 0xff;
        return flags | HAS_IS_REMOTE | (origin.isRemote() ? IS_REMOTE : 0);
    }

    private static int kind(SpanKind kind) {
        return switch (kind) {
            case INTERNAL -> 1;
            case SERVER -> 2;
            case CLIENT -> 3;
            case PRODUCER -> 4;
            case CONSUMER -> 5;
        };
    }

    private static int code(StatusCode code) {
        return switch (code) {
            case UNSET -> 0;
            case OK -> 1;
            case ERROR -> 2;
        };
    }
}
