package io.sluice.exporter.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Gzip of whole bodies (RFC 1952), within a limit on the way out. No state; may take milliseconds per megabyte. */
final class Gzip {

    /** Bodies up to this size are worth less than handing them to another thread and back. */
    static final int SMALL_BYTES = 16 * 1024;

    /** Deflate, no name, no time, an unknown system. */
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};

    /** What there is room for at least before each step of compression. */
    private static final int STEP_BYTES = 512;

    /** More comes out than may. */
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLargeException(int maxBytes) {
            super("larger than " + maxBytes + " bytes after decompression");
        }
    }

    private Gzip() {}

    /**
     * Writes the compressed {@code parts} into {@code target}, as one member; their positions are used up.
     *
     * @param deflater without a header of its own, and with nothing in it; used up
     */
    static void compress(ByteBuffer[] parts, GrowingBytes target, Deflater deflater) {
        CRC32 sum = new CRC32();
        target.write(HEADER, 0, HEADER.length);
        for (ByteBuffer part : parts) {
            sum.update(part.duplicate());
            deflater.setInput(part);
            while (!deflater.needsInput()) {
                deflate(deflater, target);
            }
        }
        deflater.finish();
        while (!deflater.finished()) {
            deflate(deflater, target);
        }
        target.ensureRoom(2 * Integer.BYTES);
        ByteBuffer.wrap(target.array(), target.size(), 2 * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) sum.getValue())
                .putInt((int) deflater.getBytesRead());
        target.added(2 * Integer.BYTES);
    }

    private static void deflate(Deflater deflater, GrowingBytes target) {
        target.ensureRoom(STEP_BYTES);
        target.added(deflater.deflate(target.array(), target.size(), target.array().length - target.size()));
    }

    /**
     * The decompressed content of {@code compressed}, all members of it.
     *
     * @throws TooLargeException as soon as it is clear that more than {@code maxBytes} would come out
     * @throws IOException if it is not gzip, is cut off or damaged
     */
    static byte[] inflate(byte[] compressed, int length, int maxBytes) throws IOException {
        Inflated inflated = Inflated.of(GzipInput::new, compressed, length, maxBytes);
        if (inflated instanceof Inflated.Plain plain) {
            return plain.bytes();
        }
        if (inflated instanceof Inflated.Damaged damaged) {
            throw new IOException(damaged.reason());
        }
        throw new TooLargeException(maxBytes);
    }
}
