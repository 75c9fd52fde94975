package io.sluice.exporter;

import io.sluice.batching.DropReason;
import io.sluice.batching.ItemMeasure;

/**
 * Turns items into OTLP requests of one signal.
 *
 * <p>{@link #count} is called by producers, on any thread. The rest is used by one batch loop at a time;
 * implementations keep the batch in the making and need not be thread-safe there.
 *
 * @param <T> what waits in the channel: a span, a metric, a log record, or a received request
 */
public interface Encoder<T> extends ItemMeasure<T> {

    Signal signal();

    /** What a line for people calls {@code item}, should it alone be lost: its kind and its name, not its content. */
    default String describe(T item) {
        return "a " + item.getClass().getSimpleName();
    }

    /**
     * Encodes {@code item} into the request in the making, unless it adds more than {@code maxBytes} to it, grouping
     * aside. An encoder that throws has left the item out, and nothing else.
     *
     * @return what it adds; if that is more than {@code maxBytes}, nothing has been added
     */
    int add(T item, int maxBytes);

    /**
     * Hears of an item that will never be in a payload and has been counted: it was left out of a batch, or given up
     * while it waited. Must not throw.
     */
    default void givenUp(T item, DropReason reason) {}

    /**
     * The request of all that was added since the last call; the caller closes it. The next {@link #add} begins another
     * one, also if this one throws: then the batch is lost, which is counted.
     */
    Payload finish();
}
