package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.time.Clock;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * How many spans are open and whether anything happens: what a shutdown needs to know before it accepts no more.
 *
 * <p>Shutdown hooks run side by side, so that while the SDK's hook runs other hooks still end spans, those of requests
 * that a server finishes for example.
 */
final class SpanActivity {

    /** Short against a hook's work, long against a timer's jitter. */
    private static final long LOOK_EVERY_NANOS = 10_000_000;

    private final Clock clock;
    private final LongConsumer park;
    private final LongAdder started = new LongAdder();
    private final LongAdder ended = new LongAdder();

    SpanActivity(Clock clock) {
        this(clock, LockSupport::parkNanos);
    }

    /** @param park waits for about that many nanoseconds */
    SpanActivity(Clock clock, LongConsumer park) {
        this.clock = requireNonNull(clock, "clock");
        this.park = requireNonNull(park, "park");
    }

    /** Any thread. */
    void spanStarted() {
        started.increment();
    }

    /** Any thread. */
    void spanEnded() {
        ended.increment();
    }

    /** Spans started and not ended. Ended ones are read first, so that none is missed. */
    long open() {
        long endedNow = ended.sum();
        return Math.max(0, started.sum() - endedNow);
    }

    /**
     * Waits until no span is open and none was started or ended for {@code quietNanos}, counted from the call at the
     * earliest. Ends early at {@code deadlineNanos} of the clock and when the thread is interrupted, whose flag stays
     * set.
     *
     * @return whether it is quiet
     */
    boolean awaitQuiet(long quietNanos, long deadlineNanos) {
        long sinceNanos = clock.nanoTime();
        long seen = moves();
        while (true) {
            long nowNanos = clock.nanoTime();
            long moves = moves();
            if (moves != seen || open() > 0) {
                seen = moves;
                sinceNanos = nowNanos;
            } else if (nowNanos - sinceNanos >= quietNanos) {
                return true;
            }
            if (nowNanos - deadlineNanos >= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            park.accept(Math.min(LOOK_EVERY_NANOS, deadlineNanos - nowNanos));
        }
    }

    private long moves() {
        return started.sum() + ended.sum();
    }
}
