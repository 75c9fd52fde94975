package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.util.concurrent.atomic.AtomicBoolean;

/** Sends one item into a bounded channel once there is room. A cancel means that it was not sent. */
final class SendFuture<T> implements Future<Void> {

    private final ItemChannel<T> channel;
    private final AtomicBoolean senderClosed;
    private final SlotWait<T> wait;
    private final T item;

    SendFuture(ItemChannel<T> channel, AtomicBoolean senderClosed, T item) {
        this.channel = channel;
        this.senderClosed = senderClosed;
        this.wait = new SlotWait<>(channel);
        this.item = item;
    }

    @Override
    public Poll<Void> poll(Context cx) throws ClosedException {
        if (senderClosed.get()) {
            throw new ClosedException("sender");
        }
        if (!wait.poll(cx)) {
            return Poll.pending();
        }
        wait.use();
        channel.push(item);
        return Poll.ready();
    }

    @Override
    public void cancel() {
        wait.cancel();
    }
}
