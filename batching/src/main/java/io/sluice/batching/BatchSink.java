package io.sluice.batching;

import io.sluice.runtime.sync.Permit;
import org.jspecify.annotations.Nullable;

/**
 * Where batches go. All methods are called by the batch loop's task, one at a time, and must not wait.
 *
 * @param <T> what waits in the channel
 */
public interface BatchSink<T> {

    /**
     * Adds {@code item} behind those of the batch in the making, unless it adds more than {@code maxBytes} to it.
     *
     * @return the bytes that it adds; if that is more than {@code maxBytes}, nothing has changed
     * @throws RuntimeException if the item cannot be sent at all; nothing has changed then either
     */
    int add(T item, int maxBytes);

    /**
     * Takes over what was added since the last call, as one batch, and the permit for it. From here on the sink settles
     * the batch once and releases the permit once, permit first.
     */
    void accept(Settlement settlement, Permit permit);

    /** Is told of an item that was left out of a batch and has been counted; {@code cause} if adding it threw. */
    void leftOut(T item, DropReason reason, @Nullable Throwable cause);

    /** Is told of an item that was given up while it waited and has been counted; must not throw. */
    default void discarded(T item, DropReason reason) {}

    /**
     * Is told that a drain has begun, or is to end earlier than was said before: what is in hand is to be delivered until
     * {@code deadlineNanos} of the loop's clock, when {@link #abort} follows.
     */
    default void draining(long deadlineNanos) {}

    /**
     * Ends all work in hand: what is not delivered by now is settled as dropped for {@code reason}, soon and without
     * another attempt. May be called more than once; batches that come later end the same way.
     */
    void abort(DropReason reason);
}
