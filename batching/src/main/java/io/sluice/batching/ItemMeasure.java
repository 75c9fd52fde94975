package io.sluice.batching;

/**
 * What one item weighs in accounts.
 *
 * @param <T> what waits in the channel
 */
public interface ItemMeasure<T> {

    /**
     * What {@code item} counts for in accounts: 1 for a span, the number of data points of a metric. Called on the
     * producer's thread and again by the batch loop; the same answer each time, at least 0, and never throws.
     */
    int count(T item);
}
