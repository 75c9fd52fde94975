package io.sluice.batching;

import static io.sluice.batching.Allowed.require;
import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * The limits of one batching stage.
 *
 * @param maxQueueItems items the inbox holds before {@code overflow} applies; at least 1
 * @param batchItems a batch is due as soon as this many items wait; 1 to {@code maxBatchItems}
 * @param maxBatchItems the most items that one batch takes from a backlog; at least {@code batchItems}
 * @param maxBatchBytes the most encoded bytes of one batch; an item that alone is larger is dropped by name
 * @param maxBatchAge a batch is due once its first item has waited this long; more than zero
 * @param minBatchInterval batches that are due by their count leave at least this far apart, so that there are fewer and
 *     larger ones under load; not if one is as large as it may be, or the inbox is half full; zero: each leaves at once
 * @param overflow what happens to an item that meets a full inbox
 * @param drainTimeout how long a shutdown may take to deliver what is held; zero or more
 */
public record BatchSettings(
        int maxQueueItems,
        int batchItems,
        int maxBatchItems,
        int maxBatchBytes,
        Duration maxBatchAge,
        Duration minBatchInterval,
        Overflow overflow,
        Duration drainTimeout) {

    public BatchSettings {
        require(maxQueueItems >= 1, "maxQueueItems", maxQueueItems, "at least 1");
        require(batchItems >= 1, "batchItems", batchItems, "at least 1");
        require(
                maxBatchItems >= batchItems,
                "maxBatchItems",
                maxBatchItems,
                "at least batchItems (" + batchItems + ")");
        require(maxBatchBytes >= 1, "maxBatchBytes", maxBatchBytes, "at least 1");
        requireNonNull(maxBatchAge, "maxBatchAge");
        require(!maxBatchAge.isNegative() && !maxBatchAge.isZero(), "maxBatchAge", maxBatchAge, "more than zero");
        requireNonNull(minBatchInterval, "minBatchInterval");
        require(!minBatchInterval.isNegative(), "minBatchInterval", minBatchInterval, "zero or more");
        requireNonNull(overflow, "overflow");
        requireNonNull(drainTimeout, "drainTimeout");
        require(!drainTimeout.isNegative(), "drainTimeout", drainTimeout, "zero or more");
    }

    /** Full batches leave at once. */
    public BatchSettings(
            int maxQueueItems,
            int batchItems,
            int maxBatchItems,
            int maxBatchBytes,
            Duration maxBatchAge,
            Overflow overflow,
            Duration drainTimeout) {
        this(
                maxQueueItems,
                batchItems,
                maxBatchItems,
                maxBatchBytes,
                maxBatchAge,
                Duration.ZERO,
                overflow,
                drainTimeout);
    }

    /** The same with another inbox. */
    public BatchSettings withQueue(int items) {
        return new BatchSettings(
                items, batchItems, maxBatchItems, maxBatchBytes, maxBatchAge, minBatchInterval, overflow, drainTimeout);
    }

    /** The same with batches that are due with {@code items} or after {@code maxAge}, and take up to {@code maxItems}. */
    public BatchSettings withBatch(int items, int maxItems, Duration maxAge) {
        return new BatchSettings(
                maxQueueItems, items, maxItems, maxBatchBytes, maxAge, minBatchInterval, overflow, drainTimeout);
    }

    /** The same with batches this far apart. */
    public BatchSettings withMinBatchInterval(Duration interval) {
        return new BatchSettings(
                maxQueueItems, batchItems, maxBatchItems, maxBatchBytes, maxBatchAge, interval, overflow, drainTimeout);
    }

    /** The same with another policy. */
    public BatchSettings withOverflow(Overflow policy) {
        return new BatchSettings(
                maxQueueItems,
                batchItems,
                maxBatchItems,
                maxBatchBytes,
                maxBatchAge,
                minBatchInterval,
                policy,
                drainTimeout);
    }

    /** The same with another time to drain. */
    public BatchSettings withDrainTimeout(Duration timeout) {
        return new BatchSettings(
                maxQueueItems,
                batchItems,
                maxBatchItems,
                maxBatchBytes,
                maxBatchAge,
                minBatchInterval,
                overflow,
                timeout);
    }
}
