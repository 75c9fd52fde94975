package io.sluice.runtime.net;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * A TCP port that connections come in by. One task accepts at a time. Follows {@code tokio::net::TcpListener}.
 */
public final class TcpListener implements AutoCloseable {

    /** Connections that the kernel completes before they are accepted; what the standard library of Rust asks for. */
    public static final int DEFAULT_BACKLOG = 128;

    private final Acceptor<TcpStream> acceptor;
    private final InetSocketAddress localAddress;

    private TcpListener(Acceptor<TcpStream> acceptor, InetSocketAddress localAddress) {
        this.acceptor = acceptor;
        this.localAddress = localAddress;
    }

    /** {@link #bind(Handle, InetSocketAddress, int)} with {@link #DEFAULT_BACKLOG}. */
    public static TcpListener bind(Handle handle, InetSocketAddress address) throws IOException {
        return bind(handle, address, DEFAULT_BACKLOG);
    }

    /**
     * Binds {@code address}, port 0 for any free one, and listens. The address may be reused while connections of an
     * earlier listener linger (SO_REUSEADDR).
     *
     * @throws BindException naming the address, if it is in use or not this machine's
     * @throws UnknownHostException if the address is unresolved; names are looked up by the caller, who may wait
     */
    public static TcpListener bind(Handle handle, InetSocketAddress address, int backlog) throws IOException {
        if (address.isUnresolved()) {
            throw new UnknownHostException("unknown host " + address.getHostString());
        }
        ServerSocketChannel channel = ServerSocketChannel.open();
        TcpListener listener = null;
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, backlog);
            Acceptor<TcpStream> acceptor = new Acceptor<>(channel, handle.ioDriver(), TcpListener::adopt);
            listener = new TcpListener(acceptor, (InetSocketAddress) channel.getLocalAddress());
            return listener;
        } catch (BindException e) {
            throw Acceptor.cannotListen(address.toString(), e);
        } finally {
            if (listener == null) {
                Channels.closeQuietly(channel);
            }
        }
    }

    /** Where it listens, with the port that was given for port 0. */
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /**
     * The next connection. Cancel-safe: an accept that came back pending has taken none.
     *
     * @throws IOException if the connection was gone before it was taken, or the process has no file descriptor left;
     *     the listener goes on, but a caller that asks again at once may get the same answer
     */
    public Poll<TcpStream> pollAccept(Context cx) throws IOException {
        return acceptor.poll(cx);
    }

    /** {@link #pollAccept} as a future. */
    public Future<TcpStream> accept() {
        return this::pollAccept;
    }

    private static TcpStream adopt(SocketChannel accepted, IoDriver driver) throws IOException {
        TcpStream.applyOptions(accepted);
        return new TcpStream(accepted, Registration.ofStream(driver, accepted));
    }

    /**
     * Stops listening; connections not yet accepted are refused by the kernel, an accept that waits ends with
     * {@link java.nio.channels.ClosedChannelException}. Idempotent; any thread; never throws.
     */
    @Override
    public void close() {
        acceptor.close();
    }
}
