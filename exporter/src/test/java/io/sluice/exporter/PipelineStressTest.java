package io.sluice.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.batching.AccountSnapshot;
import io.sluice.batching.BatchSettings;
import io.sluice.batching.DrainReport;
import io.sluice.batching.Offer;
import io.sluice.batching.Overflow;
import io.sluice.exporter.retry.RetrySettings;
import io.sluice.exporter.testing.FakeTransport;
import io.sluice.exporter.testing.FakeTransport.Answer;
import io.sluice.exporter.testing.IdEncoder;
import io.sluice.exporter.transport.HttpTransportSettings;
import io.sluice.runtime.AsyncRuntime;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several producers against a destination that fails in every way that it can, on real threads and a real clock; all
 * decisions come from the seed. However it ends, the account must agree with the far end to the item and nothing may be
 * left behind.
 */
class PipelineStressTest {

    private static final int PRODUCERS = 4;
    private static final int ITEMS_EACH = 1_500;
    private static final int PERMITS = 3;

    private static PipelineSettings settings(Overflow overflow) {
        return new PipelineSettings(
                new BatchSettings(500, 20, 60, 600, Duration.ofMillis(3), overflow, Duration.ofSeconds(60)),
                new RetrySettings(Duration.ofMillis(1), Duration.ofMillis(4), 1.5, Duration.ofMillis(60), 1_000),
                new HttpTransportSettings(
                        URI.create("http://localhost:4318/v1/traces"),
                        Map.of(),
                        Compression.NONE,
                        Duration.ofSeconds(1),
                        Duration.ofMillis(15),
                        1_000),
                PERMITS,
                200);
    }

    private final Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
    private final Queue<Long> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<Long> refused = new ConcurrentLinkedQueue<>();
    private final AsyncRuntime runtime = AsyncRuntime.builder()
            .workerThreads(2)
            .enableIo(false)
            .onUncaught((task, thrown) -> uncaught.add(thrown))
            .build();
    private final FakeTransport far = new FakeTransport(runtime.handle().timeDriver());
    private final IdEncoder encoder = new IdEncoder();
    private Overflow overflow = Overflow.DROP_NEWEST;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void drain_underFaults_balances(long seed) throws Exception {
        ExportPipeline<Long> pipeline = start(seed);
        produce(pipeline, seed, ITEMS_EACH);
        far.byDefault(FakeTransport.DELIVERED);
        DrainReport report = runtime.blockOn(pipeline.shutdown(Duration.ofSeconds(60)));

        assertThat(report.inTime()).isTrue();
        assertBalance(pipeline);
        assertThat(runtime.metrics().timers()).isZero();
        end();
    }

    static List<Overflow> policies() {
        return List.of(Overflow.DROP_OLDEST, new Overflow.Block(Duration.ofMillis(2)));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void drain_underFaults_balances_whateverTheOverflow(Overflow policy) throws Exception {
        overflow = policy;
        ExportPipeline<Long> pipeline = start(8);
        produce(pipeline, 8, ITEMS_EACH / 4);
        far.byDefault(FakeTransport.DELIVERED);
        DrainReport report = runtime.blockOn(pipeline.shutdown(Duration.ofSeconds(60)));

        assertThat(report.inTime()).isTrue();
        assertBalance(pipeline);
        boolean evicts = policy == Overflow.DROP_OLDEST;
        assertThat(report.account().dropped().containsKey("evicted")).isEqualTo(evicts);
        assertThat(runtime.metrics().timers()).isZero();
        end();
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void drain_thatMeetsItsDeadline_balances(long seed) throws Exception {
        ExportPipeline<Long> pipeline = start(seed);
        produce(pipeline, seed, ITEMS_EACH / 4);
        far.byDefault((attempt, ids) -> Answer.never());
        produce(pipeline, seed + 100, 40);
        DrainReport report = runtime.blockOn(pipeline.shutdown(Duration.ofMillis(5)));

        assertThat(report.inTime()).isFalse();
        assertThat(report.account().pending()).isZero();
        assertThat(report.account().dropped()).containsKey("drain_deadline");
        assertBalance(pipeline);
        assertThat(runtime.metrics().timers()).isZero();
        end();
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 7})
    void runtimeThatEndsUnderLoad_balances(long seed) throws Exception {
        ExportPipeline<Long> pipeline = start(seed);
        ExecutorService killer = Executors.newSingleThreadExecutor();
        Future<Boolean> ended = killer.submit(() -> {
            while (accepted.size() < 1_500) {
                Thread.onSpinWait();
            }
            return runtime.shutdown(Duration.ofSeconds(10));
        });
        produce(pipeline, seed, ITEMS_EACH);

        assertThat(ended.get(20, TimeUnit.SECONDS)).isTrue();
        killer.shutdown();
        assertBalance(pipeline);
        assertThat(uncaught).isEmpty();
    }

    private ExportPipeline<Long> start(long seed) {
        Random random = new Random(seed);
        far.byDefault((attempt, ids) -> anyAnswer(random));
        encoder.senders(1).size(id -> id % 977 == 0 ? 601 : 8).beforeEncode(() -> {
            if (encoder.batches() % 50 == 49) {
                encoder.skipBatch();
                throw new IllegalStateException("a planted failure");
            }
        });
        return ExportPipeline.start(
                "stress", settings(overflow), encoder, far, DiagnosticLog.silent(), runtime.handle());
    }

    /** Called under the far end's lock, so that the sequence is one. */
    private static Answer anyAnswer(Random random) {
        Duration delay = Duration.ofMillis(random.nextInt(3));
        return switch (random.nextInt(20)) {
            case 0, 1 -> Answer.after(delay, FakeTransport.DOWN);
            case 2, 3 -> Answer.after(delay, FakeTransport.BUSY);
            case 4 -> Answer.now(new ExportResult.RetryAfter(Optional.of(Duration.ofMillis(2)), "429"));
            case 5 -> Answer.after(delay, FakeTransport.REJECTED);
            case 6 -> Answer.after(delay, new ExportResult.PartiallyRejected(random.nextInt(80), "some"));
            case 7 -> Answer.lostOnTheWayBack();
            case 8 -> random.nextInt(8) == 0 ? Answer.never() : Answer.after(delay, FakeTransport.DELIVERED);
            case 9 -> {
                if (random.nextInt(4) == 0) {
                    throw new IllegalStateException("a planted failure");
                }
                yield Answer.now(FakeTransport.DELIVERED);
            }
            case 10, 11 -> Answer.after(delay, new ExportResult.TooLarge("413"));
            case 12 -> Answer.after(delay, new ExportResult.BadData("400"));
            default -> Answer.after(delay, FakeTransport.DELIVERED);
        };
    }

    private void produce(ExportPipeline<Long> pipeline, long seed, int itemsEach) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(PRODUCERS);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int p = 0; p < PRODUCERS; p++) {
                long firstId = (seed * PRODUCERS + p) * 1_000_000;
                done.add(threads.submit(() -> produceOne(pipeline, new Random(firstId), firstId, itemsEach)));
            }
            for (Future<?> each : done) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Most items are offered, some wait for room for a moment, so that both ways are taken all the time. */
    private Void produceOne(ExportPipeline<Long> pipeline, Random random, long firstId, int items) throws Exception {
        for (long id = firstId; id < firstId + items; id++) {
            Offer offer = pipeline.inlet().offer(id);
            if (offer == Offer.REFUSED_FULL && random.nextInt(10) > 0) {
                refused.add(id);
                id = id + 1;
                offer = PlainThread.await(pipeline.inlet().send(id));
            }
            (offer.isAccepted() ? accepted : refused).add(id);
        }
        return null;
    }

    private void assertBalance(ExportPipeline<Long> pipeline) {
        AccountSnapshot account = pipeline.account().snapshot();
        Set<Long> driven = new HashSet<>(accepted);

        assertThat(account.accepted()).as(account.toString()).isEqualTo(accepted.size());
        assertThat(account.refusedItems()).as(account.toString()).isEqualTo(refused.size());
        assertThat(account.pending()).as(account.toString()).isZero();
        assertThat(account.delivered()).as(account.toString()).isEqualTo(far.acknowledged());
        assertThat(account.rejected()).as(account.toString()).isEqualTo(far.rejected());
        assertThat(driven.containsAll(far.arrived())).isTrue();
        assertThat(new HashSet<>(far.arrived())).hasSizeGreaterThanOrEqualTo((int) account.delivered());
        assertThat(pipeline.availablePermits()).isEqualTo(PERMITS);
        assertThat(pipeline.retryBytes()).isZero();
        assertThat(pipeline.abortWaiters()).isZero();
        assertThat(encoder.openPayloads()).isZero();
        assertThat(far.inFlight()).isZero();
        assertThat(far.maxInFlight()).isLessThanOrEqualTo(PERMITS);
    }

    private void end() {
        assertThat(runtime.shutdown(Duration.ofSeconds(10))).isTrue();
        assertThat(uncaught).isEmpty();
    }
}
