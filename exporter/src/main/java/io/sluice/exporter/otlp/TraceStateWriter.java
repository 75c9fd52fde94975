package io.sluice.exporter.otlp;

import io.opentelemetry.api.trace.TraceState;
import java.util.function.BiConsumer;

/**
 * Writes trace states as the header that W3C Trace Context section 3.3.1 defines: {@code key=value}, comma separated, in
 * order. Belongs to one {@link ProtoOutput}.
 */
final class TraceStateWriter {

    private final ProtoOutput out;

    /** Kept, so that walking a trace state allocates no closure. */
    private final BiConsumer<String, String> memberWriter = this::member;

    /** Nothing of the trace state that is being walked has been written. */
    private boolean first;

    TraceStateWriter(ProtoOutput out) {
        this.out = out;
    }

    void write(int field, TraceState state) {
        if (!state.isEmpty()) {
            first = true;
            out.begin(field);
            state.forEach(memberWriter);
            out.end();
        }
    }

    private void member(String key, String value) {
        if (!first) {
            out.text(',');
        }
        first = false;
        out.text(key);
        out.text('=');
        out.text(value);
    }
}
