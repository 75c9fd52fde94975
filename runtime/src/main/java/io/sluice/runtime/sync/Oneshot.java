package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.task.WakerCell;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A channel for one value: the answer to a question that was sent elsewhere.
 *
 * <p>Sending never waits. A value that was sent and that nobody takes is dropped, so what must be closed should not be
 * sent to a receiver that may be cancelled. Follows {@code tokio::sync::oneshot}.
 */
public final class Oneshot {

    private Oneshot() {}

    /**
     * Both ends of a new channel.
     *
     * @param sender sends once, or is closed
     * @param receiver waits for the value
     */
    public record Channel<T>(Sender<T> sender, Receiver<T> receiver) {}

    public static <T> Channel<T> channel() {
        Shared shared = new Shared();
        return new Channel<>(new Sender<>(shared), new Receiver<>(shared));
    }

    /** What is in the channel besides a value. */
    private enum Mark {
        EMPTY,
        SENDER_CLOSED,
        RECEIVER_CLOSED,
        TAKEN,
        /** Stands for the value null. */
        NULL
    }

    /**
     * The one word that decides, and the wakers of those who wait for it to change: EMPTY becomes a value or one of the
     * closed marks, a value becomes TAKEN, nothing else ever happens.
     */
    private static final class Shared {
        final AtomicReference<Object> word = new AtomicReference<>(Mark.EMPTY);
        final WakerCell receiver = new WakerCell();
        final WakerCell sender = new WakerCell();

        boolean leaveEmpty(Object next) {
            return word.compareAndSet(Mark.EMPTY, next);
        }
    }

    /** The sending end. Any thread, except {@link #pollClosed}, which is for one task. */
    public static final class Sender<T> implements AutoCloseable {

        private final Shared shared;

        private Sender(Shared shared) {
            this.shared = shared;
        }

        /**
         * Sends the value.
         *
         * @return false if the receiver is closed; the value stays the caller's
         * @throws IllegalStateException if this sender has sent or is closed
         */
        public boolean send(@Nullable T value) {
            if (shared.leaveEmpty(value == null ? Mark.NULL : value)) {
                shared.receiver.wake();
                return true;
            }
            if (shared.word.get() != Mark.RECEIVER_CLOSED) {
                throw new IllegalStateException("the sender has sent or is closed");
            }
            return false;
        }

        /** Gives up sending; the receiver is told. Does nothing after a send. Idempotent. */
        @Override
        public void close() {
            if (shared.leaveEmpty(Mark.SENDER_CLOSED)) {
                shared.receiver.wake();
                shared.sender.take();
            }
        }

        /** Whether nobody waits for the value any more. */
        public boolean isClosed() {
            return shared.word.get() == Mark.RECEIVER_CLOSED;
        }

        /** {@link #isClosed}; if not, {@code cx} is woken when it is. */
        public boolean pollClosed(Context cx) {
            if (isClosed()) {
                return true;
            }
            shared.sender.register(cx.waker());
            return isClosed();
        }
    }

    /**
     * The receiving end: a future of the value, failing with {@link ClosedException} if the sender is closed first.
     * Cancelling it is closing it.
     */
    public static final class Receiver<T> implements Future<T>, AutoCloseable {

        private final Shared shared;

        private Receiver(Shared shared) {
            this.shared = shared;
        }

        @Override
        public Poll<T> poll(Context cx) throws ClosedException {
            if (!cx.proceed()) {
                return Poll.pending();
            }
            if (shared.word.get() == Mark.EMPTY) {
                shared.receiver.register(cx.waker());
                if (shared.word.get() == Mark.EMPTY) {
                    return Poll.pending();
                }
            }
            cx.madeProgress();
            return take();
        }

        /**
         * The value if it is there, Pending if it is still to come; also after {@link #close}, since the sender may
         * have been first.
         *
         * @throws ClosedException if it will never come
         */
        public Poll<T> tryRecv() throws ClosedException {
            return shared.word.get() == Mark.EMPTY ? Poll.pending() : take();
        }

        @SuppressWarnings("unchecked")
        private Poll<T> take() throws ClosedException {
            Object found = shared.word.get();
            if (found instanceof Mark mark) {
                switch (mark) {
                    case SENDER_CLOSED, RECEIVER_CLOSED -> throw new ClosedException("oneshot");
                    case TAKEN -> throw new IllegalStateException("the value was taken");
                    case EMPTY -> throw new AssertionError("taken before it was there");
                    case NULL -> found = null;
                }
            }
            shared.word.set(Mark.TAKEN);
            return Poll.ready((T) found);
        }

        /** Tells the sender that nobody waits. A value sent before may still be taken by {@link #tryRecv}. Idempotent. */
        @Override
        public void close() {
            if (shared.leaveEmpty(Mark.RECEIVER_CLOSED)) {
                shared.receiver.take();
                shared.sender.wake();
            }
        }

        @Override
        public void cancel() {
            close();
        }
    }
}
