package io.sluice.runtime.net;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * A file that connections come in by. One task accepts at a time. Follows {@code tokio::net::UnixListener}; like there,
 * the file is made by {@link #bind}, stays when the listener is closed, and whoever owns it removes it.
 */
public final class UnixListener implements AutoCloseable {

    private final Acceptor<UnixStream> acceptor;
    private final UnixDomainSocketAddress localAddress;

    private UnixListener(Acceptor<UnixStream> acceptor, UnixDomainSocketAddress localAddress) {
        this.acceptor = acceptor;
        this.localAddress = localAddress;
    }

    /**
     * Makes the socket file {@code address} and listens on it. Who may connect is decided by the file's permissions and
     * its directory's.
     *
     * @throws BindException naming the file, if it exists already or cannot be made
     */
    public static UnixListener bind(Handle handle, UnixDomainSocketAddress address) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        UnixListener listener = null;
        try {
            channel.bind(address, TcpListener.DEFAULT_BACKLOG);
            listener = new UnixListener(new Acceptor<>(channel, handle.ioDriver(), UnixListener::adopt), address);
            return listener;
        } catch (BindException e) {
            throw Acceptor.cannotListen("unix:" + address, e);
        } finally {
            if (listener == null) {
                Channels.closeQuietly(channel);
            }
        }
    }

    /** The file that it listens on. */
    public UnixDomainSocketAddress localAddress() {
        return localAddress;
    }

    /**
     * The next connection. Cancel-safe: an accept that came back pending has taken none.
     *
     * @throws IOException as {@link TcpListener#pollAccept}
     */
    public Poll<UnixStream> pollAccept(Context cx) throws IOException {
        return acceptor.poll(cx);
    }

    /** {@link #pollAccept} as a future. */
    public Future<UnixStream> accept() {
        return this::pollAccept;
    }

    private static UnixStream adopt(SocketChannel accepted, IoDriver driver) throws IOException {
        return new UnixStream(accepted, Registration.ofStream(driver, accepted));
    }

    /**
     * Stops listening; the file stays. Connections not yet accepted are refused, an accept that waits ends with
     * {@link java.nio.channels.ClosedChannelException}. Idempotent; any thread; never throws.
     */
    @Override
    public void close() {
        acceptor.close();
    }
}
