package io.sluice.runtime.io;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads up to a byte, and with it; see {@link AsyncIo#readUntil}. May be polled again after Ready and then reads the next
 * piece; what was read of a piece is kept between polls. Owner only.
 */
final class ReadUntil implements Future<byte[]> {

    private final AsyncBufRead source;
    private final byte end;
    private final int maxBytes;
    private final String what;

    /** The piece as far as it was read. */
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream();

    ReadUntil(AsyncBufRead source, byte end, int maxBytes, String what) {
        this.source = source;
        this.end = end;
        this.maxBytes = Limits.positive("maxBytes", maxBytes);
        this.what = what;
    }

    @Override
    public Poll<byte[]> poll(Context cx) throws IOException {
        while (true) {
            ByteBuffer bytes = source.pollFill(cx);
            if (bytes == null) {
                return Poll.pending();
            }
            boolean sourceEnded = !bytes.hasRemaining();
            boolean found = take(bytes);
            if (found || sourceEnded) {
                byte[] whole = piece.toByteArray();
                piece.reset();
                return Poll.ready(whole);
            }
        }
    }

    /** Whether the piece is complete. */
    private boolean take(ByteBuffer bytes) throws IOException {
        int length = 0;
        boolean found = false;
        while (length < bytes.remaining() && !found) {
            found = bytes.get(bytes.position() + length) == end;
            length++;
        }
        if (piece.size() + length - (found ? 1 : 0) > maxBytes) {
            throw new TooLongException(what, maxBytes);
        }
        byte[] taken = new byte[length];
        bytes.get(taken);
        piece.writeBytes(taken);
        source.consume(length);
        return found;
    }
}
