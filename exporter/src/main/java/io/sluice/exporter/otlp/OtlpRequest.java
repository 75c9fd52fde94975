package io.sluice.exporter.otlp;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Signal;

/**
 * A received export request that has been scanned and found valid.
 *
 * @param body the uncompressed request; not changed by anybody from here on
 * @param items spans, data points or log records inside
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; a copy would cost what this path saves
public record OtlpRequest(Signal signal, byte[] body, int items) {

    public OtlpRequest {
        requireNonNull(signal, "signal");
        requireNonNull(body, "body");
    }
}
