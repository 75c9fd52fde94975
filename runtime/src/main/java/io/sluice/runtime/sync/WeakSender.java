package io.sluice.runtime.sync;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A reference to a {@link Mpsc} or {@link Mpmc} channel for one that wants to send now and then, but not to keep the channel open: it
 * ends when the last sender is closed. Any thread.
 *
 * @param <S> the sender: {@link Mpsc.Sender}, {@link UnboundedSender} or {@link Mpmc.Sender}
 */
public final class WeakSender<S> {

    private final ItemChannel<?> channel;
    private final Supplier<S> newSender;

    /** @param newSender wraps a sender that has been counted */
    WeakSender(ItemChannel<?> channel, Supplier<S> newSender) {
        this.channel = channel;
        this.newSender = newSender;
    }

    /** A new sender, to be closed by the caller; null if the last sender is closed. */
    public @Nullable S upgrade() {
        return channel.addSenderIfAny() ? newSender.get() : null;
    }
}
