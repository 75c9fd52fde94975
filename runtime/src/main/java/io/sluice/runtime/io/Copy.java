package io.sluice.runtime.io;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Moves a source's bytes to a sink; see {@link AsyncIo#copy}. Whenever the source has nothing for now, the sink is
 * flushed, so that a peer that answers what it got is not waited for in vain. Owner only.
 */
final class Copy implements Future<Long> {

    private final AsyncRead source;
    private final AsyncWrite sink;

    /** Between position and limit is what was read and not written. */
    private final ByteBuffer buffer;

    private long copiedBytes;
    private boolean sourceEnded;
    private boolean unflushed;

    Copy(AsyncRead source, AsyncWrite sink, int bufferBytes) {
        this.source = source;
        this.sink = sink;
        this.buffer =
                ByteBuffer.allocate(Limits.positive("bufferBytes", bufferBytes)).limit(0);
    }

    @Override
    public Poll<Long> poll(Context cx) throws IOException {
        while (true) {
            if (!buffer.hasRemaining() && !sourceEnded && !pollFill(cx)) {
                if (unflushed && sink.pollFlush(cx)) {
                    unflushed = false;
                }
                return Poll.pending();
            }
            while (buffer.hasRemaining()) {
                int written = sink.pollWrite(cx, buffer);
                if (written == AsyncIo.PENDING) {
                    return Poll.pending();
                }
                copiedBytes += written;
                unflushed = true;
            }
            if (sourceEnded) {
                return sink.pollFlush(cx) ? Poll.ready(copiedBytes) : Poll.pending();
            }
        }
    }

    /** Whether there is something to write, or the end was found. */
    private boolean pollFill(Context cx) throws IOException {
        buffer.clear();
        int read = AsyncIo.PENDING;
        try {
            read = source.pollRead(cx, buffer);
        } finally {
            buffer.flip();
        }
        sourceEnded = read == AsyncIo.END;
        return read != AsyncIo.PENDING;
    }

    long copiedBytes() {
        return copiedBytes;
    }
}
