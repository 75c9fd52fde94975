package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * What a peer that speaks gRPC is told about its call.
 *
 * @param code as in {@code google/rpc/code.proto}; 0 to 16
 * @param message one sentence for people
 * @param retryAfter when the peer may come again: sent as {@code google.rpc.RetryInfo}, over HTTP as Retry-After
 */
public record GrpcStatus(int code, String message, Optional<Duration> retryAfter) {

    private static final int LAST_CODE = 16;

    public GrpcStatus {
        if (code < 0 || code > LAST_CODE) {
            throw new IllegalArgumentException("code is " + code + "; allowed: 0 to " + LAST_CODE);
        }
        requireNonNull(message, "message");
        requireNonNull(retryAfter, "retryAfter");
    }

    public GrpcStatus(int code, String message) {
        this(code, message, Optional.empty());
    }
}
