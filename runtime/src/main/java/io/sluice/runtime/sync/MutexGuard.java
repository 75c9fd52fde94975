package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;

/**
 * The right to use the value of a {@link Mutex}, until closed.
 *
 * <p>May go from task to task or thread to thread, but is used by one at a time. After the close it gives nothing any
 * more; what {@link #get} returned before must not be touched then.
 *
 * @param <T> the value
 */
public final class MutexGuard<T> implements AutoCloseable {

    private final Mutex<T> mutex;
    private final Permit permit;

    MutexGuard(Mutex<T> mutex, Permit permit) {
        this.mutex = mutex;
        this.permit = permit;
    }

    /**
     * The value.
     *
     * @throws IllegalStateException if this guard is closed
     */
    public T get() {
        requireHeld(permit);
        return mutex.value();
    }

    /**
     * Replaces the value.
     *
     * @throws IllegalStateException if this guard is closed
     */
    public void set(T newValue) {
        requireNonNull(newValue, "newValue");
        requireHeld(permit);
        mutex.setValue(newValue);
    }

    /** Lets the next one in. Idempotent. */
    @Override
    public void close() {
        permit.close();
    }

    /** @throws IllegalStateException if the guard of {@code permit} is closed, or was turned into another */
    static void requireHeld(Permit permit) {
        if (permit.count() == 0) {
            throw new IllegalStateException("the guard is closed");
        }
    }
}
