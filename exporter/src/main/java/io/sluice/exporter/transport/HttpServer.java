package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import io.sluice.runtime.net.TcpListener;
import io.sluice.runtime.time.Sleep;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 on one port: connections in, requests to a {@link RequestHandler}, answers out. What a server puts up with
 * is in {@link HttpServerSettings}; requests that go beyond it are answered and never reach the handler.
 *
 * <p>Any thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells a channel\'s outcome through its pipeline
public final class HttpServer {

    /** After a failed accept, mostly for want of file descriptors: asking again at once would find the same. */
    private static final long ACCEPT_PAUSE_MILLIS = 500;

    private final HttpServerSettings settings;
    private final RequestHandler handler;
    private final Handle handle;
    private final TcpListener listener;
    private final DriverEventLoopGroup loops;
    private final DriverServerChannel serverChannel;
    private final ByteCounts counts = new ByteCounts();
    private final Set<HttpServerConnection> connections = ConcurrentHashMap.newKeySet();

    /** Any thread; set once. */
    private volatile boolean draining;

    /** Who waits in {@link #shutdown} for the last connection. Any thread. */
    private volatile @Nullable Waker drained;

    private HttpServer(Handle handle, TcpListener listener, HttpServerSettings settings, RequestHandler handler) {
        this.handle = handle;
        this.listener = listener;
        this.settings = settings;
        this.handler = handler;
        this.loops = new DriverEventLoopGroup(handle, "http-server", settings.eventLoops());
        this.serverChannel = new DriverServerChannel(handle, listener);
    }

    /**
     * Listens on {@code address}, port 0 for any free one, and serves from here on. Does not wait.
     *
     * @throws java.net.BindException naming the address, if it is in use or not this machine's
     */
    public static HttpServer bind(
            Handle handle, InetSocketAddress address, HttpServerSettings settings, RequestHandler handler)
            throws IOException {
        requireNonNull(settings, "settings");
        requireNonNull(handler, "handler");
        HttpServer server = new HttpServer(handle, TcpListener.bind(handle, address), settings, handler);
        server.serverChannel.pipeline().addLast(server.new Acceptor());
        server.loops.register(server.serverChannel);
        return server;
    }

    /** Where it listens, with the port that was given for port 0. */
    public InetSocketAddress localAddress() {
        return listener.localAddress();
    }

    /** Connections that are open now. */
    public int openConnections() {
        return connections.size();
    }

    /** Bytes that all connections have taken in. */
    public long bytesRead() {
        return counts.read();
    }

    /** Bytes that all connections have sent. */
    public long bytesWritten() {
        return counts.written();
    }

    /**
     * Stops listening, closes idle connections, lets requests in progress finish and be answered for at most {@code
     * grace}, then closes what is left. Ready with whether everything finished in time; nothing of the server is left
     * then. One caller at a time; ready at once after the first.
     */
    public Future<Boolean> shutdown(Duration grace) {
        return new Shutdown(grace);
    }

    private final class Shutdown implements Future<Boolean> {
        private final Sleep deadline;
        private boolean finished;
        private @Nullable Future<Void> closing;

        Shutdown(Duration grace) {
            this.deadline = handle.sleep(grace);
        }

        @Override
        public Poll<Boolean> poll(Context cx) throws Exception {
            drained = cx.waker();
            if (!draining) {
                startDraining();
            }
            if (closing == null) {
                finished = connections.isEmpty() && !serverChannel.isOpen();
                if (!finished && !deadline.pollElapsed(cx)) {
                    return Poll.pending();
                }
                deadline.cancel();
                closing = loops.close();
            }
            return closing.poll(cx).isPending() ? Poll.pending() : Poll.ready(finished);
        }

        @Override
        public void cancel() {
            deadline.cancel();
            if (closing != null) {
                closing.cancel();
            }
        }
    }

    private void startDraining() {
        draining = true;
        serverChannel.close().addListener(closed -> wakeDrained());
        connections.forEach(HttpServerConnection::drain);
    }

    private void wakeDrained() {
        Waker waker = drained;
        if (waker != null) {
            waker.wake();
        }
    }

    HttpServerSettings settings() {
        return settings;
    }

    RequestHandler handler() {
        return handler;
    }

    Handle handle() {
        return handle;
    }

    boolean isDraining() {
        return draining;
    }

    /** Called by a connection that is gone. */
    void removed(HttpServerConnection connection, DriverSocketChannel channel) {
        counts.remove(channel);
        if (connections.remove(connection) && draining && connections.isEmpty()) {
            wakeDrained();
        }
    }

    /** Takes connections in until there are too many. In the server channel's loop. */
    private final class Acceptor extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object accepted) {
            DriverSocketChannel channel = (DriverSocketChannel) accepted;
            if (draining || connections.size() >= settings.maxConnections()) {
                channel.unsafe().closeForcibly();
                return;
            }
            DriverEventLoop loop = loops.next();
            HttpServerConnection connection = new HttpServerConnection(HttpServer.this, channel, loop);
            connections.add(connection);
            counts.add(channel);
            connection.start();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.channel().config().setAutoRead(false);
            ctx.channel()
                    .eventLoop()
                    .schedule(
                            () -> ctx.channel().config().setAutoRead(true), ACCEPT_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
