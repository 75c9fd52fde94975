package io.sluice.batching;

import org.jspecify.annotations.Nullable;

/**
 * Where items stand between the channel and a batch: it decides who is next. One batch loop's task at a time.
 *
 * @param <T> what waits in the channel
 */
public interface Lineup<T> {

    /** Takes in {@code item}, which came after all that were added before. */
    void add(T item);

    /** Who is next; the same until it is {@link #remove}d or another item is added. Null if nobody stands here. */
    @Nullable
    T peek();

    /** Lets the one that {@link #peek} gave go. */
    void remove();

    /** Items that stand here. */
    int size();

    /**
     * How many items it wants to see before a batch is begun, so that it has a choice; they wait outside of the channel's
     * bound. 0 for an order that needs none.
     */
    int lookAhead();
}
