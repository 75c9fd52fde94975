package io.sluice.exporter.retry;

import java.time.Duration;

/** The values that {@link RetrySettings} take where nobody set them, and why. */
public final class RetryDefaults {

    /** As upstream's exporters; no setting of the specification names it. */
    public static final Duration INITIAL_BACKOFF = Duration.ofSeconds(1);

    /** As upstream's exporters; also the longest that a destination which has come back stays unnoticed. */
    public static final Duration MAX_BACKOFF = Duration.ofSeconds(5);

    /** As upstream's exporters and the Collector. */
    public static final double MULTIPLIER = 1.5;

    /** The Collector's {@code max_elapsed_time}; long enough for a restart or a redeployment of what is behind. */
    public static final Duration MAX_ELAPSED = Duration.ofMinutes(5);

    /**
     * More than fit into {@link #MAX_ELAPSED}, and an hour's worth of the longest backoff: the time is what bounds a
     * batch, and this is for who sets a long time and a short backoff.
     */
    public static final int MAX_ATTEMPTS = 1_000;

    /**
     * Four batches of the largest size, or about a hundred of the usual one. What does not fit keeps its permit while
     * it waits, so a larger figure buys concurrency during an outage, not safety.
     */
    public static final long MAX_QUEUED_BYTES = 16L * 1024 * 1024;

    private RetryDefaults() {}

    /** All defaults. */
    public static RetrySettings settings() {
        return new RetrySettings(INITIAL_BACKOFF, MAX_BACKOFF, MULTIPLIER, MAX_ELAPSED, MAX_ATTEMPTS, MAX_QUEUED_BYTES);
    }
}
