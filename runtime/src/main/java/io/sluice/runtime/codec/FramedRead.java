package io.sluice.runtime.codec;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Poll;
import io.sluice.runtime.io.AsyncIo;
import io.sluice.runtime.io.AsyncRead;
import io.sluice.runtime.stream.Stream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The messages that come in over a source. Cancel-safe: a message that has begun is kept between polls.
 *
 * <p>The buffer holds what was read and not decoded. It grows up to the longest message, which the decoder bounds, and
 * several messages that came in one piece cost one read. The source is borrowed: cancel leaves it alone. One task at a
 * time. Follows {@code tokio_util::codec::FramedRead}.
 */
public final class FramedRead<T> implements Stream<T> {

    private static final int FIRST_BYTES = 8 * 1024;

    private final AsyncRead source;
    private final Decoder<T> decoder;

    /** From position to limit is what was read and not decoded. */
    private ByteBuffer buffer = ByteBuffer.allocate(FIRST_BYTES).limit(0);

    private boolean sourceEnded;

    public FramedRead(AsyncRead source, Decoder<T> decoder) {
        this.source = requireNonNull(source, "source");
        this.decoder = requireNonNull(decoder, "decoder");
    }

    /** @throws IOException if the source broke, or the decoder refuses what came; final */
    @Override
    public Poll<T> pollNext(Context cx) throws IOException {
        while (true) {
            T message = decode();
            if (message != null) {
                return Poll.ready(message);
            }
            if (sourceEnded) {
                return Poll.ready();
            }
            if (!pollFill(cx)) {
                return Poll.pending();
            }
        }
    }

    private @Nullable T decode() throws IOException {
        if (sourceEnded) {
            return decoder.decodeAtEnd(buffer);
        }
        return buffer.hasRemaining() ? decoder.decode(buffer) : null;
    }

    /** Whether something came, or the end. */
    private boolean pollFill(Context cx) throws IOException {
        if (buffer.remaining() == buffer.capacity()) {
            long doubled = Math.min(2L * buffer.capacity(), Integer.MAX_VALUE - 8);
            buffer = ByteBuffer.allocate((int) doubled).put(buffer);
        } else {
            buffer.compact();
        }
        int read = AsyncIo.PENDING;
        try {
            read = source.pollRead(cx, buffer);
        } finally {
            buffer.flip();
        }
        sourceEnded = read == AsyncIo.END;
        return read != AsyncIo.PENDING;
    }

    /** How many bytes were read and not decoded. */
    public int buffered() {
        return buffer.remaining();
    }
}
