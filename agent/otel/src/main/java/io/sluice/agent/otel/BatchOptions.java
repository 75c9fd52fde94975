package io.sluice.agent.otel;

import java.time.Duration;

/**
 * {@link ExportOptions} and how spans and log records wait for their batch. One thread.
 *
 * @param <B> the builder itself
 */
public abstract sealed class BatchOptions<B extends BatchOptions<B>> extends ExportOptions<B>
        permits SluiceExport.Builder, SluiceSpanProcessor.Builder, SluiceLogRecordProcessor.Builder {

    private static final int MOST_QUEUED = 1 << 24;
    private static final int LARGEST_BATCH = 1 << 20;

    BatchOptions() {}

    /**
     * Items of a signal that wait before new ones are refused and counted. Default 65536, or what 5 % of the maximum heap
     * holds.
     *
     * @throws IllegalArgumentException unless it is 1 to 16777216
     */
    public final B maxQueueItems(int items) {
        return setBoth("max.queue.size", number("maxQueueItems", items, MOST_QUEUED));
    }

    /**
     * When a batch leaves: with so many items, or when its first has waited so long. Default 512 items.
     *
     * @throws IllegalArgumentException unless items are 1 to 1048576 and the age is a millisecond at least
     */
    public final B batch(int items, Duration maxAge) {
        setBoth("schedule.delay", millis("maxAge", maxAge));
        return setBoth("max.export.batch.size", number("items", items, LARGEST_BATCH));
    }

    private B setBoth(String name, String value) {
        set("otel.bsp." + name, value);
        return set("otel.blrp." + name, value);
    }
}
