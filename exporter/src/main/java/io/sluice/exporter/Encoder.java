package io.sluice.exporter;

import java.util.List;

/**
 * Turns items into OTLP requests of one signal.
 *
 * <p>Used by one batch loop at a time; implementations may keep scratch memory and need not be thread-safe.
 *
 * @param <T> what waits in the channel: a span, a metric, a log record, or a received request
 */
public interface Encoder<T> {

    Signal signal();

    /** What {@code item} counts for in accounts: 1 for a span, the number of data points of a metric. */
    int count(T item);

    /** Bytes that {@code item} adds to a request at most, grouping aside. Cheap enough to call once an item. */
    int bytes(T item);

    /** Encodes the whole batch, sized first, into one request. The caller closes the payload. */
    Payload encode(List<? extends T> batch);
}
