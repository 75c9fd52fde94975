package io.sluice.exporter.transport;

/** Whether the body of a request is worth reading, decided when its head is there. */
public sealed interface Admission {

    /**
     * Read it. If the body never becomes a request (the peer goes away, is too slow, sends too much or what cannot be
     * decompressed), {@code onDiscarded} gives back what was reserved for it; otherwise the handler is called and
     * {@code onDiscarded} is not. Runs on the connection's event loop and must not wait.
     */
    record Accepted(Runnable onDiscarded) implements Admission {}

    /** Answer at once and do not read the body; the connection is closed after the answer. */
    record Refused(HttpResponse response) implements Admission {}

    /** Accepted with nothing reserved. */
    static Admission accept() {
        return new Accepted(() -> {});
    }
}
