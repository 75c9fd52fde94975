package io.sluice.runtime.scheduler;

/**
 * What wakes tasks from outside: I/O readiness and timers, behind one face. One thread at a time holds it.
 */
public interface Driver {

    /** Waits until something happened, a timer is due, or {@link #unpark()}; then wakes whom it concerns. */
    void park();

    /** Wakes whom it concerns by now, without waiting. */
    void parkNow();

    /** Ends a {@link #park()} that is under way or comes next. Any thread; calls that come together cost one. */
    void unpark();

    /** Ends timers and I/O: everybody who waits is woken and told so. Called once, by the last thread of the runtime. */
    void shutdown();
}
