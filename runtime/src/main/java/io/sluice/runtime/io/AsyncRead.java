package io.sluice.runtime.io;

import io.sluice.runtime.Context;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A source of bytes that can be asked without waiting. Follows {@code tokio::io::AsyncRead}. */
public interface AsyncRead {

    /**
     * Moves bytes that are there into {@code target}. Cancel-safe: a read that came back pending has taken nothing. One
     * reader at a time; if several wait, only the last one to ask is woken.
     *
     * @return how many bytes were moved (zero only if {@code target} was full), {@link AsyncIo#END} or
     *     {@link AsyncIo#PENDING}
     * @throws IOException if the source broke; final
     */
    int pollRead(Context cx, ByteBuffer target) throws IOException;
}
