package io.sluice.runtime.net;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.io.AsyncIo;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import org.jspecify.annotations.Nullable;

/**
 * A UDP port. Every send and every receive is one datagram, of which the network may lose, repeat and reorder any.
 *
 * <p>One task sends and one receives at a time. A datagram that is longer than the buffer it is received into loses its
 * rest, without a word from the system: give a buffer of 65,507 bytes where that matters. There is no peek: the JDK has
 * none. Follows {@code tokio::net::UdpSocket}.
 */
public final class UdpSocket implements AutoCloseable {

    private final DatagramChannel channel;
    private final Registration registration;

    private UdpSocket(DatagramChannel channel, Registration registration) {
        this.channel = channel;
        this.registration = registration;
    }

    /**
     * Binds {@code address}, port 0 for any free one.
     *
     * @throws BindException naming the address, if it is in use or not this machine's
     * @throws UnknownHostException if the address is unresolved
     */
    public static UdpSocket bind(Handle handle, InetSocketAddress address) throws IOException {
        if (address.isUnresolved()) {
            throw new UnknownHostException("unknown host " + address.getHostString());
        }
        boolean ipv4 = address.getAddress().getAddress().length == 4;
        DatagramChannel channel =
                DatagramChannel.open(ipv4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        UdpSocket socket = null;
        try {
            channel.bind(address);
            socket = new UdpSocket(channel, Registration.ofStream(handle.ioDriver(), channel));
            return socket;
        } catch (BindException e) {
            BindException named = new BindException("cannot bind UDP port " + address + ": " + e.getMessage());
            named.initCause(e);
            throw named;
        } finally {
            if (socket == null) {
                Channels.closeQuietly(channel);
            }
        }
    }

    /**
     * From here on {@link #pollSend} sends to {@code peer}, and only what comes from there is received. It may be changed
     * by another call. Asks the network nothing and does not wait.
     */
    public void connect(InetSocketAddress peer) throws IOException {
        if (channel.isConnected()) {
            channel.disconnect();
        }
        channel.connect(peer);
    }

    /**
     * Sends what remains of {@code datagram} to {@code target}. Cancel-safe: a send that came back pending sent nothing.
     *
     * @return how many bytes, all of them; {@link AsyncIo#PENDING} if the system has no room for now
     * @throws IOException if the datagram is too long, or there is no way to {@code target}; the socket goes on
     */
    public int pollSendTo(Context cx, ByteBuffer datagram, InetSocketAddress target) throws IOException {
        return poll(cx, Readiness.WRITE, () -> sent(datagram, channel.send(datagram, target)));
    }

    /**
     * {@link #pollSendTo} to whom the socket is connected.
     *
     * @throws IllegalArgumentException if {@code datagram} is empty: the JDK sends none of these from a connected socket
     * @throws IOException as there, or "connection refused" if an earlier datagram found nobody; the socket goes on
     */
    public int pollSend(Context cx, ByteBuffer datagram) throws IOException {
        if (!datagram.hasRemaining()) {
            throw new IllegalArgumentException("a connected socket cannot send an empty datagram");
        }
        return poll(cx, Readiness.WRITE, () -> sent(datagram, channel.write(datagram)));
    }

    /** An empty datagram is sent with a count of zero, as one that found no room is not. */
    private static int sent(ByteBuffer datagram, int bytes) {
        return bytes == 0 && datagram.hasRemaining() ? AsyncIo.PENDING : bytes;
    }

    /**
     * Receives one datagram into {@code target}. Cancel-safe: a receive that came back pending took none.
     *
     * @return who sent it; null if none is there yet
     */
    public @Nullable InetSocketAddress pollReceiveFrom(Context cx, ByteBuffer target) throws IOException {
        SocketAddress[] from = new SocketAddress[1];
        int count = poll(cx, Readiness.READ, () -> {
            from[0] = channel.receive(target);
            return from[0] == null ? AsyncIo.PENDING : 0;
        });
        return count == AsyncIo.PENDING ? null : (InetSocketAddress) from[0];
    }

    /**
     * Receives one datagram of whom the socket is connected to.
     *
     * @return how many bytes, zero for an empty datagram; {@link AsyncIo#PENDING} if none is there yet
     * @throws IOException "connection refused" if an earlier datagram found nobody; the socket goes on
     */
    public int pollReceive(Context cx, ByteBuffer target) throws IOException {
        int before = target.position();
        return pollReceiveFrom(cx, target) == null ? AsyncIo.PENDING : target.position() - before;
    }

    /** One system call, which gives a count or {@link AsyncIo#PENDING}. */
    @FunctionalInterface
    private interface Call {
        int run() throws IOException;
    }

    private int poll(Context cx, int direction, Call call) throws IOException {
        while (true) {
            int observed = registration.poll(cx, direction);
            if (observed == Registration.NOT_READY) {
                return AsyncIo.PENDING;
            }
            registration.ensureOpen();
            int count = call.run();
            if (count != AsyncIo.PENDING) {
                cx.madeProgress();
                return count;
            }
            registration.clear(direction, observed);
        }
    }

    /** {@link #pollSendTo} as a future. Cancel-safe. */
    public Future<Integer> sendTo(ByteBuffer datagram, InetSocketAddress target) {
        return cx -> counted(pollSendTo(cx, datagram, target));
    }

    /** {@link #pollSend} as a future. Cancel-safe. */
    public Future<Integer> send(ByteBuffer datagram) {
        return cx -> counted(pollSend(cx, datagram));
    }

    /** {@link #pollReceiveFrom} as a future. Cancel-safe. */
    public Future<InetSocketAddress> receiveFrom(ByteBuffer target) {
        return cx -> {
            InetSocketAddress from = pollReceiveFrom(cx, target);
            return from == null ? Poll.pending() : Poll.ready(from);
        };
    }

    /** {@link #pollReceive} as a future. Cancel-safe. */
    public Future<Integer> receive(ByteBuffer target) {
        return cx -> counted(pollReceive(cx, target));
    }

    private static Poll<Integer> counted(int count) {
        return count == AsyncIo.PENDING ? Poll.pending() : Poll.ready(count);
    }

    /**
     * Receives what is sent to a multicast group, until the result is dropped or this socket is closed.
     *
     * @throws IllegalArgumentException if {@code group} is no multicast address
     */
    public MembershipKey join(InetAddress group, NetworkInterface by) throws IOException {
        return channel.join(group, by);
    }

    /**
     * Sets an option, as {@link java.net.StandardSocketOptions#SO_BROADCAST}.
     *
     * @throws UnsupportedOperationException if UDP has no such option
     */
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        channel.setOption(option, value);
    }

    /** The value of an option. */
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return channel.getOption(option);
    }

    /** The address of this end, with the port that was given for port 0. */
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /** Gives the port back; what waits ends with {@link java.nio.channels.ClosedChannelException}. Idempotent. */
    @Override
    public void close() {
        Channels.close(channel, registration);
    }
}
