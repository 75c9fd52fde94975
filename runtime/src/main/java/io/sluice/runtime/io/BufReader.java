package io.sluice.runtime.io;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.stream.Stream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a source in pieces of its buffer's size, and gives them in whatever pieces are asked for. For many small reads;
 * a read that is larger than the buffer goes past it when the buffer is empty.
 *
 * <p>What is in the buffer is lost to who reads the source itself afterwards. One task at a time.
 */
public final class BufReader implements AsyncBufRead {

    /** Tokio's. */
    public static final int DEFAULT_BYTES = 8 * 1024;

    private final AsyncRead source;

    /** Between position and limit is what was read and not taken. */
    private final ByteBuffer buffer;

    /** With a buffer of {@link #DEFAULT_BYTES}. */
    public BufReader(AsyncRead source) {
        this(source, DEFAULT_BYTES);
    }

    /** @throws IllegalArgumentException if {@code bufferBytes} is not positive */
    public BufReader(AsyncRead source, int bufferBytes) {
        this.source = requireNonNull(source, "source");
        this.buffer =
                ByteBuffer.allocate(Limits.positive("bufferBytes", bufferBytes)).limit(0);
    }

    @Override
    public int pollRead(Context cx, ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        if (!buffer.hasRemaining() && target.remaining() >= buffer.capacity()) {
            return source.pollRead(cx, target);
        }
        ByteBuffer filled = pollFill(cx);
        if (filled == null) {
            return AsyncIo.PENDING;
        }
        int moved = Buffers.move(buffer, target);
        return moved == 0 ? AsyncIo.END : moved;
    }

    @Override
    public @Nullable ByteBuffer pollFill(Context cx) throws IOException {
        if (buffer.hasRemaining()) {
            return buffer.duplicate();
        }
        buffer.clear();
        int read = AsyncIo.PENDING;
        try {
            read = source.pollRead(cx, buffer);
        } finally {
            buffer.flip();
        }
        return read == AsyncIo.PENDING ? null : buffer.duplicate();
    }

    /**
     * What is in the buffer, read on until it is at least {@code bytes}, without taking any of it: a peek.
     *
     * @return the bytes, fewer than asked for only at the end; null if there are not enough yet
     * @throws IllegalArgumentException if {@code bytes} is larger than the buffer
     * @throws IOException if the source broke
     */
    public @Nullable ByteBuffer pollPeek(Context cx, int bytes) throws IOException {
        if (bytes > buffer.capacity()) {
            throw new IllegalArgumentException(
                    "cannot peek at " + bytes + " bytes in a buffer of " + buffer.capacity());
        }
        while (buffer.remaining() < bytes) {
            buffer.compact();
            int read = AsyncIo.PENDING;
            try {
                read = source.pollRead(cx, buffer);
            } finally {
                buffer.flip();
            }
            if (read == AsyncIo.PENDING) {
                return null;
            }
            if (read == AsyncIo.END) {
                break;
            }
        }
        return buffer.duplicate();
    }

    @Override
    public void consume(int bytes) {
        if (bytes < 0 || bytes > buffer.remaining()) {
            throw new IllegalArgumentException("cannot take " + bytes + " of " + buffer.remaining() + " bytes");
        }
        buffer.position(buffer.position() + bytes);
    }

    /** How many bytes were read from the source and not taken. */
    public int buffered() {
        return buffer.remaining();
    }

    /**
     * The lines of the rest, as UTF-8, without their ends, which are LF or CR LF. A line of more than
     * {@code maxLineBytes} fails with {@link TooLongException}, one that is no UTF-8 with
     * {@link java.nio.charset.CharacterCodingException}. Cancel-safe: a line that has begun is kept.
     */
    public Stream<String> lines(int maxLineBytes) {
        return new Lines(this, maxLineBytes);
    }
}
