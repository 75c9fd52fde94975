package io.sluice.exporter;

import io.sluice.batching.ItemMeasure;
import java.util.List;

/**
 * Turns items into OTLP requests of one signal.
 *
 * <p>{@link #count} is called by producers, on any thread. The rest is used by one batch loop at a time;
 * implementations may keep scratch memory for it and need not be thread-safe there.
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
     * Encodes the whole batch, sized first, into one request. The caller closes the payload. The list is valid only
     * during the call. An encoder that throws loses the batch, which is counted, and nothing else.
     */
    Payload encode(List<? extends T> batch);
}
