package io.sluice.runtime.sync;

import org.jspecify.annotations.Nullable;

/**
 * The memory of a channel from many producers to one consumer: slots, numbered without end, each filled once and emptied
 * once. A producer's place is the number that it draws, so the order of items is the order of these numbers.
 *
 * @param <T> the items
 */
abstract class ItemSequence<T> {

    /** Puts {@code item} into the next slot, whose number is returned. Volatile: what it reads next comes later. */
    abstract long push(T item);

    /** The slot that {@link #remove} empties next. Consumer only. */
    abstract long head();

    /** The slot that the next {@link #push} fills. */
    abstract long tail();

    /** Whether the slot is filled; volatile. Consumer only, from {@link #head()} on. */
    abstract boolean isFilled(long index);

    /** The oldest item; null if its slot is not filled yet, though later ones may be. Consumer only. */
    @Nullable
    abstract T peek();

    /** Removes the item that {@link #peek} returned. Consumer only. */
    abstract void remove();

    /** Removes the oldest item; null if its slot is not filled yet. Consumer only. */
    @Nullable
    final T take() {
        T item = peek();
        if (item != null) {
            remove();
        }
        return item;
    }
}
