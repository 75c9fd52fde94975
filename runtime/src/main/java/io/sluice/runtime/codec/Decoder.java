package io.sluice.runtime.codec;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds messages in bytes. May keep state between calls, for one stream. One task at a time.
 *
 * @param <T> a message
 */
@FunctionalInterface
public interface Decoder<T> {

    /**
     * Takes one message off the front of {@code bytes} by moving its position behind it.
     *
     * @return the message, which keeps nothing of {@code bytes}; null if it is not all there, with the position at the
     *     first byte that is still needed
     * @throws IOException if these bytes are no message, or a longer one than is allowed; final
     */
    @Nullable
    T decode(ByteBuffer bytes) throws IOException;

    /**
     * {@link #decode} when nothing comes behind {@code bytes}, asked until it gives null.
     *
     * @throws EOFException if they end inside of a message
     */
    default @Nullable T decodeAtEnd(ByteBuffer bytes) throws IOException {
        T message = decode(bytes);
        if (message == null && bytes.hasRemaining()) {
            throw new EOFException("the stream ended " + bytes.remaining() + " bytes into a message");
        }
        return message;
    }
}
