package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A channel from many producers to one consumer, in order; {@link #bounded} or {@link #unbounded}.
 *
 * <p>Every item has a place in one order, the same for all, and those of one producer keep theirs. When a bounded
 * channel is full, {@link Sender#trySend} says so, and producers that wait are served first come, first served. An item
 * that was accepted arrives, whatever is closed meanwhile, as long as the receiver goes on until the end.
 *
 * <p>The channel closes when the receiver or the last sender is closed. Then nothing is accepted any more, but what was
 * accepted and what is sent by a slot that was reserved before still arrives; the receiver's end comes after that.
 *
 * <p>For want of memory a send into a bounded channel throws, and then nothing was sent; the channel goes on.
 *
 * <p>Memory grows with what waits, not with the capacity. Sending takes no lock while there is room; an unbounded
 * channel always has room, so something else has to limit its producers. Follows {@code tokio::sync::mpsc}.
 */
public final class Mpsc {

    private Mpsc() {}

    /**
     * Both ends of a new channel.
     *
     * @param sender the first sender; more by {@link Sender#dup()}
     * @param receiver the only receiver
     */
    public record Channel<T>(Sender<T> sender, Receiver<T> receiver) {}

    /**
     * Both ends of a new channel without a bound.
     *
     * @param sender the first sender; more by {@link UnboundedSender#dup()}
     * @param receiver the only receiver
     */
    public record UnboundedChannel<T>(UnboundedSender<T> sender, Receiver<T> receiver) {}

    /** What became of an item. */
    public enum SendResult {
        SENT,
        /** No room, or none in time; the item stays the caller's. */
        FULL,
        /** The channel, or this sender, is closed; the item stays the caller's. */
        CLOSED
    }

    /**
     * A channel that holds {@code capacity} items.
     *
     * @throws IllegalArgumentException if {@code capacity} is not positive
     */
    public static <T> Channel<T> bounded(int capacity) {
        return bounded(capacity, SegmentRing.segmentShiftFor(capacity));
    }

    /** With segments of a chosen size, so that tests get past their edges. */
    static <T> Channel<T> bounded(int capacity, int segmentShift) {
        if (capacity <= 0) {
            throw new IllegalArgumentException("capacity must be positive, but is " + capacity);
        }
        MpscChannel<T> channel = MpscChannel.bounded(capacity, segmentShift);
        return new Channel<>(new Sender<>(channel), new Receiver<>(channel));
    }

    /** A channel that is never full: sending never waits, and memory is the only bound. */
    public static <T> UnboundedChannel<T> unbounded() {
        return unbounded(BlockList.BLOCK_SHIFT);
    }

    /** With blocks of a chosen size, so that tests get past their edges. */
    static <T> UnboundedChannel<T> unbounded(int blockShift) {
        MpscChannel<T> channel = MpscChannel.unbounded(blockShift);
        return new UnboundedChannel<>(new UnboundedSender<>(channel), new Receiver<>(channel));
    }

    /**
     * A producers' end. Any number of threads may share one; a separate one by {@link #dup} is needed only where it is
     * closed separately, and for {@link #pollReady}, which is for one task.
     */
    public static final class Sender<T> implements AutoCloseable {

        private final MpscChannel<T> channel;

        /** Any thread: set once. */
        private final AtomicBoolean closed = new AtomicBoolean();

        /** Owner of {@link #pollReady} only: the slot for the next {@link #send}. */
        private final SlotWait<T> ready;

        private Sender(MpscChannel<T> channel) {
            this.channel = channel;
            this.ready = new SlotWait<>(channel);
        }

        /** Sends if there is room. Never waits, takes no lock, wakes only a receiver that waits for this very item. */
        public SendResult trySend(T item) {
            requireNonNull(item, "item");
            if (closed.get()) {
                return SendResult.CLOSED;
            }
            return switch (channel.permits().tryTake(1)) {
                case TAKEN -> {
                    channel.push(item);
                    yield SendResult.SENT;
                }
                case NOT_ENOUGH -> SendResult.FULL;
                case CLOSED -> SendResult.CLOSED;
            };
        }

        /**
         * Sends once there is room; {@link ClosedException} if the channel closes first. A cancel means that the item
         * was not sent and gives up the place in the queue.
         */
        public Future<Void> sendAsync(T item) {
            return new SendFuture<>(channel, closed, requireNonNull(item, "item"));
        }

        /** A slot once there is room; {@link ClosedException} if the channel closes first. Cancel-safe. */
        public Future<Slot<T>> reserve() {
            return new ReserveFuture<>(new SlotWait<>(channel), closed, () -> new Slot<>(channel));
        }

        /**
         * Room for {@code count} items, once there is so much at the same time; {@link ClosedException} if the channel
         * closes first. Collects what is free and holds up those behind it. Cancel-safe.
         *
         * @throws IllegalArgumentException if {@code count} is negative or more than the capacity
         */
        public Future<Slots<T>> reserveMany(int count) {
            SlotWait<T> wait = new SlotWait<>(channel, requireCount(count));
            return new ReserveFuture<>(wait, closed, () -> new Slots<>(channel, count));
        }

        /** A slot if there is room and the channel is open; otherwise null. */
        public @Nullable Slot<T> tryReserve() {
            boolean taken = !closed.get() && channel.permits().tryTake(1) == Permits.Taken.TAKEN;
            return taken ? new Slot<>(channel) : null;
        }

        /**
         * Room for {@code count} items if it is there and the channel is open; otherwise null.
         *
         * @throws IllegalArgumentException if {@code count} is negative or more than the capacity
         */
        public @Nullable Slots<T> tryReserveMany(int count) {
            boolean taken = !closed.get() && channel.permits().tryTake(requireCount(count)) == Permits.Taken.TAKEN;
            return taken ? new Slots<>(channel, count) : null;
        }

        private int requireCount(int count) {
            if (count < 0 || count > channel.capacity()) {
                throw new IllegalArgumentException(
                        "count must be within 0.." + channel.capacity() + ", but is " + count);
            }
            return count;
        }

        /**
         * Whether {@link #send} may be called now; if not, {@code cx} is woken when it may. Holds the slot until it is
         * used or this sender is closed. One task only.
         *
         * @throws ClosedException if the channel was closed before there was room
         */
        public boolean pollReady(Context cx) throws ClosedException {
            if (closed.get()) {
                throw new ClosedException("sender");
            }
            return ready.poll(cx);
        }

        /**
         * Sends into the slot that {@link #pollReady} got.
         *
         * @throws IllegalStateException if there is none
         */
        public void send(T item) {
            requireNonNull(item, "item");
            ready.use();
            channel.push(item);
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
                ready.cancel();
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

    /** Room for one item that nobody else can take. Use it by {@link #send} or give it back by {@link #close}. */
    public static final class Slot<T> implements AutoCloseable {

        private final MpscChannel<T> channel;

        /** Any thread: set once by use or close. */
        private final AtomicBoolean used = new AtomicBoolean();

        private Slot(MpscChannel<T> channel) {
            this.channel = channel;
        }

        /**
         * Sends; the item arrives even if the channel has been closed meanwhile, unless nobody receives any more.
         *
         * @throws IllegalStateException if the slot was used or closed before
         */
        public void send(T item) {
            requireNonNull(item, "item");
            if (used.getAndSet(true)) {
                throw new IllegalStateException("the slot is used");
            }
            channel.push(item);
        }

        /** Gives the room back unless it was used. Idempotent. */
        @Override
        public void close() {
            if (!used.getAndSet(true)) {
                channel.giveBack(1);
            }
        }
    }

    /** The consumer's end. One task or thread at a time. */
    public static final class Receiver<T> implements AutoCloseable {

        private final MpscChannel<T> channel;
        private final MpscReceiving<T> receiving;

        private Receiver(MpscChannel<T> channel) {
            this.channel = channel;
            this.receiving = new MpscReceiving<>(channel);
        }

        /** The oldest item; Ready with null at the end. Cancel-safe. */
        public Poll<T> pollRecv(Context cx) {
            return receiving.poll(cx);
        }

        /** {@link #pollRecv} as a future of one item. */
        public Future<T> recv() {
            return this::pollRecv;
        }

        /**
         * Moves the oldest items, at most {@code max}, to {@code out}; all that are there, without waiting for more.
         * Costs one unit of the task's budget. Cancel-safe.
         *
         * @return how many; 0 if none was there and {@code cx} will be woken; -1 at the end
         */
        public int pollRecvMany(Context cx, Collection<? super T> out, int max) {
            return receiving.pollMany(cx, out, requirePositive(max, "max"));
        }

        /**
         * {@link #pollRecvMany} as a future of the number; 0 at the end, or at once if {@code max} is 0. Cancel-safe:
         * nothing is moved before it is ready.
         */
        public Future<Integer> recvMany(Collection<? super T> out, int max) {
            if (max == 0) {
                return cx -> Poll.ready(0);
            }
            requirePositive(max, "max");
            return cx -> {
                int count = pollRecvMany(cx, out, max);
                return count == 0 ? Poll.pending() : Poll.ready(Math.max(count, 0));
            };
        }

        /**
         * {@link #pollRecv} on a thread that may wait, for at most {@code limit}.
         *
         * @return Pending if no item came in time; Ready with null at the end
         * @throws IllegalStateException on a worker, which must not wait: poll {@link #recv} instead
         * @throws InterruptedException if the thread is interrupted while it waits; no item is lost
         */
        public Poll<T> blockingRecv(Duration limit) throws InterruptedException {
            return receiving.block(limit);
        }

        /**
         * {@link #pollRecvMany} on a thread that may wait, for at most {@code limit}; 0 if nothing came in time. Refuses
         * like {@link #blockingRecv}.
         */
        public int blockingRecvMany(Collection<? super T> out, int max, Duration limit) throws InterruptedException {
            return receiving.blockMany(out, requirePositive(max, "max"), limit);
        }

        /**
         * Whether at least {@code atLeast} items wait, or as many as the channel holds, or the channel is closed; takes
         * none. If not, {@code cx} is woken once that is so and not with every item before: this is how a consumer
         * lets a batch gather inside of the bound.
         */
        public boolean pollBuffered(Context cx, int atLeast) {
            return channel.pollFilled(cx.waker(), requirePositive(atLeast, "atLeast"));
        }

        /** The oldest item, or null if none waits now. */
        public @Nullable T tryRecv() {
            return receiving.tryNow();
        }

        /**
         * Moves the oldest items that are there, at most {@code max}, to {@code out}; cheaper than one by one, because
         * their room is given back at once. An item that {@code out} throws at stays in the channel.
         *
         * @return how many
         */
        public int tryRecvMany(Collection<? super T> out, int max) {
            return channel.takeMany(out, max);
        }

        /** Items that wait now, as a hint. */
        public int len() {
            return channel.size();
        }

        /** Whether nothing is accepted any more. Items may still be there, or come by slots reserved before. */
        public boolean isClosed() {
            return channel.isClosed();
        }

        /** Whether the channel is closed and everything that was accepted has been received. Stays true. */
        public boolean hasEnded() {
            return channel.hasEnded();
        }

        /** Accepts no more; what was accepted can and should still be received. Idempotent; any thread. */
        @Override
        public void close() {
            channel.close();
        }

        /**
         * Closes and throws away what waits, for a receiver that will not go on. What comes by slots reserved before is
         * lost as well.
         *
         * @return how many items were thrown away
         */
        public int closeAndDiscard() {
            return receiving.closeAndDiscard();
        }
    }

    private static int requirePositive(int value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be positive, but is " + value);
        }
        return value;
    }
}
