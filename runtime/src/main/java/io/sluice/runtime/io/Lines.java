package io.sluice.runtime.io;

import io.sluice.runtime.Context;
import io.sluice.runtime.Poll;
import io.sluice.runtime.stream.Stream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The lines of a source; see {@link BufReader#lines}. */
final class Lines implements Stream<String> {

    private final ReadUntil untilLineFeed;

    Lines(AsyncBufRead source, int maxLineBytes) {
        this.untilLineFeed = new ReadUntil(source, (byte) '\n', maxLineBytes, "line");
    }

    @Override
    public Poll<String> pollNext(Context cx) throws IOException {
        Poll<byte[]> line = untilLineFeed.poll(cx);
        return line.isPending() ? Poll.pending() : Poll.ready(decode(line.get()));
    }

    /** Null at the end. */
    private static @Nullable String decode(byte[] line) throws IOException {
        int length = line.length;
        if (length == 0) {
            return null;
        }
        if (line[length - 1] == '\n') {
            length--;
            if (length > 0 && line[length - 1] == '\r') {
                length--;
            }
        }
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(line, 0, length))
                .toString();
    }
}
