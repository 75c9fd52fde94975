package io.sluice.exporter;

import java.time.Duration;
import java.util.Optional;

/**
 * What one attempt to send a payload came to. An outcome of the network or the server is always one of these, never an
 * exception.
 */
public sealed interface ExportResult {

    /** The server took every item. */
    record Delivered() implements ExportResult {}

    /**
     * The server took the request but not every item; final, never tried again (OTLP, Partial Success).
     *
     * @param rejectedItems how many it did not take; zero for a mere warning
     * @param message the server's words, shortened
     */
    record PartiallyRejected(long rejectedItems, String message) implements ExportResult {}

    /**
     * The server is overloaded or unavailable and may take the same request later.
     *
     * @param delay the wait that the server asked for, if it did
     */
    record RetryAfter(Optional<Duration> delay, String reason) implements ExportResult {}

    /** The server refused the request for good; the payload is lost and counted. */
    record Rejected(String reason) implements ExportResult {}

    /**
     * The server refuses the request for its size: HTTP 413, or gRPC's RESOURCE_EXHAUSTED where it speaks of a message's
     * size. The same items may pass in smaller requests.
     */
    record TooLarge(String reason) implements ExportResult {}

    /**
     * The server cannot make sense of the request: HTTP 400, gRPC's INVALID_ARGUMENT (OTLP, Bad Data). Never tried again
     * as it is; what came from several senders is tried without the others.
     */
    record BadData(String reason) implements ExportResult {}

    /** No answer: the peer could not be reached, closed the connection, or the attempt timed out. May be tried again. */
    record Unreachable(String reason) implements ExportResult {}
}
