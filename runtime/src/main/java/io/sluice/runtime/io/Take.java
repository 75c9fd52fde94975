package io.sluice.runtime.io;

import io.sluice.runtime.Context;
import java.io.IOException;
import java.nio.ByteBuffer;

/** At most so many bytes of a source; see {@link AsyncIo#take}. Owner only. */
final class Take implements AsyncRead {

    private final AsyncRead source;
    private long leftBytes;

    Take(AsyncRead source, long maxBytes) {
        this.source = source;
        this.leftBytes = Limits.notNegative("maxBytes", maxBytes);
    }

    @Override
    public int pollRead(Context cx, ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        if (leftBytes == 0) {
            return AsyncIo.END;
        }
        int limit = target.limit();
        target.limit(target.position() + (int) Math.min(target.remaining(), leftBytes));
        try {
            int read = source.pollRead(cx, target);
            leftBytes -= Math.max(0, read);
            return read;
        } finally {
            target.limit(limit);
        }
    }
}
