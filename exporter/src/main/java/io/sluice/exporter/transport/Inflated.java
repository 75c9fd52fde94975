package io.sluice.exporter.transport;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** What came of decompressing a body. */
sealed interface Inflated {

    /** All of it. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, not compared
    record Plain(byte[] bytes) implements Inflated {}

    /** It is larger than allowed. */
    record TooLarge() implements Inflated {}

    /** It is not compressed as its head says, or not all of it came. */
    record Damaged(String reason) implements Inflated {}

    /**
     * Decompresses the first {@code length} bytes of {@code compressed}. Never holds more than {@code maxBytes} at a
     * time before it is known that all of it fits. May take milliseconds per megabyte.
     */
    static Inflated of(ContentCoding coding, byte[] compressed, int length, int maxBytes) {
        List<byte[]> full = new ArrayList<>();
        byte[] chunk = new byte[Chunks.first(length)];
        int filled = 0;
        int total = 0;
        try (InputStream in = coding.open(compressed, length)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk, filled, chunk.length - filled)) {
                if (read > maxBytes - total) {
                    return new TooLarge();
                }
                total += read;
                filled += read;
                if (filled == chunk.length) {
                    full.add(chunk);
                    chunk = new byte[Chunks.next(filled)];
                    filled = 0;
                }
            }
        } catch (EOFException e) {
            return new Damaged("it is cut off");
        } catch (IOException e) {
            return new Damaged(String.valueOf(e.getMessage()));
        }
        return new Plain(Chunks.joined(full, chunk, filled, total));
    }

    /** Pieces that grow with what came out. */
    final class Chunks {

        private static final int SMALLEST = 256;
        private static final int LARGEST = 1 << 20;

        private Chunks() {}

        /** OTLP shrinks to a quarter or less; but what a stranger sends is worth a few KiB on trust. */
        static int first(int compressed) {
            return (int) Math.min(64 * 1024, Math.max(SMALLEST, 4L * compressed));
        }

        static int next(int before) {
            return Math.min(LARGEST, 2 * before);
        }

        static byte[] joined(List<byte[]> full, byte[] last, int filled, int total) {
            byte[] all = new byte[total];
            int position = 0;
            for (byte[] chunk : full) {
                System.arraycopy(chunk, 0, all, position, chunk.length);
                position += chunk.length;
            }
            System.arraycopy(last, 0, all, position, filled);
            return all;
        }
    }
}
