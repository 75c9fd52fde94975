package io.sluice.runtime.io;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Gathers small writes and passes them on when its buffer is full, or on {@link #pollFlush}. A write that is larger than
 * the buffer goes past it when the buffer is empty.
 *
 * <p>Nothing is passed on by itself: who has written what the peer must see flushes. What was not flushed when it is let
 * go of is lost. One task at a time.
 */
public final class BufWriter implements AsyncWrite {

    private final AsyncWrite sink;

    /** Up to the position is what was written and not passed on. */
    private final ByteBuffer buffer;

    /** With a buffer of {@link BufReader#DEFAULT_BYTES}. */
    public BufWriter(AsyncWrite sink) {
        this(sink, BufReader.DEFAULT_BYTES);
    }

    /** @throws IllegalArgumentException if {@code bufferBytes} is not positive */
    public BufWriter(AsyncWrite sink, int bufferBytes) {
        this.sink = requireNonNull(sink, "sink");
        this.buffer = ByteBuffer.allocate(Limits.positive("bufferBytes", bufferBytes));
    }

    @Override
    public int pollWrite(Context cx, ByteBuffer source) throws IOException {
        if (source.remaining() > buffer.remaining() && !pollPassOn(cx)) {
            return AsyncIo.PENDING;
        }
        if (source.remaining() >= buffer.capacity()) {
            return sink.pollWrite(cx, source);
        }
        return Buffers.move(source, buffer);
    }

    @Override
    public long pollWritev(Context cx, ByteBuffer[] sources, int offset, int count) throws IOException {
        long bytes = 0;
        for (int i = offset; i < offset + count; i++) {
            bytes += sources[i].remaining();
        }
        if (bytes > buffer.remaining() && !pollPassOn(cx)) {
            return AsyncIo.PENDING;
        }
        if (bytes >= buffer.capacity()) {
            return sink.pollWritev(cx, sources, offset, count);
        }
        for (int i = offset; i < offset + count; i++) {
            Buffers.move(sources[i], buffer);
        }
        return bytes;
    }

    /** Whether the buffer is empty now. */
    private boolean pollPassOn(Context cx) throws IOException {
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                if (sink.pollWrite(cx, buffer) == AsyncIo.PENDING) {
                    return false;
                }
            }
            return true;
        } finally {
            buffer.compact();
        }
    }

    @Override
    public boolean pollFlush(Context cx) throws IOException {
        return pollPassOn(cx) && sink.pollFlush(cx);
    }

    @Override
    public boolean pollShutdown(Context cx) throws IOException {
        return pollPassOn(cx) && sink.pollShutdown(cx);
    }

    /** @throws IllegalStateException if something was not flushed; use {@link #pollShutdown} */
    @Override
    public void shutdownOutput() throws IOException {
        if (buffer.position() > 0) {
            throw new IllegalStateException(buffer.position() + " bytes were not flushed");
        }
        sink.shutdownOutput();
    }

    /** How many bytes were written and not passed on. */
    public int buffered() {
        return buffer.position();
    }
}
