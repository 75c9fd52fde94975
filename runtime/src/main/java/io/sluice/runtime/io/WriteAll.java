package io.sluice.runtime.io;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Empties the caller's buffers; see {@link AsyncIo#writeAll}. */
final class WriteAll implements Future<Void> {

    private final AsyncWrite sink;
    private final ByteBuffer[] sources;

    /** The first buffer that is not known to be empty. Whoever polls only. */
    private int next;

    WriteAll(AsyncWrite sink, ByteBuffer... sources) {
        this.sink = sink;
        this.sources = sources;
    }

    @Override
    public Poll<Void> poll(Context cx) throws IOException {
        while (true) {
            while (next < sources.length && !sources[next].hasRemaining()) {
                next++;
            }
            if (next == sources.length) {
                return Poll.ready();
            }
            if (write(cx) == AsyncIo.PENDING) {
                return Poll.pending();
            }
        }
    }

    private long write(Context cx) throws IOException {
        int left = sources.length - next;
        return left == 1 ? sink.pollWrite(cx, sources[next]) : sink.pollWritev(cx, sources, next, left);
    }
}
