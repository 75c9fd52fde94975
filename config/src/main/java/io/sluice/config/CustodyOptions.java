package io.sluice.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * What the sidecar holds, for whom, and when it says so.
 *
 * @param maxBytes of all requests held; beyond it requests are refused
 * @param senderHeader the header that tells senders apart, if one does
 * @param maxSenders told apart at once; those beyond share one place
 * @param maxShownSenders that have metrics of their own
 * @param ack when a request is answered
 * @param ackTimeout with {@link Ack#DELIVERY}, the longest that an answer waits
 */
public record CustodyOptions(
        long maxBytes,
        Optional<String> senderHeader,
        int maxSenders,
        int maxShownSenders,
        Ack ack,
        Duration ackTimeout) {

    /** When a sender is told that its request was taken. */
    public enum Ack {
        /** Once it is in custody. */
        CUSTODY,
        /** Once the destination has answered, and as that has answered. */
        DELIVERY
    }

    public CustodyOptions {
        requireNonNull(senderHeader, "senderHeader");
        requireNonNull(ack, "ack");
        requireNonNull(ackTimeout, "ackTimeout");
    }
}
