package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;

/**
 * The five bytes in front of a message: whether it is compressed, and its length (gRPC over HTTP/2, "Length-Prefixed-
 * Message"). One at a time; in one loop.
 */
final class GrpcPrefix {

    static final int BYTES = 5;

    private int seen;
    private int flag;
    private long length;

    /** Takes what it needs; whether it is complete. */
    boolean read(ByteBuf in) {
        while (seen < BYTES && in.isReadable()) {
            int next = in.readUnsignedByte();
            if (seen == 0) {
                flag = next;
            } else {
                length = (length << 8) | next;
            }
            seen++;
        }
        return seen == BYTES;
    }

    /** Whether the flag is one of the two that there are. */
    boolean isKnown() {
        return flag <= 1;
    }

    boolean compressed() {
        return flag == 1;
    }

    /** Of the message as it is sent; 0 to 2^32 - 1. */
    long messageBytes() {
        return length;
    }

    static byte[] frame(byte[] message) {
        byte[] framed = new byte[BYTES + message.length];
        framed[1] = (byte) (message.length >> 24);
        framed[2] = (byte) (message.length >> 16);
        framed[3] = (byte) (message.length >> 8);
        framed[4] = (byte) message.length;
        System.arraycopy(message, 0, framed, BYTES, message.length);
        return framed;
    }
}
