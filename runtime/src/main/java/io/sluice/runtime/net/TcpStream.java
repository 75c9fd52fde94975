package io.sluice.runtime.net;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/**
 * A TCP connection. Small writes leave at once (TCP_NODELAY is on), since everything here writes whole messages.
 *
 * <p>Follows {@code tokio::net::TcpStream}. It differs in that it counts its bytes.
 */
public final class TcpStream extends SocketStream {

    /** Takes over a connected, non-blocking channel. */
    TcpStream(SocketChannel channel, Registration registration) {
        super(channel, registration);
    }

    /**
     * Connects to {@code host}: looks the name up on the blocking pool and tries its addresses in the order that the
     * lookup gave until one answers.
     *
     * <p>Fails with {@link java.net.UnknownHostException} if there is no such name, or with
     * {@link java.net.ConnectException} naming each address and what it answered. There is no time limit of its own;
     * the operating system's is minutes. Cancelling closes the attempt.
     */
    public static Future<TcpStream> connect(Handle handle, String host, int port) {
        return new TcpConnect(handle, requireNonNull(host, "host"), port);
    }

    /** {@link #connect(Handle, String, int)} to one address; an unresolved one is looked up. */
    public static Future<TcpStream> connect(Handle handle, InetSocketAddress address) {
        return address.isUnresolved()
                ? connect(handle, address.getHostString(), address.getPort())
                : new TcpConnect(handle, address);
    }

    static void applyOptions(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
}
