package io.sluice.runtime.io;

import io.sluice.runtime.Context;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A sink of bytes that can be offered some without waiting. Follows {@code tokio::io::AsyncWrite}. */
public interface AsyncWrite {

    /**
     * Moves as many bytes of {@code source} as there is room for. Cancel-safe: a write that came back pending has taken
     * nothing. One writer at a time; if several wait, only the last one to ask is woken.
     *
     * @return how many bytes were moved (zero only if {@code source} was empty), or {@link AsyncIo#PENDING}
     * @throws IOException if the sink broke; final
     */
    int pollWrite(Context cx, ByteBuffer source) throws IOException;

    /**
     * {@link #pollWrite} for {@code count} buffers from {@code sources[offset]} on, in order, in one go where the sink
     * can do that. May stop inside any of them.
     */
    long pollWritev(Context cx, ByteBuffer[] sources, int offset, int count) throws IOException;

    /** Ends this direction: the peer reads what was written and then the end. Later writes fail. Idempotent. */
    void shutdownOutput() throws IOException;

    /**
     * Whether everything that was written has been passed on; if not, {@code cx} is woken when there is more to do. A
     * sink without a buffer of its own has nothing to pass on.
     *
     * @throws IOException if the sink broke
     */
    default boolean pollFlush(Context cx) throws IOException {
        return true;
    }

    /**
     * {@link #pollFlush}, and then {@link #shutdownOutput}: whether both are done. May be polled again afterwards.
     *
     * @throws IOException if the sink broke
     */
    default boolean pollShutdown(Context cx) throws IOException {
        if (!pollFlush(cx)) {
            return false;
        }
        shutdownOutput();
        return true;
    }
}
