package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Transport;
import io.sluice.exporter.headers.HeaderCalls;
import io.sluice.exporter.tls.TlsContexts;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.TaskOptions;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * OTLP/HTTP with protobuf bodies over HTTP/1.1, in plain text or TLS: POST, keep-alive, gzip if asked for, no redirects.
 *
 * <p>It runs on one task of the runtime, and with TLS on another that looks at the files; both live until
 * {@link #shutdown}. Any thread.
 */
public final class HttpTransport implements Transport {

    private final Handle handle;
    private final HttpTransportSettings settings;
    private final HttpEndpoint endpoint;
    private final DriverEventLoopGroup loops;
    private final DriverEventLoop loop;
    private final HttpConnections connections;
    private final ByteCounts counts = new ByteCounts();
    private final RequestBody.Pool bodies;

    /** Headers that differ from request to request. */
    private final Optional<HeaderCalls> headerCalls;

    /** Looks at the files of TLS; null without TLS. */
    private final @Nullable JoinHandle<Void> watch;

    /** Nobody polls {@link #watch} any more. Whoever shuts down only. */
    private boolean watchJoined;

    private HttpTransport(
            Handle handle,
            HttpTransportSettings settings,
            HttpEndpoint endpoint,
            InstantSource wallClock,
            NameLookup names,
            @Nullable TlsContexts contexts) {
        this.handle = handle;
        this.settings = settings;
        this.endpoint = endpoint;
        this.bodies = new RequestBody.Pool(settings.common().compressionLevel());
        this.loops = new DriverEventLoopGroup(handle, "http-transport", 1);
        this.loop = loops.next();
        this.headerCalls = settings.headerSource().map(source -> new HeaderCalls(handle, source));
        TlsHandlers tls = contexts == null
                ? null
                : new TlsHandlers(
                        contexts,
                        handle,
                        endpoint.address().getHostString(),
                        endpoint.address().getPort());
        this.connections = new HttpConnections(handle, loop, endpoint, settings, counts, wallClock, names, tls);
        this.watch = contexts == null
                ? null
                : handle.spawn(
                        TaskOptions.named("tls-files"), contexts.watch(handle, () -> inLoop(connections::retire)));
    }

    /**
     * {@link #open(Handle, HttpTransportSettings, DiagnosticLog)}, telling nobody when files of TLS that have changed
     * cannot be used.
     */
    public static HttpTransport open(Handle handle, HttpTransportSettings settings) {
        return open(handle, settings, DiagnosticLog.silent());
    }

    /**
     * A transport to {@code settings.endpoint()}. Connects with the first send, not before. Reads the files of TLS, if
     * the endpoint asks for it, so it may wait for the disk.
     *
     * @param log where it is told that files of TLS have changed, and that changed files are broken
     * @throws IllegalArgumentException if the endpoint is not an http or https URL with a host, a header is not one, or
     *     a file of TLS cannot be used
     */
    public static HttpTransport open(Handle handle, HttpTransportSettings settings, DiagnosticLog log) {
        return open(handle, settings, log, InstantSource.system(), NameLookup.SYSTEM);
    }

    /** @param wallClock what a Retry-After date is compared with */
    static HttpTransport open(
            Handle handle,
            HttpTransportSettings settings,
            DiagnosticLog log,
            InstantSource wallClock,
            NameLookup names) {
        requireNonNull(handle, "handle");
        HttpEndpoint endpoint = new HttpEndpoint(settings.endpoint(), settings.headers(), UserAgent.text());
        TlsContexts contexts = endpoint.isSecure() ? TlsContexts.load(settings.tls(), log) : null;
        return new HttpTransport(handle, settings, endpoint, wallClock, names, contexts);
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
                if (watch != null) {
                    watch.abort();
                }
                inLoop(connections::close);
                closing = loops.close();
            }
            return watchEnded(cx) ? closing.poll(cx) : Poll.pending();
        }

        @Override
        public void cancel() {
            if (closing != null) {
                closing.cancel();
            }
        }
    }

    private boolean watchEnded(Context cx) throws JoinException {
        if (watch == null || watchJoined) {
            return true;
        }
        try {
            watchJoined = watch.poll(cx).isReady();
        } catch (JoinException e) {
            watchJoined = true;
            if (!e.isCancelled()) {
                throw e;
            }
        }
        return watchJoined;
    }

    Handle handle() {
        return handle;
    }

    HttpTransportSettings settings() {
        return settings;
    }

    HttpEndpoint endpoint() {
        return endpoint;
    }

    Optional<HeaderCalls> headerCalls() {
        return headerCalls;
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
