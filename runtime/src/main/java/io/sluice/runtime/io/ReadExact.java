package io.sluice.runtime.io;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Fills the caller's buffer; see {@link AsyncIo#readExact}. */
final class ReadExact implements Future<Void> {

    private final AsyncRead source;
    private final ByteBuffer target;
    private final int wanted;

    ReadExact(AsyncRead source, ByteBuffer target) {
        this.source = source;
        this.target = target;
        this.wanted = target.remaining();
    }

    @Override
    public Poll<Void> poll(Context cx) throws IOException {
        while (target.hasRemaining()) {
            int read = source.pollRead(cx, target);
            if (read == AsyncIo.PENDING) {
                return Poll.pending();
            }
            if (read == AsyncIo.END) {
                throw new EOFException(
                        "the stream ended after " + (wanted - target.remaining()) + " of " + wanted + " bytes");
            }
        }
        return Poll.ready();
    }
}
