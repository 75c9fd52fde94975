package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A value that is set once and that any number of tasks may wait for.
 *
 * <p>Any thread. Follows {@code tokio::sync::SetOnce}; its {@code wait} is {@code await} here, because in Java every
 * object has a {@code wait} already.
 *
 * @param <T> the value; never null
 */
public final class SetOnce<T> {

    /** Any thread: written once, before {@link #set} is notified. */
    private final AtomicReference<@Nullable T> value = new AtomicReference<>();

    private final Notify set = new Notify();

    /**
     * Sets the value and wakes everybody who waits for it.
     *
     * @return false if there is a value already, which stays
     */
    public boolean set(T newValue) {
        if (!value.compareAndSet(null, requireNonNull(newValue, "newValue"))) {
            return false;
        }
        set.notifyWaiters();
        return true;
    }

    /** The value, or null if it is not set yet. */
    public @Nullable T get() {
        return value.get();
    }

    public boolean isSet() {
        return value.get() != null;
    }

    /** A future of the value. Cancel-safe. */
    public Future<T> await() {
        return new Await<>(this);
    }

    /** Those who wait now, for leak checks. */
    public int waiters() {
        return set.waiters();
    }

    private static final class Await<T> implements Future<T> {

        private final SetOnce<T> cell;

        /** Made before the value is looked at, so that a value set in between is not missed. */
        private final Notify.Notified notified;

        Await(SetOnce<T> cell) {
            this.cell = cell;
            this.notified = cell.set.notified();
        }

        @Override
        public Poll<T> poll(Context cx) {
            if (!cx.proceed()) {
                return Poll.pending();
            }
            T value = cell.get();
            if (value == null) {
                return notified.poll(cx).isPending() ? Poll.pending() : Poll.ready(requireNonNull(cell.get(), "value"));
            }
            notified.cancel();
            cx.madeProgress();
            return Poll.ready(value);
        }

        @Override
        public void cancel() {
            notified.cancel();
        }
    }
}
