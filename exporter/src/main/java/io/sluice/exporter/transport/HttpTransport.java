package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.ExportResult;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Transport;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import java.time.InstantSource;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * OTLP/HTTP with protobuf bodies over HTTP/1.1: POST, keep-alive, gzip if asked for, no redirects.
 *
 * <p>It runs on one task of the runtime, which lives until {@link #shutdown}. Any thread.
 */
public final class HttpTransport implements Transport {

    private final Handle handle;
    private final HttpTransportSettings settings;
    private final HttpEndpoint endpoint;
    private final DriverEventLoopGroup loops;
    private final DriverEventLoop loop;
    private final HttpConnections connections;
    private final ByteCounts counts = new ByteCounts();
    private final RequestBody.Pool bodies = new RequestBody.Pool();

    private HttpTransport(
            Handle handle, HttpTransportSettings settings, HttpEndpoint endpoint, InstantSource wallClock) {
        this.handle = handle;
        this.settings = settings;
        this.endpoint = endpoint;
        this.loops = new DriverEventLoopGroup(handle, "http-transport", 1);
        this.loop = loops.next();
        this.connections = new HttpConnections(handle, loop, endpoint, settings, counts, wallClock);
    }

    /**
     * A transport to {@code settings.endpoint()}. Connects with the first send, not before.
     *
     * @throws IllegalArgumentException if the endpoint is not an http URL with a host, or a header is not one
     */
    public static HttpTransport open(Handle handle, HttpTransportSettings settings) {
        return open(handle, settings, InstantSource.system());
    }

    /** @param wallClock what a Retry-After date is compared with */
    static HttpTransport open(Handle handle, HttpTransportSettings settings, InstantSource wallClock) {
        requireNonNull(handle, "handle");
        HttpEndpoint endpoint = new HttpEndpoint(settings.endpoint(), settings.headers(), UserAgent.text());
        return new HttpTransport(handle, settings, endpoint, wallClock);
    }

    @Override
    public Future<ExportResult> send(Payload payload) {
        return new HttpSend(this, requireNonNull(payload, "payload"));
    }

    @Override
    public long bytesWritten() {
        return counts.written();
    }

    @Override
    public long bytesRead() {
        return counts.read();
    }

    @Override
    public int openConnections() {
        return counts.openStreams();
    }

    /** Does not wait for answers: sends in flight end Unreachable at once. One caller at a time. */
    @Override
    public Future<Void> shutdown() {
        return new Shutdown();
    }

    private final class Shutdown implements Future<Void> {
        private @Nullable Future<Void> closing;

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            if (closing == null) {
                inLoop(connections::close);
                closing = loops.close();
            }
            return closing.poll(cx);
        }

        @Override
        public void cancel() {
            if (closing != null) {
                closing.cancel();
            }
        }
    }

    Handle handle() {
        return handle;
    }

    HttpTransportSettings settings() {
        return settings;
    }

    RequestBody.Pool bodies() {
        return bodies;
    }

    /** The endpoint, for people. */
    String name() {
        return endpoint.name();
    }

    void run(HttpExchange exchange) {
        if (!inLoop(() -> connections.run(exchange))) {
            exchange.finish(new ExportResult.Unreachable(name() + ": the transport is shut down"));
        }
    }

    void abandon(HttpExchange exchange) {
        inLoop(exchange::abandon);
    }

    /** Whether {@code step} will run; not if the loop has ended, and every exchange with it. */
    private boolean inLoop(Runnable step) {
        try {
            loop.execute(step);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }
}
