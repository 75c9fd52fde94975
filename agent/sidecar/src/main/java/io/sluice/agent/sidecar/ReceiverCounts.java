package io.sluice.agent.sidecar;

import java.util.concurrent.atomic.LongAdder;

/** Requests that were turned away before they were items, so that no account holds them. Any thread. */
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

    /** Answered 429 because custody was full. */
    public long custodyRefusals() {
        return custody.sum();
    }

    /** Answered 4xx because they were no OTLP requests. */
    public long malformedRequests() {
        return malformed.sum();
    }

    @Override
    public String toString() {
        return custodyRefusals() + " requests refused for want of room, " + malformedRequests() + " malformed";
    }
}
