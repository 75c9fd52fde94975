package io.sluice.runtime;

import org.jspecify.annotations.Nullable;

/**
 * What one poll of a {@link Future} came to: a value, or not yet.
 *
 * <p>{@link #pending()} and {@link #ready()} are constants and allocate nothing; {@link #ready(Object)} allocates 16
 * bytes unless the compiler removes it, so the hottest paths return primitives instead.
 *
 * @param <T> the value's type
 */
public final class Poll<T> {

    private static final Poll<?> PENDING = new Poll<>(null);
    private static final Poll<?> READY_NULL = new Poll<>(null);

    private final @Nullable T value;

    private Poll(@Nullable T value) {
        this.value = value;
    }

    /** Not yet; the future has stored the waker and will wake it. */
    @SuppressWarnings("unchecked")
    public static <T> Poll<T> pending() {
        return (Poll<T>) PENDING;
    }

    /** Done, without a value. */
    @SuppressWarnings("unchecked")
    public static <T> Poll<T> ready() {
        return (Poll<T>) READY_NULL;
    }

    /** Done, with {@code value}; null gives the constant of {@link #ready()}. */
    public static <T> Poll<T> ready(@Nullable T value) {
        return value == null ? ready() : new Poll<>(value);
    }

    public boolean isPending() {
        return this == PENDING;
    }

    public boolean isReady() {
        return this != PENDING;
    }

    /**
     * The value of a ready poll; null where the future's contract says that it may be.
     *
     * @throws IllegalStateException if this poll is pending
     */
    @SuppressWarnings("NullAway") // nullness of T is the future's contract; type arguments are not checked
    public T get() {
        if (this == PENDING) {
            throw new IllegalStateException("a pending poll has no value");
        }
        return value;
    }

    @Override
    public String toString() {
        return this == PENDING ? "Pending" : "Ready(" + value + ")";
    }
}
