package io.sluice.benchmarks.sidecar;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A sender: one connection with one request at a time on it. The loop's thread only. */
abstract class LoadConnection {

    private static final int BUFFER = 256 * 1024;

    private final InetSocketAddress address;
    private final Selector selector;
    private final SpanRequests requests;
    private final Answers answers;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);

    /** What is to be written next; between reads it is flipped, ready to be written. */
    protected final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);

    private SocketChannel channel;
    private SelectionKey key;
    private boolean waiting;
    private long dueNanos;

    /** Hears how requests ended. */
    interface Answers {

        /** The connection is free again; {@code dueNanos} as it was given with the request. */
        void answered(LoadConnection connection, boolean accepted, long dueNanos);
    }

    LoadConnection(InetSocketAddress address, SpanRequests requests, Selector selector, Answers answers)
            throws IOException {
        this.address = address;
        this.selector = selector;
        this.requests = requests;
        this.answers = answers;
        channel = SocketChannel.open(address);
        key = register();
        out.limit(0);
    }

    private SelectionKey register() throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        return channel.register(selector, SelectionKey.OP_READ, this);
    }

    /** After the peer has ended the connection, as it may with a refusal: what was under way counts as refused. */
    final void reopen() throws IOException {
        channel.close();
        channel = SocketChannel.open(address);
        key = register();
        in.clear();
        out.clear().limit(0);
        restart();
        if (waiting) {
            answered(false);
        }
    }

    static LoadConnection open(
            Way way, InetSocketAddress address, SpanRequests requests, Selector selector, Answers answers)
            throws IOException {
        return switch (way.protocol()) {
            case HTTP -> new HttpLoadConnection(address, requests, way.gzip(), selector, answers);
            case GRPC -> new GrpcLoadConnection(address, requests, way.gzip(), selector, answers);
        };
    }

    /** Sends a request; {@code stamped} if the far end is to know when it was due. */
    final void send(long due, boolean stamped) throws IOException {
        waiting = true;
        dueNanos = due;
        begin(requests.body(stamped ? due : 0));
        flush();
    }

    final boolean isWaiting() {
        return waiting;
    }

    final void ready() throws IOException {
        if (key.isReadable()) {
            read();
        }
        if (key.isValid() && key.isWritable()) {
            flush();
        }
    }

    private void read() throws IOException {
        int read = channel.read(in);
        if (read < 0) {
            throw new IOException("the connection was closed");
        }
        in.flip();
        while (parse(in)) {
            // one more frame or answer was there whole
        }
        in.compact();
        flush();
    }

    private void flush() throws IOException {
        do {
            if (out.hasRemaining()) {
                channel.write(out);
            }
        } while (!out.hasRemaining() && refill());
        key.interestOps(out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    final void close() throws IOException {
        channel.close();
    }

    /** To be called by {@link #parse}. */
    protected final void answered(boolean accepted) {
        waiting = false;
        answers.answered(this, accepted, dueNanos);
    }

    /** Makes {@code body} what is sent next. */
    protected abstract void begin(byte[] body);

    /** Forgets what belonged to the connection before. */
    protected abstract void restart();

    /** Puts into the empty {@link #out} what may be sent now; false if there is nothing. */
    protected abstract boolean refill();

    /** Takes one frame or answer from {@code in} if it is there whole. */
    protected abstract boolean parse(ByteBuffer in) throws IOException;
}
