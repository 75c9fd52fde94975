package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An answer, whatever the request came in by.
 *
 * <p>Over HTTP the server adds Content-Length, and Retry-After in whole seconds if {@code grpcStatus} has a delay and
 * {@code headers} have none; Date is left out. Over gRPC an answer without a status, or with code 0, is the message in
 * {@code body} and OK if {@code status} is below 300; every other is only a status: {@code grpcStatus}, or if there is
 * none gRPC's code for the HTTP status.
 *
 * @param headers besides Content-Type and Content-Length
 * @param body sent as it is; the caller leaves it alone from here on
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, not compared
public record HttpResponse(
        int status, String contentType, Map<String, String> headers, byte[] body, Optional<GrpcStatus> grpcStatus) {

    public HttpResponse {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status is " + status + "; allowed: 200 to 599");
        }
        requireNonNull(contentType, "contentType");
        headers = Map.copyOf(headers);
        requireNonNull(body, "body");
        requireNonNull(grpcStatus, "grpcStatus");
    }

    public HttpResponse(int status, String contentType, Map<String, String> headers, byte[] body) {
        this(status, contentType, headers, body, Optional.empty());
    }

    public HttpResponse(int status, String contentType, byte[] body) {
        this(status, contentType, Map.of(), body);
    }

    /** A line of plain text. */
    public static HttpResponse text(int status, String text) {
        return new HttpResponse(status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** This, with one more header. */
    public HttpResponse withHeader(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new HttpResponse(status, contentType, more, body, grpcStatus);
    }

    /** This, with what a gRPC peer is told in its place. */
    public HttpResponse withGrpcStatus(GrpcStatus told) {
        return new HttpResponse(status, contentType, headers, body, Optional.of(told));
    }
}
