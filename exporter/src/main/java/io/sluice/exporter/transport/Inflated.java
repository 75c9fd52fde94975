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
        try (InputStream in = coding.open(compressed, length)) {
            Chunks chunks = new Chunks(Math.min(maxBytes, Chunks.first(length, in.available())));
            while (chunks.readFrom(in)) {
                if (chunks.total > maxBytes) {
                    return new TooLarge();
                }
            }
            return new Plain(chunks.joined());
        } catch (EOFException e) {
            return new Damaged("it is cut off");
        } catch (IOException e) {
            return new Damaged(String.valueOf(e.getMessage()));
        }
    }

    /** Pieces that grow with what came out; one that is full, as a rule, if the stream told how much would come. */
    final class Chunks {

        private static final int SMALLEST = 256;
        private static final int LARGEST = 1 << 20;

        /** OTLP shrinks to between a quarter and a fiftieth. */
        private static final int USUAL_RATIO = 4;

        private static final int LARGEST_RATIO = 64;

        private final List<byte[]> full = new ArrayList<>();
        private byte[] last;
        private int filled;
        private long total;

        private Chunks(int first) {
            last = new byte[first];
        }

        /** What a stranger sends is worth a few KiB on trust, and what it says of itself as much as is likely. */
        private static int first(int compressed, int told) {
            return told >= SMALLEST
                    ? (int) Math.min(Math.min(told, LARGEST), (long) LARGEST_RATIO * compressed)
                    : (int) Math.min(64 * 1024, Math.max(SMALLEST, (long) USUAL_RATIO * compressed));
        }

        /** Takes some more; false if there is none. */
        private boolean readFrom(InputStream in) throws IOException {
            int read = filled < last.length ? in.read(last, filled, last.length - filled) : readBehind(in);
            if (read < 0) {
                return false;
            }
            total += read;
            filled += read;
            return true;
        }

        /** The last piece is full; there is another one only if there is something for it. */
        private int readBehind(InputStream in) throws IOException {
            int next = in.read();
            if (next < 0) {
                return next;
            }
            full.add(last);
            last = new byte[Math.max(SMALLEST, Math.min(LARGEST, 2 * last.length))];
            last[0] = (byte) next;
            filled = 0;
            return 1;
        }

        private byte[] joined() {
            if (full.isEmpty() && filled == last.length) {
                return last;
            }
            byte[] all = new byte[(int) total];
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
