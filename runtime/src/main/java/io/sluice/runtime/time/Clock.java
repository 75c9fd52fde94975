package io.sluice.runtime.time;

/**
 * Monotonic time in nanoseconds since an arbitrary origin. The one seam through which this project sees time pass;
 * tests put a manual clock here.
 */
@FunctionalInterface
public interface Clock {

    /** Any thread; never goes backwards as seen by one thread. */
    long nanoTime();

    /**
     * Has {@code listener} called after each time that this clock was moved by hand, so that whoever sleeps until a
     * moment on it looks again. A clock that moves by itself never calls; the sleeper's own timeout is enough there.
     */
    default void onMoved(Runnable listener) {}

    /**
     * Moves this clock to {@code deadlineNanos} because nobody has anything to do before; false if it moves by itself
     * and the caller has to wait.
     */
    default boolean jumpTo(long deadlineNanos) {
        return false;
    }

    /** The machine's monotonic clock. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
