package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.time.Clock;
import java.util.concurrent.TimeUnit;

/**
 * Bounds how many lines of trouble a JVM prints: a few at once, then one a minute, however long it lasts. Any thread.
 */
final class LineLimit {

    /** More than the troubles that a start or an end can have, each of another kind. */
    static final int AT_ONCE = 20;

    private static final long ONE_EACH_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Clock clock;

    /** Guarded by this: lines that may be printed now. */
    private int allowed = AT_ONCE;

    /** Guarded by this: when the time began that earns the next line. */
    private long sinceNanos;

    /** Guarded by this. */
    private long leftOut;

    LineLimit(Clock clock) {
        this.clock = requireNonNull(clock, "clock");
        this.sinceNanos = clock.nanoTime();
    }

    /** Lines left out before the one that is asked for, which may be printed; or -1: it is left out. */
    synchronized long pass() {
        long nowNanos = clock.nanoTime();
        long earned = Math.min(AT_ONCE, (nowNanos - sinceNanos) / ONE_EACH_NANOS);
        if (allowed + earned >= AT_ONCE) {
            allowed = AT_ONCE;
            sinceNanos = nowNanos;
        } else {
            allowed += (int) earned;
            sinceNanos += earned * ONE_EACH_NANOS;
        }
        if (allowed == 0) {
            leftOut++;
            return -1;
        }
        allowed--;
        long before = leftOut;
        leftOut = 0;
        return before;
    }
}
