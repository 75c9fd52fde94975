package io.sluice.batching;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.ClosedException;
import io.sluice.runtime.sync.Mpsc;

/**
 * The producers' end of a batch loop. Any thread.
 *
 * <p>An item that was accepted is in the custody of the loop and will be settled; one that was refused is counted and
 * stays the caller's. With the {@link Overflow#DROP_NEWEST} policy an item that meets a full inbox is refused.
 *
 * @param <T> what waits in the channel
 */
public final class Inlet<T> {

    private final Mpsc.Sender<T> sender;
    private final ItemMeasure<? super T> measure;
    private final Account account;
    private final Requests requests;

    /** Set once, by any thread; read before each offer. */
    private volatile boolean closed;

    Inlet(Mpsc.Sender<T> sender, ItemMeasure<? super T> measure, Account account, Requests requests) {
        this.sender = sender;
        this.measure = measure;
        this.account = account;
        this.requests = requests;
    }

    /** Puts {@code item} into the inbox if there is room; never waits. */
    public Offer offer(T item) {
        long items = measure.count(item);
        if (closed) {
            return refuse(RefuseReason.CLOSED, items);
        }
        account.accepted(items);
        return switch (sender.trySend(item)) {
            case SENT -> Offer.ACCEPTED;
            case FULL -> turnAway(RefuseReason.QUEUE_FULL, items);
            case CLOSED -> turnAway(RefuseReason.CLOSED, items);
        };
    }

    private Offer turnAway(RefuseReason reason, long items) {
        account.takeBack(items);
        return refuse(reason, items);
    }

    /**
     * Puts {@code item} into the inbox and waits for room if there is none. The future is ready when the item is
     * accepted, or when the inlet is closed. An item counts as offered from the first poll on; cancelling the wait
     * counts it as refused for a full inbox. Waiting producers are served in the order in which they came.
     */
    public Future<Offer> send(T item) {
        return new Send(item);
    }

    private final class Send implements Future<Offer> {

        private final long items;
        private final Future<Void> sent;
        private boolean waiting;

        Send(T item) {
            this.items = measure.count(item);
            this.sent = sender.sendAsync(item);
        }

        @Override
        public Poll<Offer> poll(Context cx) throws Exception {
            if (closed) {
                sent.cancel();
                return refused();
            }
            waiting = true;
            account.accepted(items);
            boolean accepted = false;
            try {
                accepted = sent.poll(cx).isReady();
            } catch (ClosedException e) {
                return refused();
            } finally {
                if (!accepted) {
                    account.takeBack(items);
                }
            }
            waiting = !accepted;
            return accepted ? Poll.ready(Offer.ACCEPTED) : Poll.pending();
        }

        private Poll<Offer> refused() {
            waiting = false;
            return Poll.ready(refuse(RefuseReason.CLOSED, items));
        }

        @Override
        public void cancel() {
            sent.cancel();
            if (waiting) {
                waiting = false;
                refuse(RefuseReason.QUEUE_FULL, items);
            }
        }
    }

    private Offer refuse(RefuseReason reason, long items) {
        account.refused(reason, items);
        return reason == RefuseReason.CLOSED ? Offer.REFUSED_CLOSED : Offer.REFUSED_FULL;
    }

    /** Accepts no more. What was accepted is still delivered. Idempotent. */
    public void close() {
        closed = true;
        requests.close();
    }

    /** Producers that wait for room now, for leak checks and metrics. */
    public int waiting() {
        return sender.waiters();
    }

    public boolean isClosed() {
        return closed;
    }
}
