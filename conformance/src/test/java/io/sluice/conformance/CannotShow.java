package io.sluice.conformance;

/** Thrown by a peer that cannot bring about or see what a scenario asks for; the line is left out of its table. */
final class CannotShow extends RuntimeException {

    private static final long serialVersionUID = 1;

    CannotShow(String what) {
        super(what);
    }
}
