package io.sluice.exporter;

import static io.sluice.exporter.testing.Await.await;
import static io.sluice.exporter.testing.FakeTransport.BUSY;
import static io.sluice.exporter.testing.FakeTransport.DELIVERED;
import static io.sluice.exporter.testing.FakeTransport.DOWN;
import static io.sluice.exporter.testing.FakeTransport.REJECTED;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.batching.AccountSnapshot;
import io.sluice.batching.BatchSettings;
import io.sluice.batching.DrainReport;
import io.sluice.batching.Overflow;
import io.sluice.exporter.retry.RetrySettings;
import io.sluice.exporter.testing.FakeTransport;
import io.sluice.exporter.testing.FakeTransport.Answer;
import io.sluice.exporter.testing.IdEncoder;
import io.sluice.exporter.transport.HttpTransportSettings;
import io.sluice.runtime.testkit.StepRuntime;
import io.sluice.runtime.testkit.StepRuntime.Watched;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Each test drives numbers in and looks at the far end. After each the account must agree with what arrived, nothing
 * may be pending, and permits, payloads, timers and retry room must be back.
 */
class ExportPipelineTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final StepRuntime steps = new StepRuntime();
    private final FakeTransport far = new FakeTransport(steps.handle().timeDriver());
    private final IdEncoder encoder = new IdEncoder();
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final List<Long> accepted = new ArrayList<>();
    private long refused;
    private int permits = 4;
    private boolean runtimeEnded;
    private ExportPipeline<Long> pipeline;
    private long lastId;

    @AfterEach
    void accountAgreesWithTheFarEnd_andNothingIsLeftBehind() {
        if (!runtimeEnded) {
            Watched<DrainReport> end = shutdown();
            steps.advance(Duration.ofSeconds(11), SECOND);
            assertThat(end.value().account()).isEqualTo(account());
        }
        AccountSnapshot account = account();

        assertThat(account.pending()).isZero();
        assertThat(account.accepted()).isEqualTo(accepted.size());
        assertThat(account.refusedItems()).isEqualTo(refused);
        assertThat(new HashSet<>(accepted).containsAll(far.arrived())).isTrue();
        assertThat(account.delivered()).isEqualTo(far.acknowledged());
        assertThat(account.rejected()).isEqualTo(far.rejected());
        assertThat(pipeline.availablePermits()).isEqualTo(permits);
        assertThat(pipeline.retryBytes()).isZero();
        assertThat(pipeline.abortWaiters()).isZero();
        assertThat(encoder.openPayloads()).isZero();
        assertThat(far.inFlight()).isZero();
        assertFiguresAgree(pipeline.stats());
        assertThat(steps.handle().timeDriver().timers()).isZero();
        steps.close();
    }

    @Test
    void items_arriveOnce_inBatches() {
        drive(25);
        steps.run();
        assertThat(far.arrivedBatches()).containsExactly(20);
        steps.advance(Duration.ofSeconds(5));

        assertThat(far.arrived()).isEqualTo(accepted);
        assertThat(account().delivered()).isEqualTo(25);
        assertThat(log).isEmpty();
    }

    @Test
    void unreachable_isTriedAgain_untilItIsThere() {
        far.next(DOWN, DOWN, DOWN);
        drive(10);
        steps.run();
        assertThat(account().pending()).isEqualTo(10);
        assertThat(pipeline().availablePermits()).isEqualTo(4);
        assertThat(pipeline().retryBytes()).isEqualTo(80);
        steps.advance(Duration.ofSeconds(6), Duration.ofMillis(100));

        assertThat(far.arrived()).isEqualTo(accepted);
        assertThat(far.attempts()).isEqualTo(4);
        assertThat(account().delivered()).isEqualTo(10);
    }

    @Test
    void retryAfter_isHonoured() {
        far.next(new ExportResult.RetryAfter(Optional.of(Duration.ofSeconds(7)), "429"));
        drive(10);
        steps.run();
        drive(10);
        steps.advance(Duration.ofMillis(6_999), Duration.ofMillis(333));
        assertThat(far.attempts()).isEqualTo(1);

        steps.advance(SECOND, Duration.ofMillis(1));

        assertThat(far.arrived()).containsExactlyInAnyOrderElementsOf(accepted);
        assertThat(far.attempts()).isEqualTo(3);
    }

    @Test
    void stats_duringAnOutage_sayWhatWaitsAndWhy() {
        List<String> heard = new ArrayList<>();
        far.next(Answer.after(Duration.ofMillis(30), BUSY), Answer.now(DOWN), Answer.after(SECOND, DELIVERED));
        pipeline().observe(new ExportObserver() {
            @Override
            public void attemptEnded(long nanos, String error, Optional<AnswerCode> code) {
                heard.add("attempt " + Duration.ofNanos(nanos).toMillis() + " " + error);
            }

            @Override
            public void exportEnded(long nanos, String error, Optional<AnswerCode> code) {
                heard.add("export " + error);
            }
        });
        drive(25);
        steps.advance(Duration.ofMillis(40), Duration.ofMillis(10));
        PipelineStats waiting = pipeline().stats();
        assertThat(waiting.exports().inFlight()).isEqualTo(1);
        assertThat(waiting.exports().inFlightItems()).isEqualTo(20);
        assertThat(waiting.exports().permitsInUse()).isZero();
        assertThat(waiting.queue()).isEqualTo(new PipelineStats.Queue(5, 1_000, 0));
        assertThat(waiting.bytes().held()).isEqualTo(160);
        assertThat(waiting.bytes().inRetryRoom()).isEqualTo(160);
        assertThat(waiting.attempts().count()).isEqualTo(1);
        assertThat(waiting.attempts().backoffNanos()).isBetween(500_000_000L, 1_000_000_000L);
        steps.advance(Duration.ofSeconds(10), Duration.ofMillis(10));

        PipelineStats end = pipeline().stats();
        assertThat(end.attempts().failed()).containsOnly(entry("retry_later", 1L), entry("unreachable", 1L));
        assertThat(end.attempts().nanos().count()).isEqualTo(far.attempts() - 1);
        assertThat(end.exports().nanos().count()).isEqualTo(2);
        assertThat(end.bytes().encoded()).isEqualTo(200);
        assertThat(end.account().delivered()).isEqualTo(25);
        assertThat(heard)
                .startsWith("attempt 30 retry_later", "attempt 0 unreachable")
                .contains("attempt 1000 ", "export ");
    }

    @Test
    void observerThatThrows_hurtsNobody_andHearsNoMore() {
        List<String> heard = new ArrayList<>();
        pipeline().observe(new ExportObserver() {
            @Override
            public void attemptEnded(long nanos, String error, Optional<AnswerCode> code) {
                heard.add(error);
                throw new IllegalStateException("a bug in the observer");
            }

            @Override
            public void exportEnded(long nanos, String error, Optional<AnswerCode> code) {
                heard.add(error);
            }
        });
        drive(10);
        steps.run();
        drive(10);
        steps.run();

        assertThat(far.arrived()).isEqualTo(accepted);
        assertThat(far.attempts()).isEqualTo(2);
        assertThat(heard).hasSize(1);
        assertThat(log(1))
                .anyMatch(line -> line.contains("an observer threw") && line.contains("a bug in the observer"));
    }

    @Test
    void stats_ofWhatIsLost_tellTheReason() {
        List<String> heard = new ArrayList<>();
        far.next(REJECTED);
        far.next(new ExportResult.PartiallyRejected(3, "three are bad"));
        far.next(Answer.never());
        pipeline().observe(new ExportObserver() {
            @Override
            public void attemptEnded(long nanos, String error, Optional<AnswerCode> code) {
                heard.add("attempt " + error);
            }

            @Override
            public void exportEnded(long nanos, String error, Optional<AnswerCode> code) {
                heard.add("export " + error);
            }
        });
        drive(10);
        steps.run();
        drive(10);
        steps.run();
        drive(10);
        steps.run();
        Watched<DrainReport> end = shutdown();
        steps.advance(Duration.ofMillis(1_500), Duration.ofMillis(100));
        assertThat(end.isEnded()).isFalse();
        far.byDefault(DOWN);
        steps.advance(Duration.ofSeconds(10), Duration.ofMillis(100));

        assertThat(heard)
                .startsWith("attempt rejected", "export rejected", "attempt partly_rejected", "export rejected")
                .endsWith("export drain_deadline")
                .contains("attempt abandoned");
        assertThat(pipeline().stats().unsent()).isEmpty();
    }

    @Test
    void rejected_isFinal_andCounted() {
        far.next(REJECTED);
        drive(10);
        steps.advance(Duration.ofMinutes(1), SECOND);

        assertThat(far.attempts()).isEqualTo(1);
        assertThat(account().rejected()).isEqualTo(10);
        assertThat(log(1)).hasSize(1).first().asString().contains("10 items rejected: 400 bad data");
    }

    @Test
    void partialSuccess_isFinal_andCounted() {
        far.next(new ExportResult.PartiallyRejected(3, "three are bad"));
        drive(10);
        steps.advance(Duration.ofMinutes(1), SECOND);

        assertThat(far.attempts()).isEqualTo(1);
        assertThat(far.arrived()).isEqualTo(accepted.subList(3, 10));
        assertThat(account().delivered()).isEqualTo(7);
        assertThat(account().rejected()).isEqualTo(3);
    }

    @Test
    void partialSuccess_withoutRejections_isADelivery_andAWarning() {
        far.next(new ExportResult.PartiallyRejected(0, "mind your step"));
        drive(10);
        steps.run();

        assertThat(account().delivered()).isEqualTo(10);
        assertThat(log(1)).hasSize(1).first().asString().contains("mind your step");
    }

    @Test
    void attempt_withoutAnAnswer_isEndedByItsTimeout_andTriedAgain() {
        far.next(Answer.never());
        drive(10);
        steps.run();
        steps.advance(Duration.ofMillis(2_499), Duration.ofMillis(999));
        assertThat(far.inFlight()).isEqualTo(1);
        steps.advance(Duration.ofMillis(2));
        assertThat(far.inFlight()).isZero();
        steps.advance(SECOND);

        assertThat(far.arrived()).isEqualTo(accepted);
    }

    @Test
    void answerThatIsLost_makesADouble_andIsCountedOnce() {
        far.next(Answer.lostOnTheWayBack());
        drive(10);
        steps.advance(Duration.ofSeconds(2), Duration.ofMillis(100));

        assertThat(far.arrived()).hasSize(20).containsAll(accepted);
        assertThat(account().delivered()).isEqualTo(10);
    }

    @Test
    void budget_thatIsOver_dropsTheBatch() {
        pipeline = start(1_000, 1 << 20, Duration.ofSeconds(4));
        far.byDefault(DOWN);
        drive(10);
        steps.run();
        steps.advance(Duration.ofMillis(3_999), Duration.ofMillis(31));
        assertThat(account().pending()).isEqualTo(10);
        long attempts = far.attempts();
        steps.advance(Duration.ofMillis(2));

        assertThat(far.attempts()).isEqualTo(attempts + 1);
        assertThat(account().dropped()).containsOnly(entry("retries_exhausted", 10L));
    }

    @Test
    void budgetOfZero_neverTriesAgain() {
        pipeline = start(1_000, 1 << 20, Duration.ZERO);
        far.byDefault(BUSY);
        drive(10);
        steps.run();

        assertThat(far.attempts()).isEqualTo(1);
        assertThat(account().dropped()).containsOnly(entry("retries_exhausted", 10L));
    }

    @Test
    void permits_limitWhatIsInFlight() {
        far.byDefault((attempt, ids) -> Answer.after(SECOND, DELIVERED));
        drive(1_000);
        steps.run();
        assertThat(far.inFlight()).isEqualTo(4);
        steps.advance(Duration.ofSeconds(20), SECOND);

        assertThat(far.maxInFlight()).isEqualTo(4);
        assertThat(far.arrived()).containsExactlyInAnyOrderElementsOf(accepted);
    }

    @Test
    void outage_keepsNewItemsInTheInbox_unencoded() {
        far.byDefault(DOWN);
        drive(10);
        steps.run();
        assertThat(encoder.batches()).isEqualTo(1);
        for (int i = 0; i < 50; i++) {
            drive(10);
            steps.run();
        }
        assertThat(encoder.batches()).isEqualTo(1);
        steps.advance(Duration.ofSeconds(10), Duration.ofMillis(100));
        assertThat(encoder.batches()).isBetween(2, 8);

        far.byDefault(DELIVERED);
        steps.advance(Duration.ofSeconds(10), Duration.ofMillis(100));

        assertThat(far.arrived()).containsExactlyInAnyOrderElementsOf(accepted);
        assertThat(account().delivered()).isEqualTo(510);
    }

    @Test
    void outage_isToldOnce_andItsEndToo() {
        far.byDefault(DOWN);
        drive(10);
        steps.advance(Duration.ofSeconds(20), Duration.ofMillis(100));
        far.byDefault(DELIVERED);
        steps.advance(Duration.ofSeconds(6), Duration.ofMillis(100));

        assertThat(log(2)).hasSize(2);
        assertThat(log.poll()).contains("export failed, will be tried again: connection refused");
        assertThat(log.poll()).contains("answers again after ");
    }

    @Test
    void batchThatIsNeverTaken_doesNotHoldUpTheOthers() {
        far.byDefault((attempt, ids) -> Answer.now(ids.contains(1L) ? BUSY : DELIVERED));
        for (int i = 0; i < 100; i++) {
            drive(10);
            steps.advance(Duration.ofMillis(500));
        }

        assertThat(account().refusedItems()).isZero();
        assertThat(far.arrived()).hasSizeGreaterThan(900).doesNotContain(1L);
    }

    @Test
    void batchThatFindsNoRoomToWait_keepsItsPermit_andIsNotLost() {
        pipeline = start(1_000, 100, Duration.ofMinutes(5));
        far.byDefault((attempt, ids) -> Answer.after(SECOND, DOWN));
        drive(10);
        steps.run();
        drive(10);
        steps.run();
        drive(10);
        steps.run();
        assertThat(far.inFlight()).isEqualTo(3);
        steps.advance(SECOND);

        assertThat(far.inFlight()).isZero();
        assertThat(pipeline().availablePermits()).isEqualTo(2);
        far.byDefault(DELIVERED);
        steps.advance(Duration.ofSeconds(2), Duration.ofMillis(50));
        assertThat(far.arrived()).containsExactlyInAnyOrderElementsOf(accepted);
        assertThat(pipeline().availablePermits()).isEqualTo(4);
    }

    @Test
    void encoderThatThrows_losesThatBatch_andNothingElse() {
        boolean[] broken = {true};
        encoder.beforeEncode(() -> {
            if (broken[0]) {
                throw new IllegalStateException("boom");
            }
        });
        drive(10);
        steps.run();
        broken[0] = false;
        drive(10);
        steps.run();

        assertThat(account().dropped()).containsOnly(entry("encoding_failed", 10L));
        assertThat(far.arrived()).isEqualTo(accepted.subList(10, 20));
        assertThat(log(1))
                .hasSize(1)
                .first()
                .asString()
                .contains("the encoder threw")
                .contains("boom");
    }

    @Test
    void encoderThatThrowsAnError_losesThatBatch_andNothingElse() {
        boolean[] broken = {true};
        encoder.beforeEncode(() -> {
            if (broken[0]) {
                throw new NoClassDefFoundError("gone");
            }
        });
        drive(10);
        steps.run();
        broken[0] = false;
        drive(10);
        steps.run();

        assertThat(account().dropped()).containsOnly(entry("encoding_failed", 10L));
        assertThat(account().delivered()).isEqualTo(10);
    }

    @Test
    void transportThatThrows_isTriedAgain() {
        far.byDefault((attempt, ids) -> {
            if (attempt == 1) {
                throw new IllegalStateException("a bug in the transport");
            }
            return Answer.now(DELIVERED);
        });
        drive(10);
        steps.advance(Duration.ofSeconds(2), Duration.ofMillis(100));

        assertThat(account().delivered()).isEqualTo(10);
        assertThat(log(2)).anyMatch(line -> line.contains("a bug in the transport"));
    }

    @Test
    void itemThatIsTooLarge_isNamed_andCounted() {
        encoder.size(id -> id == 5 ? 10_001 : 8);
        drive(10);
        steps.run();

        assertThat(account().dropped()).containsOnly(entry("too_large", 1L));
        assertThat(far.arrived()).hasSize(9).doesNotContain(5L);
        assertThat(log(1)).hasSize(1).first().asString().contains("larger than a request may be: a Long");
    }

    @Test
    void fullInbox_refuses_andSaysSo() {
        pipeline = start(50, 1 << 20, Duration.ofMinutes(5));
        far.byDefault((attempt, ids) -> Answer.after(SECOND, DELIVERED));
        drive(200);
        assertThat(refused).isEqualTo(150);
        steps.advance(Duration.ofSeconds(10), SECOND);

        assertThat(account().refused()).containsOnly(entry("queue_full", 150L));
        assertThat(far.arrived()).isEqualTo(accepted);
        assertThat(log(1)).hasSize(1).first().asString().contains("150 items refused");
    }

    @Test
    void flush_isFalse_ifTheServerRejects() {
        drive(5);
        assertThat(steps.watch(pipeline().flush()).value()).isTrue();
        far.next(REJECTED);
        drive(5);

        assertThat(steps.watch(pipeline().flush()).value()).isFalse();
    }

    @Test
    void shutdown_whileTheDestinationIsDown_endsWithTheLastAttempts_andCountsAll() {
        far.byDefault(DOWN);
        drive(10);
        steps.run();
        drive(35);
        Watched<DrainReport> end = shutdown();
        steps.advance(Duration.ofMillis(8_999), Duration.ofMillis(99));
        assertThat(end.isEnded()).isFalse();
        steps.advance(Duration.ofMillis(1_001), Duration.ofMillis(99));

        assertThat(end.value().inTime()).isFalse();
        assertThat(end.value().account().dropped()).containsOnly(entry("drain_deadline", 45L));
    }

    @Test
    void shutdown_cancelsWhatIsInFlightAtTheDeadline() {
        pipeline = start(1_000, 1 << 20, Duration.ofMinutes(5));
        far.byDefault((attempt, ids) -> Answer.never());
        drive(95);
        Watched<DrainReport> end = shutdown();
        assertThat(far.inFlight()).isEqualTo(4);
        steps.advance(Duration.ofSeconds(10), Duration.ofMillis(500));

        assertThat(far.inFlight()).isZero();
        assertThat(end.value().account().dropped()).containsOnly(entry("drain_deadline", 95L));
    }

    @Test
    void shutdown_whileTheDestinationComesBack_deliversAll() {
        far.byDefault(DOWN);
        drive(10);
        steps.run();
        drive(500);
        Watched<DrainReport> end = shutdown();
        steps.advance(Duration.ofSeconds(3), Duration.ofMillis(100));
        far.byDefault(DELIVERED);
        steps.advance(Duration.ofSeconds(5), Duration.ofMillis(100));

        assertThat(end.value().inTime()).isTrue();
        assertThat(far.arrived()).containsExactlyInAnyOrderElementsOf(accepted);
    }

    @Test
    void runtimeThatEndsWithoutADrain_countsAll() {
        far.byDefault((attempt, ids) -> Answer.never());
        drive(95);
        steps.run();
        assertThat(far.inFlight()).isEqualTo(4);
        steps.runtime().close();
        runtimeEnded = true;

        assertThat(account().dropped()).containsOnly(entry("aborted", 95L));
        assertThat(account().pending()).isZero();
        assertThat(encoder.openPayloads()).isZero();
        assertThat(far.inFlight()).isZero();
        assertThat(pipeline().inlet().offer(1L).isAccepted()).isFalse();
        refused++;
    }

    @Test
    void sinkDownForTenSeconds_at5000ASecond_losesNothing() {
        pipeline = startWith(PipelineDefaults.settings(Signal.TRACES, URI.create("http://localhost:4318/v1/traces")));
        far.byDefault(DOWN);
        for (int tick = 0; tick < 1_000; tick++) {
            drive(50);
            steps.advance(Duration.ofMillis(10));
        }
        far.byDefault((attempt, ids) -> Answer.after(Duration.ofMillis(5), DELIVERED));
        for (int tick = 0; tick < 600; tick++) {
            drive(50);
            steps.advance(Duration.ofMillis(10));
        }
        steps.advance(Duration.ofSeconds(6), Duration.ofMillis(100));

        assertThat(refused).isZero();
        assertThat(far.arrived()).hasSize(80_000);
        assertThat(new HashSet<>(far.arrived())).hasSize(80_000);
        assertThat(account().delivered()).isEqualTo(80_000);
    }

    @Test
    void sinkThatAnswersAfter200Millis_at20000ASecond_losesNothing() {
        pipeline = startWith(PipelineDefaults.settings(Signal.TRACES, URI.create("http://localhost:4318/v1/traces")));
        far.byDefault((attempt, ids) -> Answer.after(Duration.ofMillis(200), DELIVERED));
        for (int tick = 0; tick < 500; tick++) {
            drive(200);
            steps.advance(Duration.ofMillis(10));
        }
        long most = accepted.size() - account().delivered();
        steps.advance(Duration.ofSeconds(6), Duration.ofMillis(100));

        assertThat(refused).isZero();
        assertThat(new HashSet<>(far.arrived())).hasSize(100_000);
        assertThat(far.arrived()).hasSize(100_000);
        assertThat(most).isLessThan(20_000);
    }

    @Test
    void batches_underSteadyLoadAndASlowDestination_growToWhatCameMeanwhile() {
        pipeline = startWith(growing(1, 200, 10_000));
        far.byDefault((attempt, ids) -> Answer.after(SECOND, DELIVERED));
        for (int tick = 0; tick < 100; tick++) {
            drive(10);
            steps.advance(Duration.ofMillis(100));
        }

        assertThat(far.arrivedBatches().get(0)).isEqualTo(10);
        assertThat(far.arrivedBatches().subList(2, 8)).allMatch(size -> size >= 90 && size <= 110);
        assertThat(refused).isZero();
    }

    @Test
    void batches_fromABacklog_takeWhatIsThere_upToTheCount() {
        pipeline = startWith(growing(1, 200, 10_000));
        far.byDefault((attempt, ids) -> Answer.after(SECOND, DELIVERED));
        drive(10);
        steps.run();
        drive(500);
        steps.advance(Duration.ofSeconds(10), Duration.ofMillis(100));

        assertThat(far.arrivedBatches()).containsExactly(10, 200, 200, 100);
    }

    @Test
    void batches_fromABacklog_takeWhatIsThere_upToTheBytes() {
        pipeline = startWith(growing(1, 200, 1_000));
        far.byDefault((attempt, ids) -> Answer.after(SECOND, DELIVERED));
        drive(10);
        steps.run();
        drive(500);
        steps.advance(Duration.ofSeconds(10), Duration.ofMillis(100));

        assertThat(far.arrivedBatches()).containsExactly(10, 125, 125, 125, 125);
    }

    private static PipelineSettings growing(int permits, int maxBatchItems, int maxBatchBytes) {
        PipelineSettings defaults =
                PipelineDefaults.settings(Signal.TRACES, URI.create("http://localhost:4318/v1/traces"));
        return new PipelineSettings(
                new BatchSettings(
                        10_000,
                        10,
                        maxBatchItems,
                        maxBatchBytes,
                        Duration.ofSeconds(5),
                        Overflow.DROP_NEWEST,
                        Duration.ofSeconds(10)),
                defaults.retry(),
                defaults.transport(),
                permits,
                1 << 20);
    }

    @Test
    void drain_duringAnOutage_triesEachHeldBatchAtOnce_andOnceMoreBeforeItsDeadline() {
        far.byDefault(DOWN);
        Map<Long, List<Long>> attempts = noteAttempts(DOWN);
        drive(50);
        steps.advance(Duration.ofSeconds(3), Duration.ofMillis(100));
        long beforeDrain = far.attempts();
        long began = millis();
        Watched<DrainReport> end = shutdown();
        steps.advance(Duration.ofSeconds(11), Duration.ofMillis(100));

        assertThat(end.value().inTime()).isFalse();
        assertThat(account().dropped()).containsOnly(entry("drain_deadline", 50L));
        assertThat(far.attempts() - beforeDrain).isBetween(6L, 40L);
        attempts.forEach((firstId, times) -> {
            assertThat(times).as("batch of " + firstId).anyMatch(time -> time >= began && time <= began + 1_000);
            assertThat(times).as("batch of " + firstId).anyMatch(time -> time >= began + 5_000);
        });
    }

    @Test
    void drain_whenTheDestinationComesBack_deliversEverything() {
        far.byDefault(DOWN);
        drive(500);
        steps.advance(Duration.ofSeconds(30), Duration.ofMillis(100));
        Watched<DrainReport> end = shutdown();
        steps.advance(Duration.ofSeconds(8), Duration.ofMillis(100));
        assertThat(account().delivered()).isZero();
        far.byDefault(DELIVERED);
        steps.advance(Duration.ofMillis(1_900), Duration.ofMillis(100));

        assertThat(end.value().inTime()).isTrue();
        assertThat(new HashSet<>(far.arrived())).hasSize(500);
    }

    @Test
    void drain_thatIsNotToTryAgain_endsWhenEverythingHasFailedOnce() {
        PipelineSettings settings = growing(4, 20, 10_000);
        RetrySettings retry = settings.retry();
        pipeline = startWith(new PipelineSettings(
                settings.batch(),
                new RetrySettings(
                        retry.initialBackoff(),
                        retry.maxBackoff(),
                        retry.multiplier(),
                        retry.maxElapsed(),
                        retry.maxAttempts(),
                        retry.maxQueuedBytes(),
                        false),
                settings.transport(),
                settings.maxConcurrentExports(),
                settings.maxRequestBytes()));
        far.byDefault(DOWN);
        drive(50);
        steps.advance(Duration.ofSeconds(3), Duration.ofMillis(100));
        Watched<DrainReport> end = shutdown();
        steps.advance(Duration.ofSeconds(2), Duration.ofMillis(100));

        assertThat(end.value().took()).isLessThan(Duration.ofSeconds(2));
        assertThat(account().dropped()).containsOnly(entry("drain_deadline", 50L));
        assertThat(log(3)).anyMatch(line -> line.contains("items dropped: not delivered before the end of the drain"));
    }

    @Test
    void drain_keepsToWhatTheDestinationAskedFor_butForALastAttempt() {
        far.byDefault(new ExportResult.RetryAfter(Optional.of(Duration.ofSeconds(60)), "429"));
        drive(10);
        steps.run();
        Watched<DrainReport> end = shutdown();
        steps.advance(Duration.ofMillis(8_900), Duration.ofMillis(100));
        assertThat(far.attempts()).isEqualTo(1);
        far.byDefault(DELIVERED);
        steps.advance(Duration.ofMillis(200), Duration.ofMillis(100));

        assertThat(end.value().inTime()).isTrue();
        assertThat(far.arrived()).hasSize(10);
    }

    @Test
    void drain_whenTheLastAttemptsFailed_doesNotWaitForItsDeadline() {
        far.byDefault(DOWN);
        drive(10);
        steps.advance(Duration.ofSeconds(3), Duration.ofMillis(100));
        Watched<DrainReport> end = shutdown();
        steps.advance(Duration.ofMillis(9_100), Duration.ofMillis(100));

        assertThat(end.value().took()).isLessThan(Duration.ofMillis(9_200));
        assertThat(log(2)).anyMatch(line -> line.contains("10 items are held and the last"));
    }

    /** When batches were attempted, in milliseconds, by their first id. */
    private Map<Long, List<Long>> noteAttempts(ExportResult result) {
        Map<Long, List<Long>> attempts = new java.util.HashMap<>();
        far.byDefault((attempt, ids) -> {
            attempts.computeIfAbsent(ids.get(0), first -> new ArrayList<>()).add(millis());
            return Answer.now(result);
        });
        return attempts;
    }

    private long millis() {
        return Duration.ofNanos(steps.handle().timeDriver().clock().nanoTime()).toMillis();
    }

    /** At the end, when nothing is on its way. */
    private void assertFiguresAgree(PipelineStats stats) {
        AccountSnapshot account = stats.account();
        long unsent =
                stats.unsent().values().stream().mapToLong(Long::longValue).sum();
        long brokenEncoder = account.dropped().getOrDefault("encoding_failed", 0L)
                - stats.unsent().getOrDefault("encoding_failed", 0L);

        assertThat(stats.exports().items()).isEqualTo(account.accepted() - unsent - brokenEncoder);
        assertThat(stats.exports().inFlight()).isZero();
        assertThat(stats.exports().inFlightItems()).isZero();
        assertThat(stats.exports().permitsInUse()).isZero();
        assertThat(stats.bytes().held()).isZero();
        assertThat(stats.bytes().inRetryRoom()).isZero();
        assertThat(stats.queue().items()).isZero();
        assertThat(stats.queue().waitingProducers()).isZero();
        assertThat(stats.attempts().count()).isGreaterThanOrEqualTo(far.attempts());
    }

    private Watched<DrainReport> shutdown() {
        return steps.watch(pipeline().shutdown(Duration.ofSeconds(10)));
    }

    private AccountSnapshot account() {
        return pipeline().account().snapshot();
    }

    /** What the log holds once {@code lines} have come; they are written by threads that may wait. */
    private List<String> log(int lines) {
        await(() -> log.size() >= lines);
        return List.copyOf(log);
    }

    private ExportPipeline<Long> pipeline() {
        if (pipeline == null) {
            pipeline = start(1_000, 1 << 20, Duration.ofMinutes(5));
        }
        return pipeline;
    }

    private void drive(int items) {
        LongStream.range(0, items).forEach(i -> {
            long id = ++lastId;
            if (pipeline().inlet().offer(id).isAccepted()) {
                accepted.add(id);
            } else {
                refused++;
            }
        });
    }

    /** Batches of 10 to 20 items, 10,000 bytes, 5 s; attempts of 2 s and the margin; backoff from 1 s to 4 s. */
    private ExportPipeline<Long> start(int queue, long roomBytes, Duration budget) {
        return startWith(new PipelineSettings(
                new BatchSettings(
                        queue, 10, 20, 10_000, Duration.ofSeconds(5), Overflow.DROP_NEWEST, Duration.ofSeconds(10)),
                new RetrySettings(SECOND, Duration.ofSeconds(4), 2, budget, roomBytes),
                new HttpTransportSettings(
                        URI.create("http://localhost:4318/v1/traces"),
                        Map.of(),
                        Compression.NONE,
                        SECOND,
                        Duration.ofSeconds(2),
                        1_000),
                permits,
                1 << 20));
    }

    private ExportPipeline<Long> startWith(PipelineSettings settings) {
        permits = settings.maxConcurrentExports();
        return ExportPipeline.start(
                "test",
                settings,
                encoder,
                far,
                (level, message, thrown) -> log.add(message + (thrown == null ? "" : " " + thrown)),
                steps.handle());
    }
}
