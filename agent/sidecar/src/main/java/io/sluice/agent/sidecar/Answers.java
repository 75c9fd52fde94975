package io.sluice.agent.sidecar;

import io.sluice.exporter.otlp.OtlpStatus;
import io.sluice.exporter.transport.GrpcStatus;
import io.sluice.exporter.transport.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What senders are answered. Source: OTLP specification, "OTLP/gRPC Response" and "OTLP/HTTP Response"; codes of {@code
 * google/rpc/code.proto}.
 */
final class Answers {

    static final String PROTOBUF = "application/x-protobuf";

    /** When to come again: a sidecar that is full has as a rule settled something by then. */
    static final Optional<Duration> COME_BACK = Optional.of(Duration.ofSeconds(1));

    static final int INVALID_ARGUMENT = 3;
    static final int DEADLINE_EXCEEDED = 4;
    static final int NOT_FOUND = 5;
    static final int PERMISSION_DENIED = 7;
    static final int RESOURCE_EXHAUSTED = 8;
    static final int UNIMPLEMENTED = 12;
    static final int INTERNAL = 13;
    static final int UNAVAILABLE = 14;
    static final int UNAUTHENTICATED = 16;

    private Answers() {}

    static HttpResponse success() {
        return new HttpResponse(200, PROTOBUF, OtlpStatus.success());
    }

    /** The request was taken except for some of its items. */
    static HttpResponse partialSuccess(long rejectedItems, String message) {
        return new HttpResponse(200, PROTOBUF, OtlpStatus.partialSuccess(rejectedItems, message));
    }

    /** There is no room, or too many requests wait. */
    static HttpResponse full(String message) {
        return failure(429, RESOURCE_EXHAUSTED, message, COME_BACK);
    }

    /** May be taken later, here or elsewhere. */
    static HttpResponse unavailable(String message) {
        return failure(503, UNAVAILABLE, message, COME_BACK);
    }

    static HttpResponse notAllowed(String message) {
        return new HttpResponse(
                405,
                PROTOBUF,
                Map.of("Allow", "POST"),
                OtlpStatus.failure(UNIMPLEMENTED, message),
                Optional.of(new GrpcStatus(UNIMPLEMENTED, message)));
    }

    static HttpResponse failure(int status, int code, String message) {
        return failure(status, code, message, Optional.empty());
    }

    static HttpResponse failure(int status, int code, String message, Optional<Duration> retryAfter) {
        return new HttpResponse(status, PROTOBUF, OtlpStatus.failure(code, message))
                .withGrpcStatus(new GrpcStatus(code, message, retryAfter));
    }

    /** A final refusal with an HTTP status that came from elsewhere. */
    static HttpResponse refusedWith(int status, String message) {
        int told = status >= 400 ? status : 500;
        return failure(told, codeOf(told), message);
    }

    /** A final refusal with a gRPC code that came from elsewhere. */
    static HttpResponse refusedWithCode(int code, String message) {
        return failure(statusOf(code), code, message);
    }

    /** As gRPC's mapping from HTTP, but for what that leaves at UNKNOWN. */
    static int codeOf(int status) {
        return switch (status) {
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404 -> NOT_FOUND;
            case 408 -> DEADLINE_EXCEEDED;
            case 413, 429 -> RESOURCE_EXHAUSTED;
            case 500 -> INTERNAL;
            case 501, 505 -> UNIMPLEMENTED;
            case 502, 503, 504 -> UNAVAILABLE;
            default -> INVALID_ARGUMENT;
        };
    }

    /** Of codes that are final for OTLP; none of these statuses is tried again. */
    private static int statusOf(int code) {
        return switch (code) {
            case INVALID_ARGUMENT -> 400;
            case NOT_FOUND -> 404;
            case PERMISSION_DENIED -> 403;
            case RESOURCE_EXHAUSTED -> 413;
            case UNIMPLEMENTED -> 501;
            case UNAUTHENTICATED -> 401;
            default -> 500;
        };
    }
}
