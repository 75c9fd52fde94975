package io.sluice.runtime.pressure;

/** A {@link ConcurrencyGate} had no place, and no room to wait for one; the work was not begun. */
public final class GateFullException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Without a stack trace: it is thrown most often when there is least time for it. */
    GateFullException(GateLimits limits) {
        super(limits.running() + " run and " + limits.waiting() + " wait already", null, false, false);
    }
}
