package io.sluice.runtime.io;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads all there is; see {@link AsyncIo#readToEnd}. Owner only. */
final class ReadToEnd implements Future<byte[]> {

    private static final int FIRST_BYTES = 1024;

    private final AsyncRead source;
    private final int maxBytes;
    private ByteBuffer buffer;

    ReadToEnd(AsyncRead source, int maxBytes) {
        this.source = source;
        this.maxBytes = Limits.positive("maxBytes", maxBytes);
        this.buffer = ByteBuffer.allocate(FIRST_BYTES);
    }

    @Override
    public Poll<byte[]> poll(Context cx) throws IOException {
        while (true) {
            if (!buffer.hasRemaining()) {
                grow();
            }
            int read = source.pollRead(cx, buffer);
            if (read == AsyncIo.PENDING) {
                return Poll.pending();
            }
            if (read == AsyncIo.END) {
                return Poll.ready(Arrays.copyOf(buffer.array(), buffer.position()));
            }
            if (buffer.position() > maxBytes) {
                throw new TooLongException("stream", maxBytes);
            }
        }
    }

    private void grow() {
        long doubled = Math.min(2L * buffer.capacity(), Integer.MAX_VALUE - 8);
        buffer = ByteBuffer.allocate((int) doubled).put(buffer.flip());
    }
}
