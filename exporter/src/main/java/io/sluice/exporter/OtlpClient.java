package io.sluice.exporter;

import io.sluice.batching.AccountSnapshot;
import io.sluice.batching.DrainReport;
import io.sluice.batching.Offer;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One signal's pipeline as a library: a bounded channel, batches by size or interval, concurrent exports limited by a
 * semaphore, OTLP out, drained on close.
 *
 * <pre>{@code
 * try (OtlpClient<SpanData> client = OtlpClient.builder(encoder)
 *         .endpoint(URI.create("http://localhost:4318/v1/traces"))
 *         .maxQueueItems(10_000)
 *         .batch(1_000, Duration.ofSeconds(5))
 *         .maxConcurrentExports(4)
 *         .start()) {
 *     client.trySend(span);                          // never waits
 *     client.send(span, Duration.ofMillis(100));     // a plain thread: waits when the channel is full
 *     handle.spawn(client.send(span));               // a task: the same, without a thread
 * }                                                  // delivers what is held, at most drainTimeout
 * }</pre>
 *
 * <p>Runs on a runtime of its own with one worker, or on the one whose handle it is given. All methods may be called
 * from any thread; those that wait must not be called on a worker and say so.
 *
 * @param <T> what is sent: a span, a metric, a log record
 */
public final class OtlpClient<T> implements AutoCloseable {

    /** What ending connections, and then threads, may take once everything is delivered or counted. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final ExportPipeline<T> pipeline;
    private final Transport transport;
    private final Handle handle;
    private final Duration drainTimeout;

    /** Null if the runtime is the caller's. */
    private final @Nullable AsyncRuntime ownRuntime;

    /** Set by the first close. */
    private final AtomicBoolean released = new AtomicBoolean();

    OtlpClient(
            ExportPipeline<T> pipeline,
            Transport transport,
            Handle handle,
            Duration drainTimeout,
            @Nullable AsyncRuntime ownRuntime) {
        this.pipeline = pipeline;
        this.transport = transport;
        this.handle = handle;
        this.drainTimeout = drainTimeout;
        this.ownRuntime = ownRuntime;
    }

    /** A client for what {@code encoder} encodes, with the defaults of its signal and a collector on this machine. */
    public static <T> OtlpClientBuilder<T> builder(Encoder<T> encoder) {
        return new OtlpClientBuilder<>(encoder);
    }

    /**
     * Takes {@code item} if the channel has room, or makes room if the overflow policy is to drop the oldest; never waits.
     * What was not taken is counted and stays the caller's.
     */
    public Offer trySend(T item) {
        return pipeline.inlet().offerNow(item);
    }

    /** Waits for room in the channel, for ever if need be; ready at the latest when the client is closed. */
    public Future<Offer> send(T item) {
        return pipeline.inlet().send(item);
    }

    /**
     * {@link #send(Object)} on a plain thread, for {@code limit} at most; then the item is refused.
     *
     * @throws InterruptedException if the thread is interrupted while it waits; the item was not taken
     * @throws IllegalStateException on a worker of a runtime
     */
    public Offer send(T item, Duration limit) throws InterruptedException {
        try {
            return await(handle.timeout(limit, send(item)));
        } catch (TimeoutException e) {
            return Offer.REFUSED_FULL;
        }
    }

    /** Sends what is held now; true once all of it was delivered, false if some of it was lost. */
    public Future<Boolean> flush() {
        return pipeline.flush();
    }

    /**
     * {@link #flush()} on a plain thread; false also if {@code limit} passed first.
     *
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException on a worker of a runtime
     */
    public boolean flush(Duration limit) throws InterruptedException {
        try {
            return await(handle.timeout(limit, flush()));
        } catch (TimeoutException e) {
            return false;
        }
    }

    /** What became of each item so far. */
    public AccountSnapshot account() {
        return pipeline.account().snapshot();
    }

    /** The figures of this moment. */
    public PipelineStats stats() {
        return pipeline.stats();
    }

    /** Producers that wait for room now, for leak checks. */
    int waitingSenders() {
        return pipeline.inlet().waiting();
    }

    /**
     * Accepts no more, delivers what is held until the drain's timeout, counts what is left, and ends the connections
     * and the runtime if it is the client's own. An interrupt ends the wait and not the closing: what is not delivered
     * by then is counted. Idempotent.
     *
     * @throws IllegalStateException on a worker of a runtime
     */
    @Override
    public void close() {
        close(drainTimeout);
    }

    /**
     * {@link #close()} with a timeout of its own, and what became of everything. The account has something pending only
     * if foreign code holds up a worker.
     *
     * @throws IllegalStateException on a worker of a runtime
     */
    public DrainReport close(Duration timeout) {
        Clock clock = handle.timeDriver().clock();
        long startNanos = clock.nanoTime();
        DrainReport report = null;
        boolean interrupted = false;
        try {
            report = await(handle.timeout(PipelineSettings.plus(timeout, GRACE), pipeline.shutdown(timeout)));
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (TimeoutException e) {
            // Some poll does not return: the account says what is pending.
        }
        interrupted |= release();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return report != null
                ? report
                : new DrainReport(account(), false, Duration.ofNanos(clock.nanoTime() - startNanos));
    }

    /** Ends connections and threads, once; whether the thread was interrupted meanwhile. */
    private boolean release() {
        if (released.getAndSet(true)) {
            return false;
        }
        boolean interrupted = false;
        try {
            await(handle.timeout(GRACE, transport.shutdown()));
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (TimeoutException e) {
            // The runtime's end closes what is still open.
        }
        if (ownRuntime != null) {
            ownRuntime.shutdown(GRACE);
        }
        return interrupted;
    }

    private static <R> R await(Future<R> future) throws InterruptedException, TimeoutException {
        try {
            return PlainThread.await(future);
        } catch (InterruptedException | TimeoutException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
