package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is made once, by whoever needs it first, while the others wait for it.
 *
 * <p>If the one that makes it fails or is cancelled, the next that waits makes it by its own means; a failure goes to
 * the one whose initialiser failed and to nobody else. An initialiser that asks the same cell waits without end.
 *
 * <p>Any thread. Follows {@code tokio::sync::OnceCell}.
 *
 * @param <T> the value; never null
 */
public final class OnceCell<T> {

    /** What became of a value offered by {@link #set}. */
    public enum SetResult {
        SET,
        /** Another value is there. */
        ALREADY_SET,
        /** Somebody makes the value just now, and may fail. */
        INITIALISING
    }

    /** Its one permit is the right to make the value; closed once the value is there. */
    private final Semaphore right = new Semaphore(1);

    /** Written once, by whoever has the right; any thread reads. */
    private volatile @Nullable T value;

    /** The value, or null if it is not there yet. */
    public @Nullable T get() {
        return value;
    }

    public boolean isInitialised() {
        return value != null;
    }

    /** Sets the value if it is neither there nor being made. Never waits. */
    public SetResult set(T newValue) {
        requireNonNull(newValue, "newValue");
        if (value != null) {
            return SetResult.ALREADY_SET;
        }
        Permit permit = right.tryAcquire(1);
        if (permit == null) {
            return right.isClosed() ? SetResult.ALREADY_SET : SetResult.INITIALISING;
        }
        publish(newValue);
        return SetResult.SET;
    }

    /**
     * A future of the value. If it is neither there nor being made, {@code initialiser} is asked for the future that
     * makes it, and that is polled by this one. Fails as that one does; a null value is a failure.
     */
    public Future<T> getOrInit(Supplier<? extends Future<? extends T>> initialiser) {
        return new GetOrInit<>(this, requireNonNull(initialiser, "initialiser"));
    }

    /** Those who wait now, for leak checks. */
    public int waiters() {
        return right.waiters();
    }

    /** The caller has the right, which is never given back. */
    private void publish(T newValue) {
        value = newValue;
        right.close();
    }

    private static final class GetOrInit<T> implements Future<T> {

        private final OnceCell<T> cell;
        private final Supplier<? extends Future<? extends T>> initialiser;
        private final Semaphore.Acquire acquire;

        /** Owner only: the right to make the value. */
        private @Nullable Permit permit;

        /** Owner only: makes the value. */
        private @Nullable Future<? extends T> making;

        GetOrInit(OnceCell<T> cell, Supplier<? extends Future<? extends T>> initialiser) {
            this.cell = cell;
            this.initialiser = initialiser;
            this.acquire = cell.right.acquire();
        }

        @Override
        public Poll<T> poll(Context cx) throws Exception {
            if (permit == null) {
                T there = cell.value;
                if (there != null) {
                    return hand(cx, there);
                }
                if (!pollRight(cx)) {
                    return Poll.pending();
                }
                if (permit == null) {
                    return Poll.ready(requireNonNull(cell.value, "value"));
                }
            }
            return make(cx);
        }

        private Poll<T> hand(Context cx, T there) {
            if (!cx.proceed()) {
                return Poll.pending();
            }
            acquire.cancel();
            cx.madeProgress();
            return Poll.ready(there);
        }

        /** Whether the wait for the right is over, with it or because the value is there. */
        private boolean pollRight(Context cx) {
            try {
                Poll<Permit> polled = acquire.poll(cx);
                permit = polled.isReady() ? polled.get() : null;
                return polled.isReady();
            } catch (ClosedException valueIsThere) {
                return true;
            }
        }

        private Poll<T> make(Context cx) throws Exception {
            boolean failed = true;
            try {
                if (making == null) {
                    making = requireNonNull(initialiser.get(), "the initialiser's future");
                }
                Poll<? extends T> polled = making.poll(cx);
                if (polled.isReady()) {
                    T made = requireNonNull(polled.get(), "the initialiser's value");
                    making = null;
                    permit = null;
                    cell.publish(made);
                    failed = false;
                    return Poll.ready(made);
                }
                failed = false;
                return Poll.pending();
            } finally {
                if (failed) {
                    cancel();
                }
            }
        }

        /** What is begun is ended before the right to begin anew goes on. */
        @Override
        public void cancel() {
            Future<? extends T> begun = making;
            making = null;
            if (begun != null) {
                begun.cancel();
            }
            if (permit != null) {
                permit.close();
            }
            acquire.cancel();
        }
    }
}
