package io.sluice.exporter.transport;

import io.sluice.exporter.ExportResult;
import io.sluice.runtime.Handle;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * The connections of one transport. An exchange gets the connection that was used last, or a new one if none is idle;
 * so there are never more than there were sends in flight at once, and those that are not needed go idle and end.
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
    private final InstantSource wallClock;

    private final Deque<HttpClientConnection> idle = new ArrayDeque<>();
    private boolean closed;

    HttpConnections(
            Handle handle,
            DriverEventLoop loop,
            HttpEndpoint endpoint,
            HttpTransportSettings settings,
            ByteCounts counts,
            InstantSource wallClock) {
        this.handle = handle;
        this.loop = loop;
        this.endpoint = endpoint;
        this.counts = counts;
        this.connectTimeoutMillis = millis(settings.connectTimeout());
        this.maxResponseBytes = settings.maxResponseBytes();
        this.wallClock = wallClock;
    }

    /** Netty takes an int and zero for no limit. */
    private static int millis(Duration timeout) {
        return (int) Math.max(
                1, Math.min(Integer.MAX_VALUE, timeout.plusNanos(999_999).toMillis()));
    }

    void run(HttpExchange exchange) {
        if (refused(exchange)) {
            return;
        }
        HttpClientConnection connection = idle.pollLast();
        while (connection != null && !connection.isUsable()) {
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
        DriverSocketChannel channel = new DriverSocketChannel(handle);
        channel.config().setConnectTimeoutMillis(connectTimeoutMillis);
        HttpClientConnection connection = new HttpClientConnection(this, channel, loop);
        exchange.runOn(connection);
        counts.add(channel);
        loop.register(channel);
        channel.connect(endpoint.address()).addListener(connected -> {
            if (!connected.isSuccess()) {
                counts.remove(channel);
                connection.connectFailed(exchange, connected.cause());
            } else if (!exchange.isFinished()) {
                connection.run(exchange);
            }
        });
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

    /** Takes no more exchanges; the loop closes the connections. */
    void close() {
        closed = true;
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
