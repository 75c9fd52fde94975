package io.sluice.runtime.net;

import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;

/**
 * A connection over a Unix-domain socket: to a process of the same machine that listens on a file.
 *
 * <p>Follows {@code tokio::net::UnixStream}. It differs in that it counts its bytes.
 */
public final class UnixStream extends SocketStream {

    /** Takes over a connected, non-blocking channel. */
    UnixStream(SocketChannel channel, Registration registration) {
        super(channel, registration);
    }

    /**
     * Connects to the socket in the file {@code address}.
     *
     * <p>Fails with {@link java.net.ConnectException} naming the file and what the system answered: that there is none,
     * that nobody listens there, or that we may not. Cancelling closes the attempt.
     */
    public static Future<UnixStream> connect(Handle handle, UnixDomainSocketAddress address) {
        return new UnixConnect(handle, address);
    }
}
