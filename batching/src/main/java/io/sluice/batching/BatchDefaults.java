package io.sluice.batching;

import java.time.Duration;

/** The values that {@link BatchSettings} take where nobody set them, and why. */
public final class BatchDefaults {

    /**
     * Items an inbox holds at most. At 20,000 spans a second this is three seconds of a collector that does not answer;
     * at 5,000 it is thirteen.
     */
    public static final int MAX_QUEUE_ITEMS = 65_536;

    /** What upstream's processors hold by default; a smaller inbox would lose where upstream does not. */
    public static final int MIN_QUEUE_ITEMS = 2_048;

    /** The specification's {@code OTEL_BSP_MAX_EXPORT_BATCH_SIZE}. */
    public static final int BATCH_ITEMS = 512;

    /**
     * What one batch takes from a backlog. A slow collector then costs bytes, not round trips: with eight exports in
     * flight and 200 ms an answer, 512 items a batch would end at 20,480 items a second, this ends at 327,680.
     */
    public static final int MAX_BATCH_ITEMS = 8_192;

    /**
     * Slightly below the 4 MiB that grpc servers, and with them the Collector's receiver, take by default; the margin
     * is for what groups items in a request (resource, scope) and is not part of any item.
     */
    public static final int MAX_BATCH_BYTES = 4 * 1024 * 1024 - 64 * 1024;

    /** The specification's {@code OTEL_BSP_SCHEDULE_DELAY}. */
    public static final Duration SPAN_AGE = Duration.ofSeconds(5);

    /** The specification's {@code OTEL_BLRP_SCHEDULE_DELAY}. */
    public static final Duration LOG_AGE = Duration.ofSeconds(1);

    /** Metrics come as one burst per collection, a minute apart; waiting longer than this would gather nothing more. */
    public static final Duration METRIC_AGE = Duration.ofSeconds(1);

    /**
     * Under load a request costs about as much as two hundred items. Ten requests a second make that cost small, and a
     * tenth of a second is little beside the seconds that a quiet service's items wait.
     */
    public static final Duration MIN_BATCH_INTERVAL = Duration.ofMillis(100);

    /** What upstream's shutdown hook waits for its SDK to close. */
    public static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(10);

    /** Twice what a batch needs to leave by way of a collector that answers in 50 ms; a request is hardly delayed by it. */
    public static final Duration BLOCK_LIMIT = Duration.ofMillis(100);

    /** The share of the heap that a full inbox may hold. */
    private static final int HEAP_PERCENT = 5;

    /** What a finished span with about ten attributes keeps alive; generous, so that the share is not exceeded. */
    private static final int BYTES_PER_ITEM = 1_024;

    private BatchDefaults() {}

    /**
     * The inbox of a process whose heap may grow to {@code maxHeapBytes}: {@link #MAX_QUEUE_ITEMS}, or what 5 % of the
     * heap holds if that is less, but never below {@link #MIN_QUEUE_ITEMS}.
     */
    public static int maxQueueItems(long maxHeapBytes) {
        long affordable = maxHeapBytes / 100 * HEAP_PERCENT / BYTES_PER_ITEM;
        return (int) Math.max(MIN_QUEUE_ITEMS, Math.min(MAX_QUEUE_ITEMS, affordable));
    }

    /** All defaults, with the inbox sized for this process. */
    public static BatchSettings settings(Duration maxBatchAge) {
        return new BatchSettings(
                maxQueueItems(Runtime.getRuntime().maxMemory()),
                BATCH_ITEMS,
                MAX_BATCH_ITEMS,
                MAX_BATCH_BYTES,
                maxBatchAge,
                MIN_BATCH_INTERVAL,
                Overflow.DROP_NEWEST,
                DRAIN_TIMEOUT);
    }
}
