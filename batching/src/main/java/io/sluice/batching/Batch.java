package io.sluice.batching;

import java.util.List;

/**
 * What a batch loop hands to its sink.
 *
 * @param items in the order in which they were accepted; the list is the loop's own and valid only during the call
 * @param bytes the sum of the items' sizes, at most the limit
 * @param settlement to be used up, whatever happens
 * @param <T> what waits in the channel
 */
public record Batch<T>(List<T> items, int bytes, Settlement settlement) {}
