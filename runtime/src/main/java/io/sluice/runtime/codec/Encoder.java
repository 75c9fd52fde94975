package io.sluice.runtime.codec;

import java.io.IOException;

/**
 * Writes messages as bytes. One task at a time.
 *
 * @param <T> a message
 */
@FunctionalInterface
public interface Encoder<T> {

    /**
     * Appends {@code message} to {@code out}.
     *
     * @throws IOException if it cannot be written so, or is longer than is allowed; nothing was appended then that would
     *     be sent
     */
    void encode(T message, FrameBuffer out) throws IOException;
}
