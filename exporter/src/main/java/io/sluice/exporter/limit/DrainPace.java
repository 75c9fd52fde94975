package io.sluice.exporter.limit;

import io.sluice.runtime.Future;
import io.sluice.runtime.sync.CancellationToken;

/**
 * The time that a drain leaves for a destination, and what that does to waits: once a drain has begun, no wait reaches
 * beyond the moment when one more attempt can still be made.
 *
 * <pre>
 *   began                                        lastAttempt      deadline
 *     |------------- waits end in here ---------------|---- margin ---|
 *     |  every batch in backoff is tried at once      |  the gate is open: what waits is tried
 * </pre>
 *
 * <p>The batch loop says when a drain begins, or gets an earlier deadline; any thread asks.
 */
public final class DrainPace {

    /** Instead of a wait: there is no time for another attempt. */
    public static final long NO_TIME = -1;

    /** One part in this many of the drain's time is kept for the last attempts. */
    private static final int LAST_SHARE = 4;

    /** What the last attempts get at most. */
    private static final long MAX_LAST_NANOS = 1_000_000_000L;

    /** New batches go to a destination that does not answer this many times in a drain at most, before the last ones. */
    private static final int PROBES = 32;

    private final CancellationToken begun = new CancellationToken();

    /** Replaced by the batch loop's task; any thread reads. */
    private volatile Plan plan = Plan.NONE;

    /**
     * @param lastAttemptNanos when waits end
     * @param pauseNanos the longest pause between new batches
     */
    private record Plan(long lastAttemptNanos, long pauseNanos) {
        private static final Plan NONE = new Plan(0, Long.MAX_VALUE);
    }

    /** The drain has begun, or is to end earlier than was said before. Batch loop's task only. */
    public void begin(long nowNanos, long deadlineNanos) {
        long time = Math.max(0, deadlineNanos - nowNanos);
        plan = new Plan(deadlineNanos - Math.min(MAX_LAST_NANOS, time / LAST_SHARE), time / PROBES);
        begun.cancel();
    }

    /** Whether a drain has begun. */
    public boolean hasBegun() {
        return begun.isCancelled();
    }

    /** Ready once a drain has begun. */
    public Future<Void> begun() {
        return begun.cancelled();
    }

    /** {@code waitNanos}, or less so that an attempt is made before the deadline, or {@link #NO_TIME}. */
    public long waitNanos(long waitNanos, long nowNanos) {
        if (!hasBegun()) {
            return waitNanos;
        }
        long leftNanos = plan.lastAttemptNanos() - nowNanos;
        return leftNanos <= 0 ? NO_TIME : Math.min(waitNanos, leftNanos);
    }

    /** {@code pauseNanos} between new batches, or less while a drain is under way. */
    long pauseNanos(long pauseNanos, long nowNanos) {
        if (!hasBegun()) {
            return pauseNanos;
        }
        Plan now = plan;
        return Math.max(0, Math.min(Math.min(pauseNanos, now.pauseNanos()), now.lastAttemptNanos() - nowNanos));
    }

    /** A pause that the destination asked for: it ends in time for a last attempt, but no earlier. */
    long askedNanos(long pauseNanos, long nowNanos) {
        return hasBegun() ? Math.max(0, Math.min(pauseNanos, plan.lastAttemptNanos() - nowNanos)) : pauseNanos;
    }

    /** Futures that wait for a drain, for leak checks. */
    public int waiters() {
        return begun.waiters();
    }
}
