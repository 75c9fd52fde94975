package io.sluice.agent.sidecar;

import static java.util.Objects.requireNonNull;

import io.sluice.batching.Account;
import io.sluice.batching.AccountSnapshot;
import io.sluice.batching.DrainReport;
import io.sluice.batching.Offer;
import io.sluice.batching.RefuseReason;
import io.sluice.config.CustodyOptions;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.ExportPipeline;
import io.sluice.exporter.PipelineSettings;
import io.sluice.exporter.PipelineStats;
import io.sluice.exporter.Signal;
import io.sluice.exporter.Transport;
import io.sluice.exporter.grpc.GrpcTransportSettings;
import io.sluice.exporter.otlp.OtlpMerge;
import io.sluice.exporter.otlp.OtlpRequest;
import io.sluice.exporter.transport.Responder;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One signal's way through the sidecar: its own channel, permits, retry state, connections and account.
 *
 * <p>Senders whose data was bad have a way of their own beside it, the quarantine, with a quarter of the permits: what
 * the destination refuses has to be found out by sending halves of halves, and nobody else waits for that.
 */
final class Lane {

    /** What a sender may let go at its turn: a few usual requests, so that its own merge well. */
    private static final int TURN_BYTES = 64 << 10;

    private static final int QUARANTINE_SHARE = 4;

    private final Signal signal;
    private final PipelineSettings settings;
    private final CustodyOptions options;
    private final BatchReceipt.Ledger ledger;
    private final DiagnosticLog log;
    private final Handle handle;
    private final Clock clock;
    private final Transport transport;
    private final Account account = new Account();
    private final ExportPipeline<HeldRequest> pipeline;
    private final ReentrantLock lock = new ReentrantLock();

    /** Null until the first request needs it. Written under {@link #lock}; any thread reads. */
    private volatile @Nullable ExportPipeline<HeldRequest> quarantine;

    /** Guarded by {@link #lock}: no quarantine begins any more. */
    private boolean ending;

    /**
     * @param unattributed counts what cannot be told whose it was
     * @param transport the lane's from here on
     */
    Lane(
            Signal signal,
            PipelineSettings settings,
            CustodyOptions options,
            Sender unattributed,
            Transport transport,
            DiagnosticLog log,
            Handle handle) {
        this.signal = signal;
        this.settings = settings;
        this.options = options;
        this.log = log;
        this.handle = handle;
        this.clock = handle.timeDriver().clock();
        this.ledger = new BatchReceipt.Ledger(unattributed, clock);
        this.transport = transport;
        this.pipeline = pipeline("", settings.maxConcurrentExports(), options.ack() == CustodyOptions.Ack.DELIVERY);
    }

    private ExportPipeline<HeldRequest> pipeline(String suffix, int permits, boolean apart) {
        int maxBatchBytes = settings.batch().maxBatchBytes();
        return ExportPipeline.start(
                name() + suffix + " to " + settings.transport().endpoint(),
                new PipelineSettings(
                        settings.batch(), settings.retry(), settings.transport(), permits, settings.maxRequestBytes()),
                new HeldMerge(new OtlpMerge(signal, settled -> {}), maxBatchBytes, apart, clock, ledger),
                transport,
                // Where senders travel apart, turns that are short would make batches that are small.
                new FairLine(
                        apart ? maxBatchBytes : TURN_BYTES, settings.batch().maxQueueItems()),
                account,
                log,
                handle);
    }

    private ExportPipeline<HeldRequest> quarantine() {
        ExportPipeline<HeldRequest> begun = quarantine;
        if (begun != null) {
            return begun;
        }
        lock.lock();
        try {
            if (quarantine == null && ending) {
                return pipeline;
            }
            if (quarantine == null) {
                int permits = Math.max(1, settings.maxConcurrentExports() / QUARANTINE_SHARE);
                quarantine = pipeline(" of senders of bad data", permits, true);
            }
            return requireNonNull(quarantine);
        } finally {
            lock.unlock();
        }
    }

    private ExportPipeline<HeldRequest> wayOf(Sender sender) {
        return sender.isQuarantined(clock.nanoTime()) ? quarantine() : pipeline;
    }

    Signal signal() {
        return signal;
    }

    /** What the Collector calls an exporter like this one. */
    String exporter() {
        return settings.transport() instanceof GrpcTransportSettings ? "otlp_grpc" : "otlp_http";
    }

    /** The signal's name in accounts. */
    String name() {
        return signal.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Takes {@code request} with its share of custody, or leaves both to the caller. Answers {@code responder} if it has
     * taken it: now, or when it is settled. Never waits.
     */
    Offer offer(OtlpRequest request, Custody.Share share, Responder responder) {
        if (options.ack() == CustodyOptions.Ack.DELIVERY) {
            return offerForReply(request, share, responder);
        }
        Offer offer = wayOf(share.sender()).inlet().offer(new HeldRequest(request, share, Optional.empty()));
        if (offer.isAccepted()) {
            responder.respond(Answers.success());
        }
        return offer;
    }

    private Offer offerForReply(OtlpRequest request, Custody.Share share, Responder responder) {
        Reply reply = Reply.within(options.ackTimeout(), request.items(), responder::respond, handle);
        Offer offer = wayOf(share.sender()).inlet().offer(new HeldRequest(request, share, Optional.of(reply)));
        if (!offer.isAccepted()) {
            reply.abandon();
        }
        return offer;
    }

    /** Counts a request that custody had no room for. */
    void refusedForCustody(OtlpRequest request) {
        account.refused(RefuseReason.CUSTODY_FULL, request.items());
    }

    AccountSnapshot account() {
        return account.snapshot();
    }

    /** The figures of its pipeline, the quarantine's added where they add up. */
    PipelineStats stats() {
        ExportPipeline<HeldRequest> second = quarantine;
        return second == null ? pipeline.stats() : pipeline.stats().plus(second.stats());
    }

    boolean destinationAnswers() {
        return pipeline.destinationAnswers();
    }

    /** Sends what is held, and what still comes, without waiting for its age, until {@link #close} or the deadline. */
    List<Future<DrainReport>> drain(Duration timeout) {
        lock.lock();
        try {
            ending = true;
        } finally {
            lock.unlock();
        }
        return ways().map(way -> way.drain(timeout)).toList();
    }

    /** Accepts no more. */
    void close() {
        ways().forEach(way -> way.inlet().close());
    }

    private Stream<ExportPipeline<HeldRequest>> ways() {
        return Stream.of(pipeline, quarantine).filter(Objects::nonNull);
    }

    Future<Void> closeTransport() {
        return transport.shutdown();
    }
}
