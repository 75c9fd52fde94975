package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A producers' end of {@link Mpsc#unbounded}. Any number of threads may share one; a separate one by {@link #dup} is
 * needed only where it is closed separately.
 */
public final class UnboundedSender<T> implements AutoCloseable {

    private final MpscChannel<T> channel;

    /** Any thread: set once. */
    private final AtomicBoolean closed = new AtomicBoolean();

    UnboundedSender(MpscChannel<T> channel) {
        this.channel = channel;
    }

    /**
     * Sends. Never waits, takes no lock, wakes only a receiver that waits for this very item.
     *
     * @return false if the channel, or this sender, is closed; the item stays the caller's
     */
    public boolean send(T item) {
        requireNonNull(item, "item");
        if (closed.get()) {
            return false;
        }
        return switch (channel.permits().tryTake(1)) {
            case TAKEN -> {
                channel.push(item);
                yield true;
            }
            case NOT_ENOUGH -> throw new IllegalStateException("more than " + Permits.MAX + " items wait");
            case CLOSED -> false;
        };
    }

    /**
     * Another sender of the same channel.
     *
     * @throws IllegalStateException if this one is closed
     */
    public UnboundedSender<T> dup() {
        if (closed.get()) {
            throw new IllegalStateException("the sender is closed");
        }
        channel.addSender();
        return new UnboundedSender<>(channel);
    }

    /** A reference to the channel that does not keep it open. */
    public WeakSender<UnboundedSender<T>> downgrade() {
        return new WeakSender<>(channel, () -> new UnboundedSender<>(channel));
    }

    /** Gives this sender up; the last one closes the channel. Idempotent. */
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            channel.removeSender();
        }
    }

    /** Whether nothing is accepted any more. */
    public boolean isClosed() {
        return closed.get() || channel.isClosed();
    }

    /** Ready once the channel is closed, so that a producer need not go on. */
    public Future<Void> closed() {
        return channel.closed();
    }
}
