package io.sluice.exporter.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A message around pieces of a request: all of its fields but the pieces, in their order, so that those which protobuf
 * merges or overrides by order mean what they meant. One thread.
 */
final class Envelope {

    /** As a field of the message around it; 0 for the request itself. */
    private final int tag;

    private byte[] own = new byte[0];
    private int ownBytes;

    Envelope(int tag) {
        this.tag = tag;
    }

    /** Takes over the fields between {@code from} and {@code to}. */
    void add(byte[] bytes, int from, int to) {
        int more = to - from;
        if (own.length - ownBytes < more) {
            own = Arrays.copyOf(own, Math.max(ownBytes + more, 2 * own.length));
        }
        System.arraycopy(bytes, from, own, ownBytes, more);
        ownBytes += more;
    }

    int ownBytes() {
        return ownBytes;
    }

    /** Appends what stands before the pieces in a message with {@code length} bytes of content. */
    void open(int length, List<ByteBuffer> body) {
        if (tag != 0) {
            body.add(header(tag, length));
        }
        if (ownBytes > 0) {
            body.add(ByteBuffer.wrap(own, 0, ownBytes));
        }
    }

    /** A tag of one byte and a length. */
    private static ByteBuffer header(int tag, int length) {
        byte[] header = new byte[1 + ProtoOutput.varint32Size(length)];
        header[0] = (byte) tag;
        int rest = length;
        for (int i = 1; i < header.length; i++) {
            header[i] = (byte) (i + 1 < header.length ? rest | 0x80 : rest);
            rest >>>= 7;
        }
        return ByteBuffer.wrap(header);
    }

    /** The first string of that number that is not empty. */
    Optional<String> text(int field) {
        return text(field, own, 0, ownBytes);
    }

    static Optional<String> text(int field, byte[] bytes, int from, int to) {
        FieldWalk walk = new FieldWalk(bytes, from, to);
        while (walk.next()) {
            if (walk.field() == field && walk.isDelimited() && walk.contentStart() < walk.end()) {
                int length = walk.end() - walk.contentStart();
                return Optional.of(new String(bytes, walk.contentStart(), length, UTF_8));
            }
        }
        return Optional.empty();
    }
}
