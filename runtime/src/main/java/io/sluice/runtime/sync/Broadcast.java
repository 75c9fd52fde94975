package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A channel from many senders to many receivers in which every receiver gets every value.
 *
 * <p>All receivers see the values in one order. Sending never waits: the channel keeps the latest values only, and a
 * receiver that is slower than that is told once, by a {@link LaggedException} with the number it missed, and goes on
 * with the oldest that is kept. A receiver gets what is sent after it was made. When the last sender is closed a
 * receiver gets what it has not received yet, and then {@link ClosedException}.
 *
 * <p>A value is let go of when the last receiver that it was sent to has received it, or is closed. Receivers get the
 * same object, not copies. Follows {@code tokio::sync::broadcast}; but receiving takes no lock while a value is there.
 */
public final class Broadcast {

    private static final int MAX_CAPACITY = 1 << 30;

    private Broadcast() {}

    /**
     * Both ends of a new channel.
     *
     * @param sender the first sender; more by {@link Sender#dup()}
     * @param receiver the first receiver; more by {@link Sender#subscribe()}
     */
    public record Channel<T>(Sender<T> sender, Receiver<T> receiver) {}

    /**
     * A channel that keeps the latest {@code capacity} values, rounded up to a power of two. Its memory is taken at
     * once.
     *
     * @throws IllegalArgumentException if {@code capacity} is not within 1..2^30
     */
    public static <T> Channel<T> channel(int capacity) {
        if (capacity <= 0 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity must be within 1.." + MAX_CAPACITY + ", but is " + capacity);
        }
        int roundedUp = Integer.highestOneBit(2 * capacity - 1);
        BroadcastRing<T> ring = new BroadcastRing<>(roundedUp);
        return new Channel<>(new Sender<>(ring), new Receiver<>(ring, 0));
    }

    /** A senders' end. Any thread; a separate one by {@link #dup} is needed only where it is closed separately. */
    public static final class Sender<T> implements AutoCloseable {

        private final BroadcastRing<T> ring;

        private final BroadcastRing.Membership membership = new BroadcastRing.Membership();

        private Sender(BroadcastRing<T> ring) {
            this.ring = ring;
        }

        /**
         * Sends to all who receive now. Never waits and is never full: the oldest value gives way.
         *
         * @return how many receivers will see it; 0 if nobody listens, or this sender is closed, and the value stays
         *     the caller's
         */
        public int send(T value) {
            return ring.send(requireNonNull(value, "value"), membership);
        }

        /** A receiver of what is sent from now on, also if there was none before. */
        public Receiver<T> subscribe() {
            return new Receiver<>(ring, ring.addReceiver());
        }

        /**
         * Another sender of the same channel.
         *
         * @throws IllegalStateException if this one is closed
         */
        public Sender<T> dup() {
            if (!ring.addSender(membership)) {
                throw new IllegalStateException("the sender is closed");
            }
            return new Sender<>(ring);
        }

        /** Gives this sender up; the last one closes the channel. Idempotent. */
        @Override
        public void close() {
            ring.removeSender(membership);
        }

        /** Ready when nobody listens; somebody may {@link #subscribe} again afterwards. */
        public Future<Void> closed() {
            return new ConditionFuture(ring.lastReceiverLeft(), () -> ring.receivers() == 0);
        }

        /** Receivers that are open now. */
        public int receivers() {
            return ring.receivers();
        }

        /** Values that are kept because some receiver has not received them. */
        public int len() {
            return ring.unread();
        }

        /** How many values are kept at most. */
        public int capacity() {
            return ring.capacity();
        }

        /** Receivers that wait now, for leak checks. */
        public int waiters() {
            return ring.waiters();
        }
    }

    /**
     * A receiver's end with its own place in the sequence of values. One task or thread at a time, for all methods; one
     * receive at a time.
     */
    public static final class Receiver<T> implements AutoCloseable {

        private final BroadcastRing<T> ring;
        private final BroadcastRing.Waiter waiter = new BroadcastRing.Waiter();

        /** The position of the next value. */
        private long next;

        private boolean closed;

        private Receiver(BroadcastRing<T> ring, long next) {
            this.ring = ring;
            this.next = next;
        }

        /**
         * The next value.
         *
         * @throws LaggedException if values were missed; the next poll goes on with the oldest that is kept
         * @throws ClosedException if all senders are closed and everything was received
         */
        public Poll<T> pollRecv(Context cx) throws LaggedException, ClosedException {
            if (!cx.proceed()) {
                return Poll.pending();
            }
            T value = take();
            if (value == null) {
                BroadcastRing.Found found = ring.look(next, waiter, cx.waker());
                if (found == BroadcastRing.Found.NOTHING_YET) {
                    return Poll.pending();
                }
                cx.madeProgress();
                return Poll.ready(takeAfter(found));
            }
            cx.madeProgress();
            return Poll.ready(value);
        }

        /**
         * {@link #pollRecv} as a future of one value, failing with {@link LaggedException} or {@link ClosedException}.
         * Cancel-safe.
         */
        public Future<T> recv() {
            return new Recv<>(this);
        }

        /**
         * The next value, or null if it is not sent yet.
         *
         * @throws LaggedException if values were missed; the next call goes on with the oldest that is kept
         * @throws ClosedException if all senders are closed and everything was received
         */
        public @Nullable T tryRecv() throws LaggedException, ClosedException {
            T value = take();
            return value == null ? takeAfter(ring.look(next, waiter, null)) : value;
        }

        /**
         * {@link #pollRecv} on a thread that may wait, for at most {@code limit}.
         *
         * @return Pending if no value came in time
         * @throws IllegalStateException on a worker, which must not wait: poll {@link #recv} instead
         * @throws InterruptedException if the thread is interrupted while it waits; no value is lost
         */
        public Poll<T> blockingRecv(Duration limit) throws InterruptedException, LaggedException, ClosedException {
            BlockingTurns turns = new BlockingTurns("blockingRecv", limit);
            try {
                Poll<T> polled = pollRecv(turns.context());
                while (polled.isPending() && turns.awaitWake()) {
                    polled = pollRecv(turns.context());
                }
                return polled;
            } finally {
                stopWaiting();
            }
        }

        /** A receiver of what is sent from now on; values that wait for this one are not for it. */
        public Receiver<T> resubscribe() {
            return new Receiver<>(ring, ring.addReceiver());
        }

        /** Values that this receiver has not received, including those that it has missed. */
        public long len() {
            return ring.sentSince(next);
        }

        /** Whether all senders are closed; values may still wait. */
        public boolean isClosed() {
            return ring.isClosed();
        }

        /** Gives this receiver up, with the values that wait for it. Idempotent. */
        @Override
        public void close() {
            if (!closed) {
                closed = true;
                ring.removeReceiver(next, waiter);
            }
        }

        private @Nullable T take() {
            if (closed) {
                throw new IllegalStateException("the receiver is closed");
            }
            T value = ring.readIfThere(next);
            if (value != null) {
                next++;
            }
            return value;
        }

        private @Nullable T takeAfter(BroadcastRing.Found found) throws LaggedException, ClosedException {
            return switch (found) {
                case VALUE -> {
                    T value = take();
                    if (value == null) {
                        throw lag();
                    }
                    yield value;
                }
                case NOTHING_YET -> null;
                case MISSED -> throw lag();
                case CLOSED -> throw new ClosedException("broadcast");
            };
        }

        private LaggedException lag() {
            long oldest = ring.oldest();
            long missed = oldest - next;
            next = oldest;
            return new LaggedException(missed);
        }

        private void stopWaiting() {
            ring.stopWaiting(waiter);
        }
    }

    private static final class Recv<T> implements Future<T> {

        private final Receiver<T> receiver;

        /** Owner only: whether the receiver may wait because of this future. */
        private boolean waits;

        Recv(Receiver<T> receiver) {
            this.receiver = receiver;
        }

        @Override
        public Poll<T> poll(Context cx) throws LaggedException, ClosedException {
            waits = false;
            Poll<T> polled = receiver.pollRecv(cx);
            waits = polled.isPending();
            return polled;
        }

        @Override
        public void cancel() {
            if (waits) {
                waits = false;
                receiver.stopWaiting();
            }
        }
    }
}
