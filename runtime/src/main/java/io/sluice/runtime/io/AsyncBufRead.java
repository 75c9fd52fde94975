package io.sluice.runtime.io;

import io.sluice.runtime.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A source that has a buffer, so that bytes can be looked at before they are taken. Follows {@code AsyncBufRead}. */
public interface AsyncBufRead extends AsyncRead {

    /**
     * What is in the buffer, read from the source first if that is nothing. Valid until the next call of any method;
     * moving its position takes nothing, {@link #consume} does. Cancel-safe.
     *
     * @return the bytes, none of them only at the end; null if there are none yet
     * @throws IOException if the source broke
     */
    @Nullable
    ByteBuffer pollFill(Context cx) throws IOException;

    /**
     * Takes the first {@code bytes} of what {@link #pollFill} gave.
     *
     * @throws IllegalArgumentException if there are not so many in the buffer
     */
    void consume(int bytes);
}
