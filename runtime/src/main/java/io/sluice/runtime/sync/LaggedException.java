package io.sluice.runtime.sync;

/**
 * A receiver of a {@link Broadcast} was too slow: values that it had not received were overwritten. The next value it
 * receives is the oldest that is still there.
 */
public final class LaggedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final long missed;

    LaggedException(long missed) {
        super("the receiver missed " + missed + " values");
        this.missed = missed;
    }

    /** How many values were lost to this receiver; at least 1. */
    public long missed() {
        return missed;
    }
}
