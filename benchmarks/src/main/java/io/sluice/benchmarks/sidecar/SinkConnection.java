package io.sluice.benchmarks.sidecar;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** A connection to the far end. The sink's thread only. */
abstract class SinkConnection {

    private static final int BUFFER = 256 * 1024;

    /** Where what arrived is counted, and when it may be answered. */
    interface Desk {

        /** Counts a request and calls {@code answer}, at once or later. */
        void received(byte[] body, int offset, int length, boolean gzip, Answer answer) throws IOException;
    }

    /** Sends the answer to one request. */
    interface Answer {
        void send() throws IOException;
    }

    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
    private ByteBuffer out = ByteBuffer.allocate(BUFFER);

    protected final Desk desk;

    SinkConnection(SocketChannel channel, SelectionKey key, Desk desk) {
        this.channel = channel;
        this.key = key;
        this.desk = desk;
    }

    final void ready() {
        try {
            if (key.isReadable()) {
                read();
            }
            if (key.isValid() && key.isWritable()) {
                flush();
            }
        } catch (IOException ended) {
            close();
        }
    }

    private void read() throws IOException {
        if (channel.read(in) < 0) {
            close();
            return;
        }
        in.flip();
        while (parse(in)) {
            // more was there
        }
        in.compact();
        flush();
    }

    /** Where {@link #parse} and answers put what is to be sent. */
    protected final ByteBuffer out(int room) {
        if (out.remaining() < room) {
            out = ByteBuffer.allocate(2 * out.capacity() + room).put(out.flip());
        }
        return out;
    }

    protected final void flush() throws IOException {
        if (!key.isValid()) {
            return;
        }
        out.flip();
        if (out.hasRemaining()) {
            channel.write(out);
        }
        key.interestOps(out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        out.compact();
    }

    private void close() {
        key.cancel();
        try {
            channel.close();
        } catch (IOException alreadyGone) {
            // there is nothing left to close
        }
    }

    /** Takes what it can from {@code in}; false if it needs more. */
    protected abstract boolean parse(ByteBuffer in) throws IOException;
}
