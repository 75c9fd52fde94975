package io.sluice.exporter.otlp;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Signal;
import org.jspecify.annotations.Nullable;

/**
 * A received export request that has been scanned and found valid. Immutable.
 *
 * <p>Where its resources and scopes begin and end is found out when it is made, while its bytes are in the processor's
 * cache as a rule: they are merged much later, and to walk through them then would fetch all of them from memory. A
 * request of many parts is walked through then all the same, for what it would have to keep has no bound.
 */
public final class OtlpRequest {

    /** A resource, its scope and one run of items are three, as an SDK sends them; twice that may be kept. */
    private static final int MAX_KEPT_PARTS = 6;

    private final Signal signal;
    private final byte[] body;
    private final int items;
    private final Envelopes.@Nullable Layout layout;

    /**
     * A request that belongs to nobody else from here on.
     *
     * @param body the uncompressed request
     * @param items spans, data points or log records inside
     */
    public OtlpRequest(Signal signal, byte[] body, int items) {
        this.signal = requireNonNull(signal, "signal");
        this.body = requireNonNull(body, "body");
        this.items = items;
        this.layout = signal == Signal.PROFILES ? null : Envelopes.Layout.ofFew(body, MAX_KEPT_PARTS);
    }

    public Signal signal() {
        return signal;
    }

    /** The request itself, not to be changed by anybody. */
    public byte[] body() {
        return body;
    }

    /** Spans, data points or log records inside. */
    public int items() {
        return items;
    }

    Envelopes.Layout layout() {
        return layout != null ? layout : Envelopes.Layout.of(body);
    }
}
