package io.sluice.agent.sidecar;

import java.util.concurrent.atomic.LongAdder;

/**
 * Requests that were turned away before it was known how many items they hold, so that no account has them. Any thread.
 */
public final class ReceiverCounts {

    private final LongAdder custody = new LongAdder();
    private final LongAdder malformed = new LongAdder();

    ReceiverCounts() {}

    void refusedForCustody() {
        custody.increment();
    }

    void malformed() {
        malformed.increment();
    }

    /** Answered 429 for want of room before their body was read. */
    public long custodyRefusals() {
        return custody.sum();
    }

    /** Answered 4xx because they were no OTLP requests. */
    public long malformedRequests() {
        return malformed.sum();
    }

    @Override
    public String toString() {
        return custodyRefusals() + " requests refused unread for want of room, " + malformedRequests() + " malformed";
    }
}
