package io.sluice.runtime.io;

import io.sluice.runtime.Context;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One source, and after its end another one; see {@link AsyncIo#chain}. Owner only. */
final class Chain implements AsyncRead {

    private final AsyncRead first;
    private final AsyncRead second;
    private boolean firstEnded;

    Chain(AsyncRead first, AsyncRead second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public int pollRead(Context cx, ByteBuffer target) throws IOException {
        if (!firstEnded) {
            int read = first.pollRead(cx, target);
            if (read != AsyncIo.END) {
                return read;
            }
            firstEnded = true;
        }
        return second.pollRead(cx, target);
    }
}
