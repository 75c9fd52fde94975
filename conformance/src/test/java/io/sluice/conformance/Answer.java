package io.sluice.conformance;

import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What a peer does with a request, in words that each protocol has its own way to say. */
sealed interface Answer {

    /** Success, when the time has come. */
    record Taken(Duration after) implements Answer {}

    /** A partial success. */
    record PartlyTaken(long rejected) implements Answer {}

    /** Bad data: 400, INVALID_ARGUMENT. */
    record Refused() implements Answer {}

    /** Unavailable, with or without the time after which to come back: 503, UNAVAILABLE. */
    record Busy(Optional<Duration> delay) implements Answer {}

    /** Too many requests, with or without the time after which to come back: 429, RESOURCE_EXHAUSTED. */
    record Exhausted(Optional<Duration> delay) implements Answer {}

    /** A response of HTTP only. */
    record Http(int status, Map<String, String> headers) implements Answer {}

    /** A status of gRPC only; in the only headers, or in trailers behind others. */
    record Grpc(Status.Code code, boolean inTrailers) implements Answer {}

    /** Success in more bytes than anybody should read. */
    record Bulky(int bytes, boolean gzip) implements Answer {}

    /** No response: the connection ends. */
    record Disconnect(boolean withReset) implements Answer {}

    static Answer taken() {
        return new Taken(Duration.ZERO);
    }

    static Answer takenAfter(Duration delay) {
        return new Taken(delay);
    }

    /** None that anybody waits for. */
    static Answer never() {
        return new Taken(Duration.ofMinutes(5));
    }

    static Answer refused() {
        return new Refused();
    }

    static Answer busy() {
        return new Busy(Optional.empty());
    }

    static Answer busyFor(Duration delay) {
        return new Busy(Optional.of(delay));
    }

    static Answer exhausted() {
        return new Exhausted(Optional.empty());
    }

    static Answer exhaustedFor(Duration delay) {
        return new Exhausted(Optional.of(delay));
    }

    static Answer status(int status) {
        return new Http(status, Map.of());
    }
}
