package io.sluice.runtime.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * What the two sides of a {@link Watch} share: one reference to an immutable state, and those who wait for the next one.
 *
 * <p>Whatever happens replaces the state by compare-and-set, so a value, its version and who is there always belong
 * together, without a lock. Who waits makes its {@link Notify.Notified} first and then looks at the state; who changes
 * the state does that first and then notifies.
 *
 * <p>Receivers wait on several {@link Notify}s in turn, so that many that come and go at once do not all meet at one
 * lock. As many of them are in use as there ever were receivers, up to {@value #SHARDS}, which is Tokio's figure.
 *
 * @param <T> the values
 */
final class WatchCell<T> {

    private static final int SHARDS = 8;

    /** At one moment: the value, how often it was replaced, and how many open ends there are. */
    record State<T>(T value, long version, int senders, int receivers) {

        boolean isClosed() {
            return senders == 0;
        }

        private State<T> with(T next) {
            return new State<>(next, version + 1, senders, receivers);
        }

        private State<T> withSenders(int count) {
            return new State<>(value, version, count, receivers);
        }

        private State<T> withReceivers(int count) {
            return new State<>(value, version, senders, count);
        }
    }

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(WatchCell.class, "state", State.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Any thread, by compare-and-set. */
    private volatile State<T> state;

    private final Notify[] changes = new Notify[SHARDS];
    private final Notify lastReceiverLeft = new Notify();

    /** Any thread: receivers that were ever made. */
    private final AtomicInteger shardsGiven = new AtomicInteger();

    WatchCell(T initial) {
        this.state = new State<>(initial, 0, 1, 0);
        for (int i = 0; i < SHARDS; i++) {
            changes[i] = new Notify();
        }
    }

    State<T> state() {
        return state;
    }

    private boolean replace(State<T> seen, State<T> next) {
        return STATE.compareAndSet(this, seen, next);
    }

    private State<T> change(UnaryOperator<State<T>> step) {
        State<T> seen;
        State<T> next;
        do {
            seen = state;
            next = step.apply(seen);
        } while (!replace(seen, next));
        return next;
    }

    Notify lastReceiverLeft() {
        return lastReceiverLeft;
    }

    /** Stores {@code next} if somebody receives and the channel is open. */
    boolean send(T next) {
        State<T> seen;
        do {
            seen = state;
            if (seen.receivers == 0 || seen.isClosed()) {
                return false;
            }
        } while (!replace(seen, seen.with(next)));
        notifyReceivers();
        return true;
    }

    /** Stores what {@code change} makes of the value, also if that is the same; the value before. */
    T update(UnaryOperator<T> change) {
        State<T> seen;
        do {
            seen = state;
        } while (!replace(seen, seen.with(change.apply(seen.value))));
        notifyReceivers();
        return seen.value;
    }

    /** Stores what {@code change} makes of the value unless that is equal. */
    boolean updateIfUnequal(UnaryOperator<T> change) {
        State<T> seen;
        T next;
        do {
            seen = state;
            next = change.apply(seen.value);
            if (next.equals(seen.value)) {
                return false;
            }
        } while (!replace(seen, seen.with(next)));
        notifyReceivers();
        return true;
    }

    void addSender() {
        change(seen -> seen.withSenders(seen.senders + 1));
    }

    void removeSender() {
        if (change(seen -> seen.withSenders(seen.senders - 1)).isClosed()) {
            notifyReceivers();
        }
    }

    /** Counts a new receiver; the state at that moment. */
    State<T> addReceiver() {
        return change(seen -> seen.withReceivers(seen.receivers + 1));
    }

    void removeReceiver() {
        if (change(seen -> seen.withReceivers(seen.receivers - 1)).receivers == 0) {
            lastReceiverLeft.notifyWaiters();
        }
    }

    /** Where a new receiver waits. */
    Notify nextShard() {
        return changes[shardsGiven.getAndIncrement() & SHARDS - 1];
    }

    private void notifyReceivers() {
        int given = shardsGiven.get();
        int used = given < 0 ? SHARDS : Math.min(SHARDS, given);
        for (int i = 0; i < used; i++) {
            changes[i].notifyWaiters();
        }
    }

    int waiters() {
        int sum = 0;
        for (Notify shard : changes) {
            sum += shard.waiters();
        }
        return sum;
    }
}
