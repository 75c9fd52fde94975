package io.sluice.exporter.transport;

/**
 * What is held for one request from its admission on. In the request's event loop, or on the one thread that
 * decompresses its body meanwhile.
 */
public interface Reservation {

    /**
     * Makes room for a body that turns out larger than its head announced, which is nothing for a body in chunks.
     *
     * @return false, and nothing more is held, if there is no room: the request is answered {@link #refusal}
     */
    boolean tryGrow(long bytes);

    /** The answer to a request that may not grow. */
    HttpResponse refusal();

    /**
     * The body never becomes a request: the peer went away, was too slow, sent too much or what cannot be decompressed.
     * Gives back all that is held. Otherwise the request goes to the handler, which answers for what is held from there
     * on. Must not wait.
     */
    void discarded();

    /** Nothing is held, and anything may come. */
    static Reservation none() {
        return new Reservation() {
            @Override
            public boolean tryGrow(long bytes) {
                return true;
            }

            @Override
            public HttpResponse refusal() {
                throw new IllegalStateException("it may always grow");
            }

            @Override
            public void discarded() {}
        };
    }
}
