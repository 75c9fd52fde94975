package io.sluice.exporter;

import io.sluice.batching.Account;
import io.sluice.batching.BatchLoop;
import io.sluice.batching.DrainReport;
import io.sluice.batching.Inlet;
import io.sluice.batching.Lineup;
import io.sluice.exporter.limit.DestinationGate;
import io.sluice.exporter.limit.DrainPace;
import io.sluice.exporter.limit.ExportPermits;
import io.sluice.exporter.limit.RequestLimit;
import io.sluice.exporter.retry.Jitter;
import io.sluice.exporter.retry.RetryPolicy;
import io.sluice.exporter.retry.RetryRoom;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.TaskOptions;
import io.sluice.runtime.time.TimeDriver;
import java.time.Duration;
import java.util.Optional;

/**
 * One signal's way from an item to its destination. This class is the table of contents: it names each stage once and
 * has no logic of its own.
 *
 * <pre>
 *   Inlet            offers are accepted or refused; bounded by count         any thread
 *   BatchLoop        items become batches: count | bytes | age | flush | drain
 *   ExportPermits    DestinationGate, then a permit, in hand before encoding
 *   Exports          Encoder: one batch, one Payload
 *   ExportTask       RetryPolicy(Timeout(Transport)); RetryRoom while waiting; Delivery, in parts if need be
 *   Account          each item settled once
 * </pre>
 *
 * <p>All methods may be called from any thread.
 *
 * @param <T> what waits in the channel: a span, a metric, a log record, or a received request
 */
public final class ExportPipeline<T> {

    private final Signal signal;
    private final int permits;
    private final Account account;
    private final Destination destination;
    private final BatchLoop<T> loop;

    private ExportPipeline(Signal signal, int permits, Account account, Destination destination, BatchLoop<T> loop) {
        this.signal = signal;
        this.permits = permits;
        this.account = account;
        this.destination = destination;
        this.loop = loop;
    }

    /**
     * Starts a pipeline on the runtime of {@code handle}. The transport stays the caller's and is shut down after the
     * drain.
     *
     * @param name for log lines and task names: the signal and where it goes
     */
    public static <T> ExportPipeline<T> start(
            String name,
            PipelineSettings settings,
            Encoder<T> encoder,
            Transport transport,
            DiagnosticLog log,
            Handle handle) {
        return start(name, settings, encoder, transport, Optional.empty(), new Account(), log, handle);
    }

    /**
     * {@link #start}, with items taken in another order than the one they came in.
     *
     * @param lineup the pipeline's from here on
     * @param account where items are counted; several pipelines may share one, and each then shows all of it
     */
    public static <T> ExportPipeline<T> start(
            String name,
            PipelineSettings settings,
            Encoder<T> encoder,
            Transport transport,
            Lineup<T> lineup,
            Account account,
            DiagnosticLog log,
            Handle handle) {
        return start(name, settings, encoder, transport, Optional.of(lineup), account, log, handle);
    }

    private static <T> ExportPipeline<T> start(
            String name,
            PipelineSettings settings,
            Encoder<T> encoder,
            Transport transport,
            Optional<Lineup<T>> lineup,
            Account account,
            DiagnosticLog log,
            Handle handle) {
        TimeDriver timers = handle.timeDriver();
        FailureLog failures = new FailureLog(name, log, new Offload(handle), timers.clock());
        RetryPolicy policy =
                new RetryPolicy(settings.retry(), Jitter.seeded(timers.clock().nanoTime()));
        DrainPace drain = new DrainPace();
        DestinationGate gate = new DestinationGate(timers.clock(), policy, drain);
        ExportPermits permits = new ExportPermits(settings.maxConcurrentExports(), gate, timers);
        PipelineCounters counters = new PipelineCounters(failures);
        Destination destination = new Destination(
                transport,
                settings.transport().exportTimeout(),
                settings.attemptTimeout(),
                policy,
                settings.retry().inDrain(),
                new RetryRoom(settings.retry().maxQueuedBytes()),
                gate,
                drain,
                permits,
                new RequestLimit(settings.maxRequestBytes(), timers.clock()),
                failures,
                timers,
                new AbortSignal(),
                counters);
        Exports<T> exports = new Exports<>(encoder, destination, account, handle);
        BatchLoop<T> loop = lineup.map(order -> new BatchLoop<>(
                        settings.batch(), encoder, account, permits::forNewBatch, exports, order, timers))
                .orElseGet(() ->
                        new BatchLoop<>(settings.batch(), encoder, account, permits::forNewBatch, exports, timers));
        handle.spawn(TaskOptions.named("batches of " + name), loop).detach();
        return new ExportPipeline<>(encoder.signal(), settings.maxConcurrentExports(), account, destination, loop);
    }

    /** Where producers put items. */
    public Inlet<T> inlet() {
        return loop.inlet();
    }

    /** What became of each item. */
    public Account account() {
        return account;
    }

    /** {@link BatchLoop#flush()}. */
    public Future<Boolean> flush() {
        return loop.flush();
    }

    /** {@link BatchLoop#drain(Duration)}: the inlet goes on accepting until it is closed. */
    public Future<DrainReport> drain(Duration timeout) {
        return loop.drain(timeout);
    }

    /** Accepts no more, delivers what is held until {@code timeout}, and reports what was left. */
    public Future<DrainReport> shutdown(Duration timeout) {
        loop.inlet().close();
        return loop.drain(timeout);
    }

    /** The figures of this moment; reading them costs the pipeline nothing. */
    public PipelineStats stats() {
        PipelineCounters counters = destination.counters();
        Transport transport = destination.transport();
        return new PipelineStats(
                signal,
                account.snapshot(),
                account.unsent(),
                new PipelineStats.Queue(
                        loop.inlet().queuedItems(),
                        loop.inlet().capacity(),
                        loop.inlet().waiting()),
                counters.exports(permits, permits - availablePermits()),
                counters.attempts(),
                new PipelineStats.Bytes(
                        counters.heldBytes(),
                        retryBytes(),
                        counters.encodedBytes(),
                        transport.bytesWritten(),
                        transport.bytesRead(),
                        transport.openConnections()));
    }

    /** Tells {@code observer} of each attempt and export from now on, instead of whom it was told before. */
    public void observe(ExportObserver observer) {
        destination.counters().observer(observer);
    }

    /** Exports that could start now, for leak checks and metrics. */
    public int availablePermits() {
        return destination.permits().available();
    }

    /** Whether the last that was heard of the destination is that it takes requests; true before the first attempt. */
    public boolean destinationAnswers() {
        return destination.gate().isOpen();
    }

    /** Encoded bytes that wait to be tried again without a permit, for leak checks and metrics. */
    public long retryBytes() {
        return destination.room().usedBytes();
    }

    /** Export tasks that would hear of an abort or of a drain, for leak checks. */
    int abortWaiters() {
        return destination.abort().waiters() + destination.drain().waiters();
    }
}
