package io.sluice.runtime.sync;

/** What was waited for cannot come any more, because the other side, or the primitive itself, was closed. */
public final class ClosedException extends Exception {

    private static final long serialVersionUID = 1L;

    ClosedException(String what) {
        super(what + " is closed");
    }
}
