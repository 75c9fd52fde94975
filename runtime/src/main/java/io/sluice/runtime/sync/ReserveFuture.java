package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Waits for room in a bounded channel and makes of it what the caller gets. A cancel gives the room back.
 *
 * @param <S> {@link Mpsc.Slot} or {@link Slots}
 */
final class ReserveFuture<S> implements Future<S> {

    private final SlotWait<?> wait;
    private final AtomicBoolean senderClosed;
    private final Supplier<S> room;

    ReserveFuture(SlotWait<?> wait, AtomicBoolean senderClosed, Supplier<S> room) {
        this.wait = wait;
        this.senderClosed = senderClosed;
        this.room = room;
    }

    @Override
    public Poll<S> poll(Context cx) throws ClosedException {
        if (senderClosed.get()) {
            throw new ClosedException("sender");
        }
        if (!wait.poll(cx)) {
            return Poll.pending();
        }
        wait.use();
        return Poll.ready(room.get());
    }

    @Override
    public void cancel() {
        wait.cancel();
    }
}
