package io.sluice.batching;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.ClosedException;
import io.sluice.runtime.sync.Mpsc;
import io.sluice.runtime.sync.Mpsc.SendResult;
import java.time.Duration;

/**
 * The producers' end of a batch loop. Any thread.
 *
 * <p>An item that was accepted is in the custody of the loop and will be settled; one that was refused is counted and
 * stays the caller's. What an item that meets a full inbox comes to is said by the {@link Overflow} policy; everything
 * else takes the same short way under each of them.
 *
 * @param <T> what waits in the channel
 */
public final class Inlet<T> {

    /**
     * How often a producer makes room for its item and finds it taken by another before it is refused: only if that many
     * others come between each time.
     */
    private static final int MAX_EVICTIONS = 64;

    private final Mpsc.Sender<T> sender;
    private final Outflow<T> outflow;
    private final ItemMeasure<? super T> measure;
    private final Account account;
    private final Requests requests;
    private final Overflow overflow;

    /** Set once, by any thread; read before each offer. */
    private volatile boolean closed;

    Inlet(
            Mpsc.Sender<T> sender,
            Outflow<T> outflow,
            ItemMeasure<? super T> measure,
            Account account,
            Requests requests,
            Overflow overflow) {
        this.sender = requireNonNull(sender, "sender");
        this.outflow = requireNonNull(outflow, "outflow");
        this.measure = requireNonNull(measure, "measure");
        this.account = requireNonNull(account, "account");
        this.requests = requireNonNull(requests, "requests");
        this.overflow = requireNonNull(overflow, "overflow");
    }

    /**
     * Puts {@code item} into the inbox; if it is full, does what the policy says. Waits only with {@link
     * Overflow.Block}, and then only on a thread that belongs to no runtime.
     */
    public Offer offer(T item) {
        return offer(item, true);
    }

    /** {@link #offer}, but never waits: with {@link Overflow.Block} a full inbox refuses at once. */
    public Offer offerNow(T item) {
        return offer(item, false);
    }

    private Offer offer(T item, boolean mayWait) {
        long items = measure.count(item);
        if (closed) {
            return refuse(RefuseReason.CLOSED, items);
        }
        account.accepted(items);
        boolean threw = true;
        try {
            Offer offer = switch (sender.trySend(item)) {
                case SENT -> Offer.ACCEPTED;
                case FULL -> meetFull(item, items, mayWait);
                case CLOSED -> turnAway(RefuseReason.CLOSED, items);
            };
            threw = false;
            return offer;
        } finally {
            if (threw) {
                account.takeBack(items);
            }
        }
    }

    /** Off the short way: the inbox had no room when the item came. */
    private Offer meetFull(T item, long items, boolean mayWait) {
        SendResult result = SendResult.FULL;
        if (overflow instanceof Overflow.DropOldest) {
            result = sendInPlaceOfOldest(item);
        } else if (overflow instanceof Overflow.Block block && mayWait && threadMayWait()) {
            result = sendWithin(item, block.limit());
        }
        return switch (result) {
            case SENT -> Offer.ACCEPTED;
            case FULL -> turnAway(RefuseReason.QUEUE_FULL, items);
            case CLOSED -> turnAway(RefuseReason.CLOSED, items);
        };
    }

    @SuppressWarnings("ThreadPriorityCheck") // yields to a producer that was stopped in the middle of its offer
    private SendResult sendInPlaceOfOldest(T item) {
        SendResult result = SendResult.FULL;
        for (int tries = 0; tries < MAX_EVICTIONS && result == SendResult.FULL; tries++) {
            if (!outflow.evictOldest()) {
                Thread.yield(); // the oldest has been let in and is about to arrive: its thread may need the processor
            }
            result = sender.trySend(item);
        }
        return result;
    }

    private SendResult sendWithin(T item, Duration limit) {
        try {
            return sender.blockingSend(item, limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return SendResult.FULL;
        }
    }

    /** A runtime's threads carry what makes room, or what others wait for; ours are among them. */
    private static boolean threadMayWait() {
        return !AsyncRuntime.isWorkerThread() && Handle.tryCurrent().isEmpty();
    }

    private Offer turnAway(RefuseReason reason, long items) {
        account.takeBack(items);
        return refuse(reason, items);
    }

    /**
     * Puts {@code item} into the inbox and waits for room if there is none, whatever the policy. The future is ready when
     * the item is accepted, or when the inlet is closed. An item counts as offered from the first poll on; cancelling the
     * wait counts it as refused for a full inbox. Waiting producers are served in the order in which they came.
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

    /** Items that wait in the inbox; a hint. */
    public int queuedItems() {
        return outflow.size();
    }

    /** Items that the inbox holds at most. */
    public int capacity() {
        return sender.capacity();
    }

    public boolean isClosed() {
        return closed;
    }
}
