package io.sluice.exporter.retry;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a failed batch waits before it is tried again, and when it is given up. Holds no state of any batch; any
 * thread.
 *
 * <p>The wait grows from attempt to attempt up to a limit. Half of it is fixed and half is random ("equal jitter"), so
 * that senders which failed together do not come back together, and yet none comes back at once. A delay that the
 * server asked for replaces the fixed half if it is longer; the random half comes on top, so the server is never asked
 * earlier than it said.
 *
 * <p>No wait reaches beyond the budget: the last attempt is made when the budget ends, even if the server asked for
 * more. A server that names an absurd delay therefore costs one attempt a batch and not the batch's remaining time.
 *
 * <p>Follows the OTLP specification, sections OTLP/gRPC Throttling and OTLP/HTTP Throttling.
 */
public final class RetryPolicy {

    /** Instead of a wait: the batch is not tried again. */
    public static final long GIVE_UP = -1;

    private final long initialNanos;
    private final long maxNanos;
    private final double multiplier;
    private final long budgetNanos;
    private final int maxAttempts;
    private final Jitter jitter;

    public RetryPolicy(RetrySettings settings, Jitter jitter) {
        this.initialNanos = toNanos(settings.initialBackoff());
        this.maxNanos = toNanos(settings.maxBackoff());
        this.multiplier = settings.multiplier();
        this.budgetNanos = toNanos(settings.maxElapsed());
        this.maxAttempts = settings.maxAttempts();
        this.jitter = requireNonNull(jitter, "jitter");
    }

    /**
     * The wait before the next attempt of one batch, or {@link #GIVE_UP}.
     *
     * @param failures attempts of this request that have failed, at least 1
     * @param elapsedNanos time since its first attempt began
     * @param serverDelay what the server asked for, if it did; negative means nothing
     */
    public long waitNanos(int failures, long elapsedNanos, Optional<Duration> serverDelay) {
        long remainingNanos = budgetNanos - elapsedNanos;
        if (remainingNanos <= 0 || failures >= maxAttempts) {
            return GIVE_UP;
        }
        return Math.min(remainingNanos, unboundedWaitNanos(failures, serverDelay));
    }

    /**
     * How long a destination is left alone by new batches after {@code failures} of them in a row: the same wait, but
     * never longer than the budget or the longest backoff, whichever is more.
     */
    public long pauseNanos(int failures, Optional<Duration> serverDelay) {
        return Math.min(Math.max(budgetNanos, maxNanos), unboundedWaitNanos(failures, serverDelay));
    }

    private long unboundedWaitNanos(int failures, Optional<Duration> serverDelay) {
        long half = backoffNanos(failures) / 2;
        long fixed = Math.max(half, serverDelay.map(RetryPolicy::toNanos).orElse(0L));
        long sum = fixed + (long) (jitter.next() * half);
        return sum < 0 ? Long.MAX_VALUE : Math.max(1, sum);
    }

    private long backoffNanos(int failures) {
        double grown = initialNanos * Math.pow(multiplier, Math.max(0, failures - 1));
        return grown >= maxNanos ? maxNanos : (long) grown;
    }

    /** Saturates, as a server may ask for any number of seconds. */
    private static long toNanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
