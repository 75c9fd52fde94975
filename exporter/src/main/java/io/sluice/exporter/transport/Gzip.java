package io.sluice.exporter.transport;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Gzip of whole bodies (RFC 1952), within a limit on the way out. No state; may take milliseconds per megabyte. */
final class Gzip {

    /** Bodies up to this size are worth less than handing them to another thread and back. */
    static final int SMALL_BYTES = 16 * 1024;

    /** What a stranger's body may make us allocate before a byte of it was decompressed. */
    private static final int LARGEST_GUESS_BYTES = 1 << 20;

    /** More comes out than may. */
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLargeException(int maxBytes) {
            super("larger than " + maxBytes + " bytes after decompression");
        }
    }

    private Gzip() {}

    /** Writes the compressed {@code parts} into {@code target}; their positions are used up. */
    static void compress(ByteBuffer[] parts, GrowingBytes target) {
        try (GZIPOutputStream out = new GZIPOutputStream(target, 8 * 1024)) {
            byte[] copy = new byte[0];
            for (ByteBuffer part : parts) {
                if (part.hasArray()) {
                    out.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
                } else {
                    copy = new byte[part.remaining()];
                    part.get(copy);
                    out.write(copy);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
    }

    /**
     * The decompressed content of {@code compressed}, all members of it.
     *
     * @throws TooLargeException as soon as it is clear that more than {@code maxBytes} would come out
     * @throws IOException if it is not gzip, is cut off or damaged
     */
    static byte[] inflate(byte[] compressed, int length, int maxBytes) throws IOException {
        int guess = (int) Math.min(LARGEST_GUESS_BYTES, 4L * length);
        GrowingBytes out = new GrowingBytes(new byte[Math.min(maxBytes, Math.max(256, guess))]);
        byte[] chunk = new byte[8 * 1024];
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed, 0, length), 4 * 1024)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                if (read > maxBytes - out.size()) {
                    throw new TooLargeException(maxBytes);
                }
                out.write(chunk, 0, read);
            }
        } catch (EOFException e) {
            throw new IOException("the gzip data is cut off", e);
        }
        return out.toByteArray();
    }
}
