package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.sluice.exporter.EndpointSettings;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.tls.TlsContext;
import io.sluice.runtime.Handle;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one transport. An exchange gets the connection that was used last, or a new one if none is idle;
 * so there are never more than there were sends in flight at once, and those that are not needed go idle and end.
 *
 * <p>Each connection looks the name up, and begins with another of its addresses. One that has reached the maximum age
 * ends with its exchange, so that a name that has moved is noticed. When the files of TLS have changed, connections made with the old ones end: the idle at once, the others with the
 * answer they wait for, which is no later than the export's time limit.
 *
 * <p>In the transport's loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells a channel's outcome through its pipeline
final class HttpConnections {

    /** Shorter than the idle limit of common servers and proxies, so that it is mostly we who close. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Handle handle;
    private final DriverEventLoop loop;
    private final HttpEndpoint endpoint;
    private final ByteCounts counts;
    private final int connectTimeoutMillis;
    private final int maxResponseBytes;
    private final EndpointSettings settings;
    private final InstantSource wallClock;
    private final AddressTurns names;

    /** Null for plain text. */
    private final @Nullable TlsHandlers tls;

    private final Deque<HttpClientConnection> idle = new ArrayDeque<>();
    private boolean closed;

    HttpConnections(
            Handle handle,
            DriverEventLoop loop,
            HttpEndpoint endpoint,
            HttpTransportSettings settings,
            ByteCounts counts,
            InstantSource wallClock,
            NameLookup names,
            @Nullable TlsHandlers tls) {
        this.handle = handle;
        this.loop = loop;
        this.endpoint = endpoint;
        this.counts = counts;
        this.connectTimeoutMillis = settings.common().connectTimeoutMillis();
        this.maxResponseBytes = settings.maxResponseBytes();
        this.settings = settings.common();
        this.wallClock = wallClock;
        this.names = new AddressTurns(names);
        this.tls = tls;
    }

    void run(HttpExchange exchange) {
        if (refused(exchange)) {
            return;
        }
        HttpClientConnection connection = idle.pollLast();
        while (connection != null && !isUsable(connection)) {
            connection = idle.pollLast();
        }
        if (connection == null) {
            runOnFresh(exchange);
        } else {
            connection.run(exchange);
        }
    }

    /** Runs {@code exchange} on a connection of its own making. */
    void runOnFresh(HttpExchange exchange) {
        if (refused(exchange)) {
            return;
        }
        exchange.progress("connecting");
        long startNanos = loop.ticker().nanoTime();
        long timeoutNanos = TimeUnit.MILLISECONDS.toNanos(connectTimeoutMillis);
        DriverSocketChannel channel = DriverSocketChannel.toHost(handle, names, timeoutNanos);
        channel.config().setConnectTimeoutMillis(connectTimeoutMillis);
        // A peer that refuses early, 413 for example, may reset the connection before it has read the whole request.
        // Its
        // answer is there to be read all the same; the connection ends with it.
        channel.config().setAutoClose(false);
        TlsContext context = tls == null ? null : tls.contexts().current();
        SslHandler handshake = tls == null || context == null ? null : tls.newHandler(context);
        HttpClientConnection connection =
                new HttpClientConnection(this, channel, loop, handshake, context == null ? 0 : context.generation());
        exchange.runOn(connection);
        counts.add(channel);
        loop.register(channel);
        channel.connect(endpoint.remote()).addListener(connected -> {
            if (!connected.isSuccess()) {
                counts.remove(channel);
                connection.connectFailed(exchange, connected.cause());
            } else if (handshake != null) {
                shakeHands(exchange, connection, handshake, startNanos);
            } else if (!exchange.isFinished()) {
                connection.run(exchange);
            }
        });
    }

    /** Sees the handshake through, which begins as soon as this returns. It has what is left of the connect timeout. */
    private void shakeHands(
            HttpExchange exchange, HttpClientConnection connection, SslHandler handshake, long startNanos) {
        exchange.progress("in the TLS handshake");
        long passedMillis = TimeUnit.NANOSECONDS.toMillis(loop.ticker().nanoTime() - startNanos);
        handshake.setHandshakeTimeoutMillis(Math.max(1, connectTimeoutMillis - passedMillis));
        handshake.handshakeFuture().addListener(done -> {
            if (!done.isSuccess()) {
                connection.handshakeFailed(exchange, done.cause());
            } else if (!exchange.isFinished()) {
                connection.run(exchange);
            }
        });
    }

    /** Whether {@code connection} may take an exchange; one that is outdated ends here. */
    private boolean isUsable(HttpClientConnection connection) {
        if (connection.isUsable() && isOutdated(connection)) {
            connection.close();
        }
        return connection.isUsable();
    }

    /** Whether {@code connection} is as old as any may be, or was made with TLS files that have changed since. */
    boolean isOutdated(HttpClientConnection connection) {
        return settings.isTooOld(loop.ticker().nanoTime() - connection.madeAtNanos())
                || (tls != null
                        && connection.generation() != tls.contexts().current().generation());
    }

    /** Ends the idle connections that are outdated. */
    void retire() {
        for (HttpClientConnection connection : List.copyOf(idle)) {
            if (isOutdated(connection)) {
                idle.remove(connection);
                connection.close();
            }
        }
    }

    /** How a failure of TLS is told. */
    String words(Throwable failure) {
        return tls == null ? FailureWords.of(failure) : FailureWords.ofTls(failure, tls, connectTimeoutMillis);
    }

    private boolean refused(HttpExchange exchange) {
        if (closed) {
            exchange.finish(shutDown());
        }
        return exchange.isFinished();
    }

    boolean isClosed() {
        return closed;
    }

    /** The outcome of an exchange that the shutdown came before or into. */
    ExportResult shutDown() {
        return new ExportResult.Unreachable(endpoint.name() + ": the transport is shut down");
    }

    /** {@code connection} has nothing to do. */
    void idle(HttpClientConnection connection) {
        idle.addLast(connection);
    }

    /** {@code connection} is gone. */
    void closed(HttpClientConnection connection) {
        idle.remove(connection);
        counts.remove(connection.channel());
    }

    /** Takes no more exchanges. The idle connections say goodbye; the loop closes the others. */
    void close() {
        closed = true;
        List.copyOf(idle).forEach(HttpClientConnection::close);
        idle.clear();
    }

    HttpEndpoint endpoint() {
        return endpoint;
    }

    int maxResponseBytes() {
        return maxResponseBytes;
    }

    long idleNanos() {
        return IDLE_NANOS;
    }

    Instant now() {
        return wallClock.instant();
    }

    void report(Throwable bug) {
        loop.report(bug);
    }
}
