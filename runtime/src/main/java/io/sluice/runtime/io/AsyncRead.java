package io.sluice.runtime.io;

import io.sluice.runtime.Context;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A source of bytes that can be asked without waiting. Follows {@code tokio::io::AsyncRead}. */
public interface AsyncRead {

    /** Nothing there yet: the waker of the context is woken when there is. Negative and never a count. */
    int PENDING = Integer.MIN_VALUE;

    /** The source has ended; every later read says so too. */
    int END = -1;

    /**
     * Moves bytes that are there into {@code target}. Cancel-safe: a read that came back pending has taken nothing. One
     * reader at a time; if several wait, only the last one to ask is woken.
     *
     * @return how many bytes were moved (zero only if {@code target} was full), {@link #END} or {@link #PENDING}
     * @throws IOException if the source broke; final
     */
    int pollRead(Context cx, ByteBuffer target) throws IOException;
}
