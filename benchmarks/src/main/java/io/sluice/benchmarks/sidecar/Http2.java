package io.sluice.benchmarks.sidecar;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What both ends need of HTTP/2 (RFC 9113) and gRPC: frames, and header blocks without a table or Huffman codes. */
final class Http2 {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;

    static final int END_STREAM = 0x1;
    static final int ACK = 0x1;
    static final int END_HEADERS = 0x4;
    static final int PADDED = 0x8;

    static final int SETTING_TABLE_SIZE = 1;
    static final int SETTING_PUSH = 2;
    static final int SETTING_WINDOW = 4;
    static final int SETTING_FRAME_SIZE = 5;

    static final int FRAME_HEAD = 9;
    static final int FRAME_SIZE = 16 * 1024;
    static final int FIRST_WINDOW = 65_535;
    static final int LARGEST_WINDOW = Integer.MAX_VALUE;
    static final int MESSAGE_HEAD = 5;

    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** "grpc-status" as Huffman's code has it (RFC 7541, appendix B). */
    private static final byte[] STATUS_CODED = {
        (byte) 0x9a, (byte) 0xca, (byte) 0xc8, (byte) 0xb2, 0x12, 0x34, (byte) 0xda, (byte) 0x8f
    };

    private static final byte[] STATUS_PLAIN = "grpc-status".getBytes(StandardCharsets.US_ASCII);

    /** "0" in Huffman's code. */
    private static final byte ZERO_CODED = 0x07;

    private static final int STATIC_ENTRIES = 61;

    private Http2() {}

    static void frame(ByteBuffer out, int length, int type, int flags, int stream) {
        out.put((byte) (length >>> 16)).put((byte) (length >>> 8)).put((byte) length);
        out.put((byte) type).put((byte) flags).putInt(stream);
    }

    static void setting(ByteBuffer out, int key, int value) {
        out.putShort((short) key).putInt(value);
    }

    static void windowUpdate(ByteBuffer out, int stream, int increment) {
        frame(out, 4, WINDOW_UPDATE, 0, stream);
        out.putInt(increment);
    }

    /** A literal that no table keeps; {@code nameIndex} of the static table, or 0 with a name. */
    static void literal(ByteBuffer out, int nameIndex, String name, String value) {
        if (nameIndex < 15) {
            out.put((byte) nameIndex);
        } else {
            out.put((byte) 15).put((byte) (nameIndex - 15));
        }
        if (nameIndex == 0) {
            text(out, name);
        }
        text(out, value);
    }

    private static void text(ByteBuffer out, String text) {
        out.put((byte) text.length()).put(text.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Whether a block of headers or trailers says {@code grpc-status: 0}. Whoever sent it was told to keep no table.
     *
     * @throws IllegalStateException if it refers to one all the same
     */
    static boolean saysOk(ByteBuffer block) {
        boolean ok = false;
        while (block.hasRemaining()) {
            int first = block.get() & 0xff;
            if ((first & 0x80) != 0) {
                requireStatic(number(block, first, 7));
            } else if ((first & 0xe0) == 0x20) {
                number(block, first, 5); // the table's new size
            } else {
                int index = number(block, first, (first & 0x40) != 0 ? 6 : 4);
                requireStatic(index);
                boolean isStatus = index == 0 && isStatus(block);
                boolean isZero = isZero(block);
                ok |= isStatus && isZero;
            }
        }
        return ok;
    }

    private static void requireStatic(int index) {
        if (index > STATIC_ENTRIES) {
            throw new IllegalStateException("a header refers to entry " + index + " of a table that was not allowed");
        }
    }

    private static boolean isStatus(ByteBuffer block) {
        int first = block.get() & 0xff;
        int length = number(block, first, 7);
        byte[] expected = (first & 0x80) != 0 ? STATUS_CODED : STATUS_PLAIN;
        boolean same = length == expected.length
                && block.slice(block.position(), length).equals(ByteBuffer.wrap(expected));
        block.position(block.position() + length);
        return same;
    }

    private static boolean isZero(ByteBuffer block) {
        int first = block.get() & 0xff;
        int length = number(block, first, 7);
        boolean same = length == 1 && block.get(block.position()) == ((first & 0x80) != 0 ? ZERO_CODED : '0');
        block.position(block.position() + length);
        return same;
    }

    /** An integer whose first byte was read already (RFC 7541, section 5.1). */
    private static int number(ByteBuffer block, int first, int bits) {
        int mask = (1 << bits) - 1;
        int value = first & mask;
        if (value < mask) {
            return value;
        }
        int shift = 0;
        int next;
        do {
            next = block.get();
            value += (next & 0x7f) << shift;
            shift += 7;
        } while ((next & 0x80) != 0);
        return value;
    }
}
