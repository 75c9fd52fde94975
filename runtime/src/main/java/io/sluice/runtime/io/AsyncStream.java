package io.sluice.runtime.io;

/**
 * Bytes both ways, as over a connection. The directions are independent: one task may read while another one writes.
 * Whoever holds a stream closes it; {@link Halves} is for two holders.
 */
public interface AsyncStream extends AsyncRead, AsyncWrite, AutoCloseable {

    /** Ends both directions; what waits in either ends with an {@link java.io.IOException}. Idempotent; never throws. */
    @Override
    void close();
}
