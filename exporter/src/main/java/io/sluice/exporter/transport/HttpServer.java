package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import io.sluice.runtime.time.Sleep;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1, HTTP/2 and unary calls of gRPC, with TLS or without, on every address it listens on: connections in, requests
 * to a {@link RequestHandler}, answers out. What a server puts up with is in {@link HttpServerSettings}; requests that go
 * beyond it are answered and never reach the handler.
 *
 * <p>Any thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells a channel\'s outcome through its pipeline
public final class HttpServer {

    /** After a failed accept, mostly for want of file descriptors: asking again at once would find the same. */
    private static final long ACCEPT_PAUSE_MILLIS = 500;

    /** Where gRPC is expected; a client that offers both there means HTTP/2. */
    private static final int GRPC_PORT = 4317;

    private static final List<String> HTTP_1_FIRST = List.of("http/1.1", "h2");
    private static final List<String> HTTP_2_FIRST = List.of("h2", "http/1.1");

    private final HttpServerSettings settings;
    private final RequestHandler handler;
    private final Optional<ServerTls> tls;
    private final Handle handle;
    private final List<Listening> listeners;
    private final DriverEventLoopGroup loops;
    private final List<DriverServerChannel> serverChannels = new ArrayList<>();
    private final Map<ServerEvent, LongAdder> events = new EnumMap<>(ServerEvent.class);
    private final ByteCounts counts = new ByteCounts();
    private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();
    /** Connections that are one too many, while they are told so. */
    private final Set<ServerConnection> refused = ConcurrentHashMap.newKeySet();

    private final @Nullable JoinHandle<Void> tlsWatch;

    /** Any thread; set once. */
    private volatile boolean draining;

    /** Who waits in {@link #shutdown} for the last connection. Any thread. */
    private volatile @Nullable Waker drained;

    private HttpServer(
            Handle handle,
            List<Listening> listeners,
            HttpServerSettings settings,
            Optional<ServerTls> tls,
            RequestHandler handler) {
        this.handle = handle;
        this.listeners = listeners;
        this.settings = settings;
        this.tls = tls;
        this.handler = handler;
        for (ServerEvent event : ServerEvent.values()) {
            events.put(event, new LongAdder());
        }
        this.loops = new DriverEventLoopGroup(handle, "http-server", settings.eventLoops());
        this.tlsWatch = tls.map(safe -> handle.spawn(safe.contexts().watch(handle, () -> {})))
                .orElse(null);
    }

    /**
     * Listens on {@code address}, port 0 for any free one, without TLS, and serves from here on. Does not wait.
     *
     * @throws java.net.BindException naming the address, if it is in use or not this machine's
     */
    public static HttpServer bind(
            Handle handle, InetSocketAddress address, HttpServerSettings settings, RequestHandler handler)
            throws IOException {
        return bind(handle, new ListenOn(List.of(address), Optional.empty()), settings, handler);
    }

    /**
     * Listens on all that {@code listen} names and serves from here on. Does not wait.
     *
     * @throws java.net.BindException naming the address that is in use or cannot be had
     */
    public static HttpServer bind(Handle handle, ListenOn listen, HttpServerSettings settings, RequestHandler handler)
            throws IOException {
        requireNonNull(settings, "settings");
        requireNonNull(handler, "handler");
        HttpServer server =
                new HttpServer(handle, bindAll(handle, listen.addresses()), settings, listen.tls(), handler);
        server.listeners.forEach(server::listen);
        return server;
    }

    private static List<Listening> bindAll(Handle handle, List<SocketAddress> addresses) throws IOException {
        List<Listening> bound = new ArrayList<>();
        boolean all = false;
        try {
            for (SocketAddress address : addresses) {
                bound.add(Listening.bind(handle, address));
            }
            all = true;
            return List.copyOf(bound);
        } finally {
            if (!all) {
                bound.forEach(Listening::close);
            }
        }
    }

    private void listen(Listening listener) {
        DriverServerChannel channel = new DriverServerChannel(handle, listener);
        boolean grpc = listener.localAddress() instanceof InetSocketAddress inet && inet.getPort() == GRPC_PORT;
        channel.pipeline().addLast(new Acceptor(grpc ? HTTP_2_FIRST : HTTP_1_FIRST));
        serverChannels.add(channel);
        loops.register(channel);
    }

    /** The first TCP address that it listens on, with the port that was given for port 0. */
    public InetSocketAddress localAddress() {
        return localAddresses().stream()
                .filter(InetSocketAddress.class::isInstance)
                .map(InetSocketAddress.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("it listens on " + localAddresses()));
    }

    /** Where it listens, in the order in which the addresses were given. */
    public List<SocketAddress> localAddresses() {
        return listeners.stream().map(Listening::localAddress).toList();
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

    /** How often {@code event} has happened. */
    public long count(ServerEvent event) {
        return adder(event).sum();
    }

    private LongAdder adder(ServerEvent event) {
        return requireNonNull(events.get(event), "event");
    }

    /**
     * Stops listening, closes idle connections, lets requests in progress finish and be answered for at most {@code
     * grace}, then closes what is left. A peer that speaks HTTP/2 is told by GOAWAY which of its requests are still
     * answered. Ready with whether everything finished in time; nothing of the server is left then. One caller at a time;
     * ready at once after the first.
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
                finished = connections.isEmpty() && serverChannels.stream().noneMatch(DriverServerChannel::isOpen);
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
        if (tlsWatch != null) {
            tlsWatch.abort();
            tlsWatch.detach();
        }
        for (DriverServerChannel channel : serverChannels) {
            channel.close().addListener(closed -> wakeDrained());
        }
        connections.forEach(ServerConnection::drain);
        refused.forEach(ServerConnection::drain);
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

    Optional<ServerTls> tls() {
        return tls;
    }

    Handle handle() {
        return handle;
    }

    boolean isDraining() {
        return draining;
    }

    void happened(ServerEvent event) {
        adder(event).increment();
    }

    /** Called by a connection that is gone. */
    void removed(ServerConnection connection, DriverSocketChannel channel) {
        counts.remove(channel);
        refused.remove(connection);
        if (connections.remove(connection) && draining && connections.isEmpty()) {
            wakeDrained();
        }
    }

    /** Takes connections in until there are too many. In the server channel's loop. */
    private final class Acceptor extends ChannelInboundHandlerAdapter {
        private final List<String> alpn;

        Acceptor(List<String> alpn) {
            this.alpn = alpn;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object accepted) {
            DriverSocketChannel channel = (DriverSocketChannel) accepted;
            if (draining) {
                channel.unsafe().closeForcibly();
            } else if (connections.size() < settings.maxConnections()) {
                happened(ServerEvent.CONNECTION_ACCEPTED);
                start(connections, channel, Optional.empty());
            } else {
                happened(ServerEvent.CONNECTION_REFUSED);
                if (refused.size() < PoliteRefusal.AT_ONCE) {
                    start(refused, channel, Optional.of(PoliteRefusal.Reason.TOO_MANY));
                } else {
                    channel.unsafe().closeForcibly();
                }
            }
        }

        private void start(
                Set<ServerConnection> among, DriverSocketChannel channel, Optional<PoliteRefusal.Reason> unwanted) {
            ServerConnection connection = new ServerConnection(HttpServer.this, channel, loops.next(), alpn, unwanted);
            among.add(connection);
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
