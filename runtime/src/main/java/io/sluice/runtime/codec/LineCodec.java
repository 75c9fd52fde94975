package io.sluice.runtime.codec;

import io.sluice.runtime.io.TooLongException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message is a line of UTF-8. Reads lines that end with LF or CR LF, and what is behind the last of them if that is
 * anything; writes LF.
 *
 * <p>A longer line than is allowed fails with {@link TooLongException}, one that is no UTF-8 with
 * {@link java.nio.charset.CharacterCodingException}. For one stream: it remembers how far it has looked.
 */
public final class LineCodec implements Decoder<String>, Encoder<String> {

    private final int maxLineBytes;

    /** How many bytes from the position on hold no line feed. */
    private int searched;

    /** @throws IllegalArgumentException if {@code maxLineBytes}, without the end of line, is not positive */
    public LineCodec(int maxLineBytes) {
        if (maxLineBytes <= 0) {
            throw new IllegalArgumentException("maxLineBytes must be positive, but is " + maxLineBytes);
        }
        this.maxLineBytes = maxLineBytes;
    }

    @Override
    public @Nullable String decode(ByteBuffer bytes) throws IOException {
        int start = bytes.position();
        int at = start + searched;
        while (at < bytes.limit() && bytes.get(at) != '\n') {
            at++;
        }
        boolean found = at < bytes.limit();
        int length = at - start;
        boolean carriageReturn = length > 0 && bytes.get(at - 1) == '\r';
        if (length - (carriageReturn ? 1 : 0) > maxLineBytes) {
            throw new TooLongException("line", maxLineBytes);
        }
        if (!found) {
            searched = length;
            return null;
        }
        searched = 0;
        bytes.position(at + 1);
        return text(bytes.duplicate().position(start).limit(at - (carriageReturn ? 1 : 0)));
    }

    @Override
    public @Nullable String decodeAtEnd(ByteBuffer bytes) throws IOException {
        String line = decode(bytes);
        if (line != null || !bytes.hasRemaining()) {
            return line;
        }
        searched = 0;
        ByteBuffer rest = bytes.duplicate();
        bytes.position(bytes.limit());
        return text(rest);
    }

    private static String text(ByteBuffer bytes) throws IOException {
        return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    }

    /** @throws IllegalArgumentException if {@code line} contains a line feed */
    @Override
    public void encode(String line, FrameBuffer out) throws IOException {
        if (line.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a line must not contain a line feed");
        }
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > maxLineBytes) {
            throw new TooLongException("line of " + bytes.length + " bytes", maxLineBytes);
        }
        out.put(bytes).put((byte) '\n');
    }
}
