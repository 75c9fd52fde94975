package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Room in a {@link Mpsc} channel for several items, that nobody else can take. Each {@link #send} uses one place;
 * {@link #close} gives the others back.
 */
public final class Slots<T> implements AutoCloseable {

    private final ItemChannel<T> channel;

    /** Any thread, by atomic steps. */
    private final AtomicInteger left;

    Slots(ItemChannel<T> channel, int count) {
        this.channel = channel;
        this.left = new AtomicInteger(count);
    }

    /**
     * Sends; the item arrives even if the channel has been closed meanwhile, unless nobody receives any more.
     *
     * @throws IllegalStateException if no place is left
     */
    public void send(T item) {
        requireNonNull(item, "item");
        if (left.getAndUpdate(count -> Math.max(0, count - 1)) == 0) {
            throw new IllegalStateException("all slots are used");
        }
        channel.push(item);
    }

    /** Places that are neither used nor given back. */
    public int remaining() {
        return left.get();
    }

    /** Gives the unused places back. Idempotent. */
    @Override
    public void close() {
        int unused = left.getAndSet(0);
        if (unused > 0) {
            channel.giveBack(unused);
        }
    }
}
