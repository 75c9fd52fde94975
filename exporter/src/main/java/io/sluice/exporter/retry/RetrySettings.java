package io.sluice.exporter.retry;

import static io.sluice.batching.Allowed.require;
import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * The budget of one batch for being tried again.
 *
 * @param initialBackoff the first wait, before jitter; more than zero
 * @param maxBackoff the longest wait, before jitter; at least {@code initialBackoff}
 * @param multiplier what a wait is multiplied by after each attempt; at least 1
 * @param maxElapsed a batch older than this, counted from its first attempt, is given up; zero means never try again
 * @param maxAttempts attempts to send one request, the first included; at least 1
 * @param maxQueuedBytes encoded bytes that may wait in backoff, over all batches of a signal; at least 0
 * @param inDrain whether a batch whose attempt failed while a drain is under way is tried again until the drain's
 *     deadline; if not, a drain ends once everything held has failed an attempt
 */
public record RetrySettings(
        Duration initialBackoff,
        Duration maxBackoff,
        double multiplier,
        Duration maxElapsed,
        int maxAttempts,
        long maxQueuedBytes,
        boolean inDrain) {

    public RetrySettings {
        requireNonNull(initialBackoff, "initialBackoff");
        requireNonNull(maxBackoff, "maxBackoff");
        requireNonNull(maxElapsed, "maxElapsed");
        require(
                !initialBackoff.isNegative() && !initialBackoff.isZero(),
                "initialBackoff",
                initialBackoff,
                "more than zero");
        require(maxBackoff.compareTo(initialBackoff) >= 0, "maxBackoff", maxBackoff, "at least initialBackoff");
        require(multiplier >= 1, "multiplier", multiplier, "at least 1");
        require(!maxElapsed.isNegative(), "maxElapsed", maxElapsed, "zero or more");
        require(maxAttempts >= 1, "maxAttempts", maxAttempts, "at least 1");
        require(maxQueuedBytes >= 0, "maxQueuedBytes", maxQueuedBytes, "zero or more");
    }

    /** Tries again in a drain, too. */
    public RetrySettings(
            Duration initialBackoff,
            Duration maxBackoff,
            double multiplier,
            Duration maxElapsed,
            int maxAttempts,
            long maxQueuedBytes) {
        this(initialBackoff, maxBackoff, multiplier, maxElapsed, maxAttempts, maxQueuedBytes, true);
    }

    /** With {@link RetryDefaults#MAX_ATTEMPTS}. */
    public RetrySettings(
            Duration initialBackoff, Duration maxBackoff, double multiplier, Duration maxElapsed, long maxQueuedBytes) {
        this(initialBackoff, maxBackoff, multiplier, maxElapsed, RetryDefaults.MAX_ATTEMPTS, maxQueuedBytes);
    }
}
