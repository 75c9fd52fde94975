package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Mpsc.SendResult;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A bounded channel from many producers to many consumers, in order: work for several tasks that are alike.
 *
 * <p>Each item goes to exactly one receiver. Items leave in the order in which they came. Receivers that wait are served
 * first come, first served, and so are producers that wait for room; who comes later cannot take in passing what is
 * there for them. With one consumer {@link Mpsc} is faster and can more.
 *
 * <p>The channel closes when the last sender or the last receiver is closed. After the last sender, receivers get what
 * is there and what was let in before, and then the end. With the last receiver everything that waits is thrown away.
 *
 * <p>Tokio has no such channel; the rules are those of {@code tokio::sync::mpsc} for more receivers.
 */
public final class Mpmc {

    private Mpmc() {}

    /**
     * Both ends of a new channel.
     *
     * @param sender the first sender; more by {@link Sender#dup()}
     * @param receiver the first receiver; more by {@link Receiver#dup()}
     */
    public record Channel<T>(Sender<T> sender, Receiver<T> receiver) {}

    /**
     * A channel that holds {@code capacity} items. Its memory grows with what waits.
     *
     * @throws IllegalArgumentException if {@code capacity} is not positive
     */
    public static <T> Channel<T> bounded(int capacity) {
        if (capacity <= 0) {
            throw new IllegalArgumentException("capacity must be positive, but is " + capacity);
        }
        MpmcChannel<T> channel = new MpmcChannel<>(capacity);
        return new Channel<>(new Sender<>(channel), new Receiver<>(channel));
    }

    /** A producers' end. Any thread; a separate one by {@link #dup} is needed only where it is closed separately. */
    public static final class Sender<T> implements AutoCloseable {

        private final MpmcChannel<T> channel;

        /** Any thread: set once. */
        private final AtomicBoolean closed = new AtomicBoolean();

        private Sender(MpmcChannel<T> channel) {
            this.channel = channel;
        }

        /** Sends if there is room. Never waits. */
        public SendResult trySend(T item) {
            requireNonNull(item, "item");
            return closed.get() ? SendResult.CLOSED : channel.trySend(item);
        }

        /**
         * Sends once there is room; {@link ClosedException} if the channel closes first. A cancel means that the item
         * was not sent and gives up the place in the queue.
         */
        public Future<Void> sendAsync(T item) {
            return new SendFuture<>(channel, closed, requireNonNull(item, "item"));
        }

        /**
         * Room for {@code count} items, once there is so much at the same time; {@link ClosedException} if the channel
         * closes first. Collects what is free and holds up those behind it. Cancel-safe.
         *
         * @throws IllegalArgumentException if {@code count} is negative or more than the capacity
         */
        public Future<Slots<T>> reserveMany(int count) {
            if (count < 0 || count > capacity()) {
                throw new IllegalArgumentException("count must be within 0.." + capacity() + ", but is " + count);
            }
            SlotWait<T> wait = new SlotWait<>(channel, count);
            return new ReserveFuture<>(wait, closed, () -> new Slots<>(channel, count));
        }

        /**
         * Sends and waits for room on a thread that may wait.
         *
         * @return FULL if there was no room within {@code limit}
         * @throws IllegalStateException on a worker, which must not wait: poll {@link #sendAsync} instead
         * @throws InterruptedException if the thread is interrupted while it waits; the item was not sent
         */
        public SendResult blockingSend(T item, Duration limit) throws InterruptedException {
            BlockingWait.refuseOnWorker("blockingSend");
            SendResult first = trySend(item);
            return first == SendResult.FULL ? BlockingSend.send(channel, item, limit) : first;
        }

        /**
         * Another sender of the same channel.
         *
         * @throws IllegalStateException if this one is closed
         */
        public Sender<T> dup() {
            if (closed.get()) {
                throw new IllegalStateException("the sender is closed");
            }
            channel.addSender();
            return new Sender<>(channel);
        }

        /** A reference to the channel that does not keep it open. */
        public WeakSender<Sender<T>> downgrade() {
            return new WeakSender<>(channel, () -> new Sender<>(channel));
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

        /** Items for which there is room now, as a hint. */
        public int room() {
            return (int) channel.permits().free();
        }

        public int capacity() {
            return channel.capacity();
        }

        /** Producers that wait now, for leak checks. */
        public int waiters() {
            return channel.permits().waiters();
        }
    }

    /**
     * A consumers' end. Any number of tasks and threads may share one; a separate one by {@link #dup} is needed only
     * where it is closed separately.
     */
    public static final class Receiver<T> implements AutoCloseable {

        private final MpmcChannel<T> channel;

        /** Any thread: set once. */
        private final AtomicBoolean closed = new AtomicBoolean();

        private Receiver(MpmcChannel<T> channel) {
            this.channel = channel;
        }

        /**
         * The oldest item; Ready with null at the end. Cancel-safe: an item that was there for a receive that is
         * cancelled goes to the next. A receive of a closed receiver is at its end once it is polled.
         */
        public Future<T> recv() {
            return new Recv<>(this);
        }

        /** The oldest item, or null if none is there now, or only for those who wait already. */
        public @Nullable T tryRecv() {
            return closed.get() ? null : channel.tryTake();
        }

        /**
         * {@link #recv} on a thread that may wait, for at most {@code limit}.
         *
         * @return Pending if no item came in time; Ready with null at the end
         * @throws IllegalStateException on a worker, which must not wait: poll {@link #recv} instead
         * @throws InterruptedException if the thread is interrupted while it waits; no item is lost
         */
        public Poll<T> blockingRecv(Duration limit) throws InterruptedException {
            BlockingTurns turns = new BlockingTurns("blockingRecv", limit);
            Recv<T> recv = new Recv<>(this);
            try {
                Poll<T> polled = recv.poll(turns.context());
                while (polled.isPending() && turns.awaitWake()) {
                    polled = recv.poll(turns.context());
                }
                return polled;
            } finally {
                recv.cancel();
            }
        }

        /**
         * Another receiver of the same channel.
         *
         * @throws IllegalStateException if this one is closed
         */
        public Receiver<T> dup() {
            if (closed.get()) {
                throw new IllegalStateException("the receiver is closed");
            }
            channel.addReceiver();
            return new Receiver<>(channel);
        }

        /**
         * Gives this receiver up; the last one closes the channel and throws away what waits. The receives that still
         * wait are their owners' to cancel. Idempotent.
         */
        @Override
        public void close() {
            if (!closed.getAndSet(true)) {
                channel.removeReceiver();
            }
        }

        /** Items that wait now, as a hint. */
        public int len() {
            return channel.size();
        }

        /** Whether nothing is accepted any more. Items may still be there, or come by slots reserved before. */
        public boolean isClosed() {
            return closed.get() || channel.isClosed();
        }

        /** Whether the channel is closed and everything that was accepted has been received. Stays true. */
        public boolean hasEnded() {
            return channel.hasEnded();
        }

        /** Receives that wait now, for leak checks. */
        public int waiters() {
            return channel.waiters();
        }
    }

    private static final class Recv<T> implements Future<T> {

        private final Receiver<T> receiver;
        private final MpmcChannel.Waiter waiter = new MpmcChannel.Waiter();

        Recv(Receiver<T> receiver) {
            this.receiver = receiver;
        }

        @Override
        public Poll<T> poll(Context cx) {
            if (!cx.proceed()) {
                return Poll.pending();
            }
            if (receiver.closed.get()) {
                cancel();
                return Poll.ready();
            }
            Poll<T> polled = receiver.channel.poll(waiter, cx.waker());
            if (polled.isReady()) {
                cx.madeProgress();
            }
            return polled;
        }

        @Override
        public void cancel() {
            receiver.channel.cancel(waiter);
        }
    }
}
