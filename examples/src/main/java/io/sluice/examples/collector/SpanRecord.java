package io.sluice.examples.collector;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.examples.jsonlines.JsonLine;
import java.util.HexFormat;

/**
 * One span as the report names it.
 *
 * @param spanId 16 hexadecimal digits
 * @param traceId 32 hexadecimal digits
 * @param parentId 16 hexadecimal digits, or empty
 * @param server whether it is the server's side of a call
 */
public record SpanRecord(String spanId, String traceId, String parentId, String name, boolean server) {

    public static SpanRecord of(Span span) {
        return new SpanRecord(
                hex(span.getSpanId()),
                hex(span.getTraceId()),
                hex(span.getParentSpanId()),
                span.getName(),
                span.getKind() == Span.SpanKind.SPAN_KIND_SERVER);
    }

    /** The opposite of {@link #toJson}. */
    static SpanRecord of(JsonLine line) {
        return new SpanRecord(
                line.text("span"), line.text("trace"), line.text("parent"), line.text("name"), line.truth("server"));
    }

    JsonLine toJson(String type) {
        return JsonLine.of(
                "type", type, "span", spanId, "trace", traceId, "parent", parentId, "name", name, "server", server);
    }

    static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }
}
