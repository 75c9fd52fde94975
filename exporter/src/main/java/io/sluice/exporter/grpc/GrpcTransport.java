package io.sluice.exporter.grpc;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Transport;
import io.sluice.exporter.headers.HeaderCalls;
import io.sluice.exporter.tls.TlsContexts;
import io.sluice.exporter.transport.NameLookup;
import io.sluice.exporter.transport.RequestBody;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.TaskOptions;
import io.sluice.runtime.time.Sleep;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * OTLP/gRPC over one HTTP/2 connection, which all calls share and which is made anew when a call finds none or one that
 * has reached the maximum age.
 *
 * <p>It runs on one task of the runtime, and with TLS on another that looks at the files; both live until {@link #shutdown}; grpc-java is given no thread and starts
 * none. Its classes are loaded on a blocking thread by the first send. Any thread.
 */
public final class GrpcTransport implements Transport {

    /** For farewells to a peer that takes them; afterwards connections are closed without. */
    private static final Duration GRACE = Duration.ofMillis(250);

    private final Handle handle;
    private final GrpcTransportSettings settings;
    private final GrpcChannel channel;
    private final RequestBody.Pool bodies;

    /** Metadata that differs from call to call. */
    private final Optional<HeaderCalls> headerCalls;

    /** Looks at the files of TLS; null without TLS. */
    private final @Nullable JoinHandle<Void> watch;

    private GrpcTransport(
            Handle handle, GrpcTransportSettings settings, NameLookup names, @Nullable TlsContexts contexts) {
        this.handle = handle;
        this.settings = settings;
        this.bodies = new RequestBody.Pool(settings.common().compressionLevel());
        this.channel = new GrpcChannel(handle, settings, names, contexts);
        this.headerCalls = settings.headerSource().map(source -> new HeaderCalls(handle, source));
        this.watch = contexts == null
                ? null
                : handle.spawn(TaskOptions.named("tls-files"), contexts.watch(handle, channel::renew));
    }

    /**
     * A transport to {@code settings.endpoint()}. Connects with the first send, not before. Reads the files of TLS, if
     * the endpoint asks for it, so it may wait for the disk.
     *
     * @param log where it is told that files of TLS have changed, and that changed files are broken
     * @throws IllegalArgumentException if a file of TLS cannot be used
     */
    public static GrpcTransport open(Handle handle, GrpcTransportSettings settings, DiagnosticLog log) {
        return open(handle, settings, log, NameLookup.SYSTEM);
    }

    static GrpcTransport open(Handle handle, GrpcTransportSettings settings, DiagnosticLog log, NameLookup names) {
        requireNonNull(handle, "handle");
        boolean secure = GrpcTransportSettings.isSecure(settings.endpoint());
        return new GrpcTransport(handle, settings, names, secure ? TlsContexts.load(settings.tls(), log) : null);
    }

    /** One call. Cancelling ends it at the peer as well; the connection stays for the others. */
    @Override
    public Future<ExportResult> send(Payload payload) {
        return new GrpcSend(this, requireNonNull(payload, "payload"));
    }

    /** Bytes that all connections took so far, frames and headers included. */
    @Override
    public long bytesWritten() {
        return channel.connections().counts().written();
    }

    /** Bytes that all connections gave so far, frames and headers included. */
    @Override
    public long bytesRead() {
        return channel.connections().counts().read();
    }

    /** Connections that are open or being made; more than one only while an old one ends. */
    @Override
    public int openConnections() {
        return channel.connections().counts().openStreams();
    }

    /**
     * Does not wait for answers: sends in flight end Unreachable at once. Ready soon after a quarter of a second at the
     * latest, also if the peer has stalled. One caller at a time.
     */
    @Override
    public Future<Void> shutdown() {
        return new Shutdown();
    }

    /**
     * Never waits for grpc-java's own end: before a peer that takes nothing, its farewell waits behind what is queued
     * for ever.
     */
    private final class Shutdown implements Future<Void> {
        private @Nullable Sleep grace;
        private @Nullable Future<Void> farewells;
        private @Nullable Future<Void> closing;
        private boolean watchEnded = watch == null;

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            if (grace == null) {
                grace = handle.sleep(GRACE);
                if (watch != null) {
                    watch.abort();
                }
                channel.close();
                farewells = channel.connections().none();
            }
            if (farewells != null) {
                if (farewells.poll(cx).isPending() && !grace.pollElapsed(cx)) {
                    return Poll.pending();
                }
                cancel();
            }
            if (closing == null) {
                closing = channel.loops().close();
            }
            return pollWatchEnded(cx) ? closing.poll(cx) : Poll.pending();
        }

        private boolean pollWatchEnded(Context cx) throws JoinException {
            try {
                watchEnded = watchEnded || watch == null || watch.poll(cx).isReady();
            } catch (JoinException e) {
                watchEnded = true;
                if (!e.isCancelled()) {
                    throw e;
                }
            }
            return watchEnded;
        }

        @Override
        public void cancel() {
            if (farewells != null) {
                farewells.cancel();
                farewells = null;
            }
            if (grace != null) {
                grace.cancel();
            }
            if (closing != null) {
                closing.cancel();
            }
        }
    }

    Handle handle() {
        return handle;
    }

    GrpcTransportSettings settings() {
        return settings;
    }

    GrpcChannel channel() {
        return channel;
    }

    Optional<HeaderCalls> headerCalls() {
        return headerCalls;
    }

    RequestBody.Pool bodies() {
        return bodies;
    }

    /** The endpoint, for people. */
    String name() {
        return settings.endpoint().toString();
    }

    /** The outcome of a send that the shutdown came before or into. */
    ExportResult shutDown() {
        return new ExportResult.Unreachable(name() + ": the transport is shut down");
    }
}
