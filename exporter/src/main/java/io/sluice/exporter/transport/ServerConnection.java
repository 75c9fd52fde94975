package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufUtil;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.ByteToMessageDecoder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.sluice.runtime.Handle;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * One connection of an {@link HttpServer}, from its first byte, by which it is seen what it speaks:
 *
 * <pre>
 *   0x16, and there are certificates  -> TLS handshake, then once more from here
 *   PRI * HTTP/2.0 ...                -> {@link Http2ServerConnection}
 *   anything else                     -> {@link Http1ServerConnection}
 * </pre>
 *
 * <p>ALPN only chooses what the peer begins with; what it does begin with counts. A connection that is one too many goes
 * the same way and ends in a {@link PoliteRefusal}.
 *
 * <p>In the connection's loop, except where a method says otherwise.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells a channel's outcome through its pipeline
final class ServerConnection {

    /** What goes on with a connection once it is known what it speaks. */
    interface Protocol {
        /** Ends with the requests that are under way. */
        void drain();

        /** The connection is gone. */
        void closed();
    }

    private static final AtomicLong IDS = new AtomicLong();

    private static final String TAIL = "tail";

    private final HttpServer server;
    private final DriverSocketChannel channel;
    private final DriverEventLoop loop;
    private final List<String> alpn;
    /** Not empty for a connection that is not served. */
    private final Optional<PoliteRefusal.Reason> unwanted;

    /** Runs until it is known what the connection speaks. */
    private final ConnectionDeadline deadline;

    private PeerConnection peer;
    private @Nullable Protocol protocol;

    ServerConnection(
            HttpServer server,
            DriverSocketChannel channel,
            DriverEventLoop loop,
            List<String> alpn,
            Optional<PoliteRefusal.Reason> unwanted) {
        this.server = server;
        this.channel = channel;
        this.loop = loop;
        this.alpn = alpn;
        this.unwanted = unwanted;
        this.deadline = new ConnectionDeadline(loop, this::silent);
        SocketAddress address = channel.remoteAddress();
        this.peer = new PeerConnection(
                IDS.incrementAndGet(), address == null ? new InetSocketAddress(0) : address, false, Optional.empty());
    }

    /** Registers the channel with its loop. Called in the acceptor's loop. */
    void start() {
        channel.pipeline().addLast(new Sniffer(server.tls().isPresent()));
        channel.pipeline().addLast(TAIL, new Tail());
        loop.register(channel).addListener(registered -> {
            if (!registered.isSuccess()) {
                server.removed(this, channel);
            }
        });
    }

    /** Ends the connection with the requests that are under way. Any thread. */
    void drain() {
        inLoop(() -> {
            if (protocol == null) {
                abort();
            } else {
                protocol.drain();
            }
        });
    }

    // What the protocols need

    HttpServerSettings settings() {
        return server.settings();
    }

    RequestHandler handler() {
        return server.handler();
    }

    Handle handle() {
        return server.handle();
    }

    DriverSocketChannel channel() {
        return channel;
    }

    DriverEventLoop loop() {
        return loop;
    }

    PeerConnection peer() {
        return peer;
    }

    boolean isDraining() {
        return server.isDraining();
    }

    boolean isInLoop() {
        return loop.inEventLoop();
    }

    /** Runs {@code step} in the loop; not at all if the loop has ended and every channel with it. Any thread. */
    void inLoop(Runnable step) {
        try {
            loop.execute(step);
        } catch (RejectedExecutionException e) {
            return;
        }
    }

    /** Tells a bug. Any thread. */
    void report(Throwable bug) {
        loop.report(bug);
    }

    void count(ServerEvent event) {
        server.happened(event);
    }

    /** Closes at once, whatever waits to be sent. */
    void abort() {
        channel.abort();
    }

    /** Runs {@code end} when the connection has reached its greatest age; the caller cancels by being gone. */
    ConnectionDeadline ageLimit(Runnable end) {
        ConnectionDeadline age = new ConnectionDeadline(loop, () -> {
            count(ServerEvent.AGED_OUT);
            end.run();
        });
        if (!settings().maxAge().isZero()) {
            age.set(settings().maxAge().toNanos());
        }
        return age;
    }

    // What it speaks

    private void silent() {
        count(ServerEvent.HEAD_TIMEOUT);
        abort();
    }

    private void speaks(boolean http2) {
        deadline.clear();
        if (isRefused()) {
            protocol = new PoliteRefusal(this, unwanted.orElse(PoliteRefusal.Reason.NOT_TLS), http2);
        } else if (http2) {
            protocol = new Http2ServerConnection(this);
        } else {
            protocol = new Http1ServerConnection(this);
        }
    }

    private boolean isRefused() {
        boolean plain = !peer.secure() && channel.remoteAddress() instanceof InetSocketAddress;
        return unwanted.isPresent()
                || (plain && server.tls().isPresent() && server.tls().get().required());
    }

    /** Puts handlers where the connection's bytes come out, in this order. */
    void install(ChannelHandler... handlers) {
        for (ChannelHandler handler : handlers) {
            channel.pipeline().addBefore(TAIL, null, handler);
        }
    }

    /** Looks at the first bytes and gives them to whoever they are for. */
    private final class Sniffer extends ByteToMessageDecoder {
        private final boolean tls;

        Sniffer(boolean tls) {
            this.tls = tls;
        }

        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
            switch (FirstBytes.of(in, tls)) {
                case UNDECIDED -> {
                    return;
                }
                case TLS -> startTls(server.tls().orElseThrow());
                case HTTP_2 -> speaks(true);
                case HTTP_1 -> speaks(false);
            }
            ctx.pipeline().remove(this);
        }
    }

    private void startTls(ServerTls tls) {
        SslHandler handler = tls.newHandler(handle(), alpn, settings().headTimeout());
        install(handler, new AfterHandshake(handler));
        deadline.clear();
    }

    /** What comes out of TLS is looked at like what came in. */
    private final class AfterHandshake extends ChannelInboundHandlerAdapter {
        private final SslHandler tls;

        AfterHandshake(SslHandler tls) {
            this.tls = tls;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent completed) {
                if (!completed.isSuccess()) {
                    count(ServerEvent.HANDSHAKE_FAILED);
                    abort();
                    return;
                }
                peer = new PeerConnection(peer.id(), peer.address(), true, principal());
                deadline.set(settings().headTimeout().toNanos());
                install(new Sniffer(false));
                ctx.pipeline().remove(this);
            }
        }

        private Optional<String> principal() {
            try {
                return Optional.of(tls.engine().getSession().getPeerPrincipal().getName());
            } catch (SSLPeerUnverifiedException e) {
                return Optional.empty();
            }
        }
    }

    /** The connection's beginning and end. */
    private final class Tail extends ChannelInboundHandlerAdapter {

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            if (server.isDraining()) {
                ctx.close();
                return;
            }
            deadline.set(
                    unwanted.isPresent()
                            ? PoliteRefusal.PATIENCE_NANOS
                            : settings().headTimeout().toNanos());
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            deadline.cancel();
            if (protocol != null) {
                protocol.closed();
            }
            server.removed(ServerConnection.this, channel);
        }

        /** Bytes after the end of what the connection had to say. */
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            Throwable root = cause.getCause() instanceof SSLException ssl ? ssl : cause;
            if (!(root instanceof IOException)) {
                report(cause);
            }
            abort();
        }
    }

    /** For logs. */
    @Override
    public String toString() {
        return "connection " + peer.id();
    }

    /** The first bytes of a connection. */
    enum FirstBytes {
        UNDECIDED,
        TLS,
        HTTP_2,
        HTTP_1;

        /** The content type of a handshake (RFC 8446, section 5.1). */
        private static final int HANDSHAKE = 0x16;

        /** RFC 9113, section 3.4. */
        private static final byte[] PREFACE = ByteBufUtil.getBytes(
                io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2CodecUtil.connectionPrefaceBuf());

        static FirstBytes of(ByteBuf in, boolean tls) {
            if (!in.isReadable()) {
                return UNDECIDED;
            }
            if (tls && in.getByte(in.readerIndex()) == HANDSHAKE) {
                return TLS;
            }
            int seen = Math.min(PREFACE.length, in.readableBytes());
            for (int i = 0; i < seen; i++) {
                if (in.getByte(in.readerIndex() + i) != PREFACE[i]) {
                    return HTTP_1;
                }
            }
            return seen == PREFACE.length ? HTTP_2 : UNDECIDED;
        }
    }
}
