package io.sluice.exporter;

import static java.util.Objects.requireNonNull;

import io.sluice.batching.BatchSettings;
import io.sluice.batching.Overflow;
import io.sluice.exporter.grpc.GrpcTransportSettings;
import io.sluice.exporter.headers.HeaderSource;
import io.sluice.exporter.retry.RetrySettings;
import io.sluice.exporter.tls.TlsSettings;
import io.sluice.exporter.transport.HttpTransportSettings;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Handle;
import java.net.URI;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How an {@link OtlpClient} is made. Every setting has a default, see {@link PipelineDefaults}; a value out of range is
 * an {@link IllegalArgumentException} that names it and what is allowed. One thread at a time.
 *
 * @param <T> what the client sends
 */
public final class OtlpClientBuilder<T> {

    private static final String LOCAL_COLLECTOR = "http://localhost:4318";

    private final Encoder<T> encoder;
    private BatchSettings batch;
    private RetrySettings retry;
    private TransportSettings way;
    private int maxConcurrentExports;
    /** Null for what is usual on {@link #way}. */
    private @Nullable Integer maxRequestBytes;

    private DiagnosticLog log = DiagnosticLog.system();
    private @Nullable Handle handle;
    /** Null for what {@link #way} opens. */
    private @Nullable Function<Handle, Transport> transport;

    OtlpClientBuilder(Encoder<T> encoder) {
        this.encoder = requireNonNull(encoder, "encoder");
        Signal signal = encoder.signal();
        PipelineSettings defaults = PipelineDefaults.settings(signal, URI.create(LOCAL_COLLECTOR + signal.httpPath()));
        this.batch = defaults.batch();
        this.retry = defaults.retry();
        this.way = defaults.transport();
        this.maxConcurrentExports = defaults.maxConcurrentExports();
    }

    /** Everything at once. */
    public OtlpClientBuilder<T> settings(PipelineSettings settings) {
        batch = settings.batch();
        retry = settings.retry();
        way = settings.transport();
        maxConcurrentExports = settings.maxConcurrentExports();
        maxRequestBytes = settings.maxRequestBytes();
        return this;
    }

    /** OTLP/HTTP to this full URL, path included. */
    public OtlpClientBuilder<T> endpoint(URI endpoint) {
        way = new HttpTransportSettings(way.common().withEndpoint(endpoint));
        return this;
    }

    /** OTLP/gRPC to this {@code http://host:port}; by convention the port is 4317. */
    public OtlpClientBuilder<T> grpc(URI endpoint) {
        way = new GrpcTransportSettings(way.common().withEndpoint(endpoint));
        return this;
    }

    /** How connections are made safe if the endpoint's scheme is {@code https}; the JVM's trust by default. */
    public OtlpClientBuilder<T> tls(TlsSettings settings) {
        way = way.withTls(settings);
        return this;
    }

    /** Asks {@code source} for further headers before each attempt: for tokens that are replaced. */
    public OtlpClientBuilder<T> headers(HeaderSource source) {
        way = way.withHeaderSource(source);
        return this;
    }

    /** Everything about the way to the destination; the settings' type says by which protocol. */
    public OtlpClientBuilder<T> transport(TransportSettings settings) {
        way = requireNonNull(settings, "settings");
        return this;
    }

    /** Items that the channel holds. */
    public OtlpClientBuilder<T> maxQueueItems(int items) {
        batch = batch.withQueue(items);
        return this;
    }

    /** A batch leaves with {@code items}, or when its first item has waited for {@code maxAge}. */
    public OtlpClientBuilder<T> batch(int items, Duration maxAge) {
        batch = batch.withBatch(items, items, maxAge);
        return this;
    }

    /** Lets a batch take up to {@code items} from a backlog, so that a slow destination costs bytes, not round trips. */
    public OtlpClientBuilder<T> maxBatchItems(int items) {
        batch = batch.withBatch(batch.batchItems(), items, batch.maxBatchAge());
        return this;
    }

    /** Batches that are due by their count leave at least this far apart; zero: each leaves at once. */
    public OtlpClientBuilder<T> minBatchInterval(Duration interval) {
        batch = batch.withMinBatchInterval(interval);
        return this;
    }

    /**
     * What happens to an item that meets a full channel. {@link Overflow.Block} is for callers of the inlet; a client's
     * own methods say by themselves whether they wait.
     */
    public OtlpClientBuilder<T> overflow(Overflow policy) {
        batch = batch.withOverflow(policy);
        return this;
    }

    /** What {@link OtlpClient#close()} may take to deliver what is held. */
    public OtlpClientBuilder<T> drainTimeout(Duration timeout) {
        batch = batch.withDrainTimeout(timeout);
        return this;
    }

    /** Permits of the semaphore that limits exports in flight. */
    public OtlpClientBuilder<T> maxConcurrentExports(int exports) {
        maxConcurrentExports = exports;
        return this;
    }

    /**
     * A request that is larger before compression is not sent but divided; one item that is larger is dropped. By
     * default 64 MiB for OTLP/HTTP and 4 MiB for OTLP/gRPC.
     */
    public OtlpClientBuilder<T> maxRequestBytes(int bytes) {
        maxRequestBytes = bytes;
        return this;
    }

    /** When and until when a failed export is tried again. */
    public OtlpClientBuilder<T> retry(RetrySettings settings) {
        retry = requireNonNull(settings, "settings");
        return this;
    }

    /** Where trouble is told; the platform's logging by default. */
    public OtlpClientBuilder<T> log(DiagnosticLog diagnosticLog) {
        log = requireNonNull(diagnosticLog, "diagnosticLog");
        return this;
    }

    /**
     * Runs on this runtime, which the client does not end, instead of one of its own. On a current-thread runtime
     * nothing moves outside of {@link io.sluice.runtime.AsyncRuntime#blockOn}: use the futures there, not the methods
     * that wait.
     */
    public OtlpClientBuilder<T> handle(Handle runtime) {
        handle = requireNonNull(runtime, "runtime");
        return this;
    }

    /** A transport of the caller's own; made on the client's runtime, shut down by its close. */
    public OtlpClientBuilder<T> transport(Function<Handle, Transport> factory) {
        transport = requireNonNull(factory, "factory");
        return this;
    }

    /** Starts the client; from here on it takes items. */
    public OtlpClient<T> start() {
        PipelineSettings settings = new PipelineSettings(
                batch,
                retry,
                way,
                maxConcurrentExports,
                maxRequestBytes == null ? way.usualRequestBytes() : maxRequestBytes);
        AsyncRuntime ownRuntime = handle == null
                ? AsyncRuntime.builder()
                        .workerThreads(1)
                        .threadName("sluice-client")
                        .build()
                : null;
        boolean started = false;
        try {
            OtlpClient<T> client =
                    start(settings, ownRuntime == null ? requireNonNull(handle) : ownRuntime.handle(), ownRuntime);
            started = true;
            return client;
        } finally {
            if (!started && ownRuntime != null) {
                ownRuntime.shutdownInBackground();
            }
        }
    }

    private OtlpClient<T> start(PipelineSettings settings, Handle runtime, @Nullable AsyncRuntime ownRuntime) {
        Transport opened = transport == null ? settings.transport().open(runtime, log) : transport.apply(runtime);
        // Without the user, who may be followed by a password.
        String name = encoder.signal() + " to "
                + settings.transport().endpoint().toString().replaceFirst("//[^/]*@", "//");
        ExportPipeline<T> pipeline = ExportPipeline.start(name, settings, encoder, opened, log, runtime);
        return new OtlpClient<>(pipeline, opened, runtime, settings.batch().drainTimeout(), ownRuntime);
    }
}
