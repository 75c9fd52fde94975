package io.sluice.agent.sidecar;

import io.sluice.exporter.transport.ServerEvent;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

/**
 * Requests that were turned away before it was known how many items they hold, so that no account has them; and what the
 * server did to connections. Any thread.
 */
public final class ReceiverCounts {

    private final LongAdder custody = new LongAdder();
    private final LongAdder draining = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final LongAdder unauthenticated = new LongAdder();
    private final LongAdder throttled = new LongAdder();

    /** Written once, when the server listens. */
    private volatile ToLongFunction<ServerEvent> server = event -> 0;

    ReceiverCounts() {}

    /** From here on the server's own counts are shown. */
    void watch(ToLongFunction<ServerEvent> counted) {
        server = counted;
    }

    /** How often the server did that. */
    public long events(ServerEvent event) {
        return server.applyAsLong(event);
    }

    void refusedForCustody() {
        custody.increment();
    }

    void refusedForDrain() {
        draining.increment();
    }

    void malformed() {
        malformed.increment();
    }

    /** Answered 429 for want of room before their body was read. */
    public long custodyRefusals() {
        return custody.sum();
    }

    /** Answered 503 because the sidecar was shutting down. */
    public long drainRefusals() {
        return draining.sum();
    }

    void unauthenticated() {
        unauthenticated.increment();
    }

    void throttled() {
        throttled.increment();
    }

    /** Answered 401 because they showed no token that is valid. */
    public long unauthenticatedRequests() {
        return unauthenticated.sum();
    }

    /** Answered 429 because more bytes a second came than are let in. */
    public long throttledRequests() {
        return throttled.sum();
    }

    /** Answered with another 4xx. */
    public long malformedRequests() {
        return malformed.sum();
    }

    @Override
    public String toString() {
        return custodyRefusals() + " requests refused for want of room, " + drainRefusals() + " while shutting down, "
                + malformedRequests() + " malformed";
    }
}
