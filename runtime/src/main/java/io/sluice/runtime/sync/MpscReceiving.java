package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import io.sluice.runtime.Poll;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which the one consumer of a {@link Mpsc} channel takes items; {@link Mpsc.Receiver} says what each does.
 * Each looks, leaves its waker, and looks again before it waits. One task or thread at a time.
 */
final class MpscReceiving<T> {

    private final MpscChannel<T> channel;

    MpscReceiving(MpscChannel<T> channel) {
        this.channel = channel;
    }

    Poll<T> poll(Context cx) {
        if (!cx.proceed()) {
            return Poll.pending();
        }
        T item = channel.take();
        if (item == null && !channel.hasEnded()) {
            channel.awaitNext(cx.waker());
            item = channel.take();
            if (item == null && !channel.hasEnded()) {
                return Poll.pending();
            }
            channel.stopWaiting();
        }
        cx.madeProgress();
        if (item == null) {
            return Poll.ready();
        }
        channel.permits().give(1);
        return Poll.ready(item);
    }

    int pollMany(Context cx, Collection<? super T> out, int max) {
        if (!cx.proceed()) {
            return 0;
        }
        int count = channel.takeMany(out, max);
        if (count == 0 && !channel.hasEnded()) {
            channel.awaitNext(cx.waker());
            count = channel.takeMany(out, max);
            if (count == 0 && !channel.hasEnded()) {
                return 0;
            }
            channel.stopWaiting();
        }
        cx.madeProgress();
        return count == 0 ? -1 : count;
    }

    @Nullable
    T tryNow() {
        T item = channel.takeSurely();
        if (item != null) {
            channel.permits().give(1);
        }
        return item;
    }

    Poll<T> block(Duration limit) throws InterruptedException {
        BlockingTurns turns = new BlockingTurns("blockingRecv", limit);
        Poll<T> polled = poll(turns.context());
        while (polled.isPending() && turns.awaitWake()) {
            polled = poll(turns.context());
        }
        return polled;
    }

    int blockMany(Collection<? super T> out, int max, Duration limit) throws InterruptedException {
        BlockingTurns turns = new BlockingTurns("blockingRecvMany", limit);
        int count = pollMany(turns.context(), out, max);
        while (count == 0 && turns.awaitWake()) {
            count = pollMany(turns.context(), out, max);
        }
        return count;
    }

    int closeAndDiscard() {
        channel.close();
        int count = 0;
        while (tryNow() != null) {
            count++;
        }
        return count;
    }
}
