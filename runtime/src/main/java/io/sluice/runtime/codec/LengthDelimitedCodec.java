package io.sluice.runtime.codec;

import io.sluice.runtime.io.TooLongException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A message is a length and then so many bytes. Both sides give and take the bytes without their length.
 *
 * <p>A longer message than is allowed fails with {@link TooLongException} as soon as its length is known, before memory
 * is taken for it. No state. Follows {@code tokio_util::codec::LengthDelimitedCodec}, without its offsets and
 * adjustments: a format that needs these has a header worth a decoder of its own.
 */
public final class LengthDelimitedCodec implements Decoder<ByteBuffer>, Encoder<ByteBuffer> {

    /** Tokio's. */
    public static final int DEFAULT_MAX_FRAME_BYTES = 8 << 20;

    private final int lengthBytes;
    private final ByteOrder order;
    private final int maxFrameBytes;

    /** Lengths of four bytes, the highest first, and messages of at most {@link #DEFAULT_MAX_FRAME_BYTES}. */
    public LengthDelimitedCodec() {
        this(4, ByteOrder.BIG_ENDIAN, DEFAULT_MAX_FRAME_BYTES);
    }

    /**
     * @param lengthBytes how many bytes the length has, 1 to 8
     * @param maxFrameBytes the longest message, without its length
     * @throws IllegalArgumentException if {@code lengthBytes} is not within 1..8, or {@code maxFrameBytes} negative or
     *     larger than such a length can be
     */
    public LengthDelimitedCodec(int lengthBytes, ByteOrder order, int maxFrameBytes) {
        if (lengthBytes < 1 || lengthBytes > 8) {
            throw new IllegalArgumentException("lengthBytes must be within 1..8, but is " + lengthBytes);
        }
        long largest = lengthBytes >= 4 ? Integer.MAX_VALUE : (1L << (8 * lengthBytes)) - 1;
        if (maxFrameBytes < 0 || maxFrameBytes > largest) {
            throw new IllegalArgumentException("maxFrameBytes must be within 0.." + largest + " with a length of "
                    + lengthBytes + " bytes, but is " + maxFrameBytes);
        }
        this.lengthBytes = lengthBytes;
        this.order = order;
        this.maxFrameBytes = maxFrameBytes;
    }

    /** The message in memory of its own. */
    @Override
    public @Nullable ByteBuffer decode(ByteBuffer bytes) throws IOException {
        if (bytes.remaining() < lengthBytes) {
            return null;
        }
        long length = length(bytes);
        if (Long.compareUnsigned(length, maxFrameBytes) > 0) {
            throw new TooLongException("frame of " + Long.toUnsignedString(length) + " bytes", maxFrameBytes);
        }
        if (bytes.remaining() - lengthBytes < length) {
            return null;
        }
        byte[] message = new byte[(int) length];
        bytes.position(bytes.position() + lengthBytes).get(message);
        return ByteBuffer.wrap(message);
    }

    /** The length, unsigned; moves nothing. */
    private long length(ByteBuffer bytes) {
        long length = 0;
        for (int i = 0; i < lengthBytes; i++) {
            int at = order == ByteOrder.BIG_ENDIAN ? i : lengthBytes - 1 - i;
            length = (length << 8) | (bytes.get(bytes.position() + at) & 0xff);
        }
        return length;
    }

    @Override
    public void encode(ByteBuffer message, FrameBuffer out) throws IOException {
        int length = message.remaining();
        if (length > maxFrameBytes) {
            throw new TooLongException("frame of " + length + " bytes", maxFrameBytes);
        }
        if (order == ByteOrder.BIG_ENDIAN) {
            out.putBigEndian(length, lengthBytes);
        } else {
            out.putLittleEndian(length, lengthBytes);
        }
        out.put(message);
    }
}
