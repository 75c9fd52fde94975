package io.sluice.runtime.time;

/**
 * Monotonic time in nanoseconds since an arbitrary origin. The one seam through which this project sees time pass;
 * tests put a manual clock here.
 */
@FunctionalInterface
public interface Clock {

    /** Any thread; never goes backwards as seen by one thread. */
    long nanoTime();

    /** The machine's monotonic clock. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
