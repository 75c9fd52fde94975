package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A channel that keeps one value, the latest, and tells every receiver that it has changed: for settings, states,
 * progress.
 *
 * <p>A receiver notes which value it has seen. It learns that there is a newer one, not how many there were in between.
 * The value that is there when a receiver is made counts as seen. Values are shared objects and so must be immutable.
 *
 * <p>Any number of senders and receivers. When the last sender is closed, receivers that have not seen the latest value
 * still see it, and then get {@link ClosedException}.
 *
 * <p>Follows {@code tokio::sync::watch} with one difference: there a borrowed value is a read lock that holds up the
 * senders, and a change is made in place under the write lock. Here a value that was borrowed is a snapshot that stays
 * as it is and holds nobody up, and a change makes a new value of the old one.
 */
public final class Watch {

    private Watch() {}

    /**
     * Both ends of a new channel.
     *
     * @param sender the first sender; more by {@link Sender#dup()}
     * @param receiver the first receiver; more by {@link Sender#subscribe()} and {@link Receiver#dup()}
     */
    public record Channel<T>(Sender<T> sender, Receiver<T> receiver) {}

    /** A channel whose receiver has seen {@code initial}. */
    public static <T> Channel<T> channel(T initial) {
        WatchCell<T> cell = new WatchCell<>(requireNonNull(initial, "initial"));
        Sender<T> sender = new Sender<>(cell);
        return new Channel<>(sender, sender.subscribe());
    }

    /**
     * A senders' end. Any thread; a separate one by {@link #dup} is needed only where it is closed separately.
     *
     * <p>A function that changes the value may be called several times, if others change the value at the same time, so
     * it must do nothing else. It is called without a lock.
     */
    public static final class Sender<T> implements AutoCloseable {

        private final WatchCell<T> cell;

        /** Any thread: set once. */
        private final AtomicBoolean closed = new AtomicBoolean();

        private Sender(WatchCell<T> cell) {
            this.cell = cell;
        }

        /**
         * Replaces the value and tells the receivers. Never waits.
         *
         * @return false if there is no receiver, or this sender is closed: then the value is not stored
         */
        public boolean send(T value) {
            requireNonNull(value, "value");
            return !closed.get() && cell.send(value);
        }

        /**
         * Replaces the value and tells the receivers, if there are any.
         *
         * @return the value before
         * @throws IllegalStateException if this sender is closed
         */
        public T sendReplace(T value) {
            requireNonNull(value, "value");
            requireOpen();
            return cell.update(before -> value);
        }

        /**
         * Replaces the value by what {@code change} makes of it and tells the receivers, if there are any. Nothing
         * happens if {@code change} throws.
         *
         * @throws IllegalStateException if this sender is closed
         */
        public void sendModify(UnaryOperator<T> change) {
            requireOpen();
            cell.update(before -> requireNonNull(change.apply(before), "changed value"));
        }

        /**
         * {@link #sendModify}, but nothing happens and nobody is told if {@code change} returns a value that equals
         * the one it was given.
         *
         * @return whether the value was replaced
         * @throws IllegalStateException if this sender is closed
         */
        public boolean sendIfModified(UnaryOperator<T> change) {
            requireOpen();
            return cell.updateIfUnequal(before -> requireNonNull(change.apply(before), "changed value"));
        }

        /** The latest value. */
        public T borrow() {
            return cell.state().value();
        }

        /** A receiver that has seen the latest value, also if there was no receiver before. */
        public Receiver<T> subscribe() {
            return new Receiver<>(cell, cell.addReceiver().version());
        }

        /**
         * Another sender of the same channel.
         *
         * @throws IllegalStateException if this one is closed
         */
        public Sender<T> dup() {
            requireOpen();
            cell.addSender();
            return new Sender<>(cell);
        }

        /** Gives this sender up; the last one closes the channel. Idempotent. */
        @Override
        public void close() {
            if (!closed.getAndSet(true)) {
                cell.removeSender();
            }
        }

        /** Whether there is no receiver now; somebody may {@link #subscribe} again. */
        public boolean isClosed() {
            return receivers() == 0;
        }

        /** Ready when {@link #isClosed}. */
        public Future<Void> closed() {
            return new ConditionFuture(cell.lastReceiverLeft(), this::isClosed);
        }

        /** Receivers that are open now. */
        public int receivers() {
            return cell.state().receivers();
        }

        /** Receivers that wait now, for leak checks. */
        public int waiters() {
            return cell.waiters();
        }

        private void requireOpen() {
            if (closed.get()) {
                throw new IllegalStateException("the sender is closed");
            }
        }
    }

    /** A receiver's end with its own note of what it has seen. One task or thread at a time, for all methods. */
    public static final class Receiver<T> implements AutoCloseable {

        private final WatchCell<T> cell;
        private final Notify changes;
        private long seenVersion;
        private boolean closed;

        private Receiver(WatchCell<T> cell, long seenVersion) {
            this.cell = cell;
            this.changes = cell.nextShard();
            this.seenVersion = seenVersion;
        }

        /** The latest value, which does not count as seen by this. */
        public T borrow() {
            return cell.state().value();
        }

        /** The latest value, which counts as seen. */
        public T borrowAndUpdate() {
            WatchCell.State<T> state = cell.state();
            seenVersion = state.version();
            return state.value();
        }

        /**
         * Whether there is a value that was not seen; it stays unseen.
         *
         * @throws ClosedException if all senders are closed
         */
        public boolean hasChanged() throws ClosedException {
            WatchCell.State<T> state = cell.state();
            if (state.isClosed()) {
                throw new ClosedException("watch");
            }
            return state.version() != seenVersion;
        }

        /**
         * Ready once there is a value that was not seen, which then counts as seen; {@link ClosedException} if there is
         * none and all senders are closed. Cancel-safe.
         */
        public Future<Void> changed() {
            return new Changed<>(this);
        }

        /**
         * The first value that {@code condition} holds for, beginning with the present one even if that was seen;
         * {@link ClosedException} if all senders are closed and it holds for none. Every value that was looked at counts
         * as seen. Values in between may be skipped. Cancel-safe.
         */
        public Future<T> waitFor(Predicate<? super T> condition) {
            return new WaitFor<>(this, requireNonNull(condition, "condition"));
        }

        /** Makes {@link #changed} ready for the present value, as if it was not seen. */
        public void markChanged() {
            seenVersion = cell.state().version() - 1;
        }

        /** Makes the present value count as seen. */
        public void markUnchanged() {
            seenVersion = cell.state().version();
        }

        /** Another receiver that has seen what this one has. */
        public Receiver<T> dup() {
            cell.addReceiver();
            return new Receiver<>(cell, seenVersion);
        }

        /** Gives this receiver up. Idempotent. */
        @Override
        public void close() {
            if (!closed) {
                closed = true;
                cell.removeReceiver();
            }
        }

        WatchCell.State<T> state() {
            return cell.state();
        }

        Notify changes() {
            return changes;
        }

        /** Counts the value as seen; whether it was not before. */
        boolean see(WatchCell.State<T> state) {
            boolean unseen = state.version() != seenVersion;
            seenVersion = state.version();
            return unseen;
        }
    }

    private static final class Changed<T> implements Future<Void> {

        private final WatchNext<T> next;

        Changed(Receiver<T> receiver) {
            this.next = new WatchNext<>(receiver);
        }

        @Override
        public Poll<Void> poll(Context cx) throws ClosedException {
            return next.poll(cx) == null ? Poll.pending() : Poll.ready();
        }

        @Override
        public void cancel() {
            next.cancel();
        }
    }

    private static final class WaitFor<T> implements Future<T> {

        private final Receiver<T> receiver;
        private final Predicate<? super T> condition;
        private final WatchNext<T> next;

        /** Owner only: whether the value that was there at first has been looked at. */
        private boolean begun;

        WaitFor(Receiver<T> receiver, Predicate<? super T> condition) {
            this.receiver = receiver;
            this.condition = condition;
            this.next = new WatchNext<>(receiver);
        }

        @Override
        public Poll<T> poll(Context cx) throws ClosedException {
            WatchCell.State<T> state = begun ? next.poll(cx) : first(cx);
            while (state != null && !condition.test(state.value())) {
                state = next.poll(cx);
            }
            return state == null ? Poll.pending() : Poll.ready(state.value());
        }

        private WatchCell.@Nullable State<T> first(Context cx) {
            if (!cx.proceed()) {
                return null;
            }
            begun = true;
            WatchCell.State<T> state = receiver.state();
            receiver.see(state);
            cx.madeProgress();
            return state;
        }

        @Override
        public void cancel() {
            next.cancel();
        }
    }
}
