package io.sluice.conformance;

import io.grpc.Status;
import java.util.Map;
import java.util.Optional;

/**
 * What a receiver answered.
 *
 * @param status of HTTP or gRPC
 * @param headers and trailers, by names in small letters
 * @param body of HTTP or the message of gRPC; empty if there was none
 * @param error gRPC's message, empty over HTTP
 * @param retryAfter whether it says when to come back, by header or RetryInfo
 */
record Reply(
        Protocol protocol, int status, Map<String, String> headers, byte[] body, String error, boolean retryAfter) {

    private static final int HTTP_OK = 200;

    boolean isAccepted() {
        return status == (protocol == Protocol.HTTP ? HTTP_OK : 0);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** For a note: what it was. */
    @Override
    public String toString() {
        return protocol == Protocol.HTTP
                ? String.valueOf(status)
                : String.valueOf(Status.fromCodeValue(status).getCode());
    }
}
