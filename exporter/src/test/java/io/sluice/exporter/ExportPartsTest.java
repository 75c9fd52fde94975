package io.sluice.exporter;

import static io.sluice.exporter.testing.Await.await;
import static io.sluice.exporter.testing.FakeTransport.BUSY;
import static io.sluice.exporter.testing.FakeTransport.DELIVERED;
import static io.sluice.exporter.testing.FakeTransport.DOWN;
import static io.sluice.exporter.testing.FakeTransport.REJECTED;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Batches of sixteen ids, of eight bytes each, that have to be divided. After each test the account must agree with the
 * far end to the item, and permits, payloads, timers and retry room must be back.
 */
class ExportPartsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int PERMITS = 2;
    private static final ExportResult TOO_LARGE = new ExportResult.TooLarge("413 too large");
    private static final ExportResult BAD = new ExportResult.BadData("400 bad data");

    private final StepRuntime steps = new StepRuntime();
    private final FakeTransport far = new FakeTransport(steps.handle().timeDriver());
    private final IdEncoder encoder = new IdEncoder().senders(8_192);
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final List<Long> accepted = new ArrayList<>();

    /** What the far end saw of each attempt. */
    private final List<List<Long>> seen = new ArrayList<>();

    private int maxRequestBytes = 1 << 20;
    private int maxAttempts = 1_000;
    private Duration budget = Duration.ofMinutes(5);
    private ExportPipeline<Long> pipeline;
    private boolean runtimeEnded;
    private boolean failsATask;
    private long lastId;

    /** Ids that arrived and count for nothing. */
    private int lightIds;

    @AfterEach
    void accountAgreesWithTheFarEnd_andNothingIsLeftBehind() {
        if (!runtimeEnded) {
            shutdown();
            steps.advance(Duration.ofSeconds(11), SECOND);
        }
        AccountSnapshot account = account();

        assertThat(account.accepted()).isEqualTo(accepted.size() - (failsATask ? 0 : lightIds));
        assertThat(account.pending()).isZero();
        assertThat(far.arrived()).doesNotHaveDuplicates();
        assertThat(new HashSet<>(accepted).containsAll(far.arrived())).isTrue();
        assertThat(account.delivered()).isEqualTo(far.arrived().size() - lightIds);
        assertThat(encoder.told()).containsExactly(account.delivered(), account.rejected(), account.droppedItems());
        assertThat(pipeline.availablePermits()).isEqualTo(PERMITS);
        assertThat(pipeline.retryBytes()).isZero();
        assertThat(pipeline.abortWaiters()).isZero();
        assertThat(encoder.openPayloads()).isZero();
        assertThat(far.inFlight()).isZero();
        assertThat(far.maxInFlight()).isLessThanOrEqualTo(PERMITS);
        assertThat(steps.handle().timeDriver().timers()).isZero();
        if (failsATask) {
            assertThatThrownBy(steps::close).hasMessage("a task failed");
        } else {
            steps.close();
        }
    }

    /** A destination that takes requests of up to {@code bytes}. */
    private void takesUpTo(int bytes) {
        answers(ids -> ids.size() * Long.BYTES > bytes ? TOO_LARGE : DELIVERED);
    }

    private void answers(Function<List<Long>, ExportResult> answer) {
        far.byDefault((attempt, ids) -> {
            seen.add(ids);
            return Answer.now(answer.apply(ids));
        });
    }

    private List<Integer> sizes() {
        return seen.stream().map(List::size).toList();
    }

    // ---- too large --------------------------------------------------------------------------------------------

    @Test
    void tooLarge_isHalvedUntilItPasses_andArrivesInOrder() {
        takesUpTo(40);
        drive(16);
        steps.run();

        assertThat(sizes()).containsExactly(16, 8, 4, 4, 8, 4, 4);
        assertThat(far.arrived()).isEqualTo(accepted);
        assertThat(account().delivered()).isEqualTo(16);
        assertThat(log).isEmpty();
    }

    @Test
    void tooLarge_downToOneItem_losesThatOne_byItsName() {
        answers(ids -> ids.contains(6L) ? TOO_LARGE : DELIVERED);
        drive(16);
        Watched<Boolean> flush = steps.watch(pipeline.flush());

        assertThat(flush.value()).isFalse();
        assertThat(far.arrived()).hasSize(15).doesNotContain(6L);
        assertThat(account().rejected()).isEqualTo(1);
        assertThat(log(1)).hasSize(1).first().asString().contains("1 items rejected: id 6 of 8 bytes: 413 too large");
    }

    @Test
    void tooLarge_whatever_losesAll_oneByOne() {
        answers(ids -> TOO_LARGE);
        drive(16);
        steps.run();

        assertThat(sizes()).hasSize(31);
        assertThat(account().rejected()).isEqualTo(16);
    }

    @Test
    void tooLarge_thatNobodyCanDivide_isRejected() {
        encoder.divider((body, items) -> Pieces.indivisible(body, items, "a blob"));
        takesUpTo(40);
        drive(16);
        steps.run();

        assertThat(account().rejected()).isEqualTo(16);
        assertThat(log(1)).first().asString().contains("16 items rejected: a blob of 128 bytes: 413 too large");
    }

    /** 4,095 ids are 32,760 bytes; the far end takes 20,000. */
    @Test
    void tooLarge_onceKnown_isNotSentAgain_untilALongWhileLater() {
        pipeline = start(4_095);
        takesUpTo(20_000);
        drive(4_095);
        steps.run();
        assertThat(sizes()).containsExactly(4_095, 2_047, 2_048);
        seen.clear();
        drive(4_095);
        steps.run();
        assertThat(sizes()).containsExactly(2_047, 2_047, 1);
        seen.clear();
        steps.advance(Duration.ofSeconds(60), SECOND);
        drive(4_095);
        steps.run();
        assertThat(sizes()).containsExactly(2_559, 1_279, 1_280, 1_536);
        seen.clear();
        drive(4_095);
        steps.run();
        assertThat(sizes()).containsExactly(2_048, 2_047);
        takesUpTo(40_000);
        steps.advance(Duration.ofMinutes(20), SECOND);
        seen.clear();
        drive(4_095);
        steps.run();

        assertThat(sizes()).containsExactly(4_095);
        assertThat(far.arrived()).isEqualTo(accepted);
    }

    // ---- never above the limit --------------------------------------------------------------------------------

    @Test
    void batchAboveTheLimit_isSentInParts_andNeverWhole() {
        maxRequestBytes = 40;
        takesUpTo(40);
        drive(16);
        steps.run();

        assertThat(sizes()).containsExactly(5, 5, 5, 1);
        assertThat(far.arrived()).isEqualTo(accepted);
    }

    @Test
    void batchAtTheLimit_isSentWhole() {
        maxRequestBytes = 128;
        takesUpTo(128);
        drive(16);
        steps.run();

        assertThat(sizes()).containsExactly(16);
    }

    @Test
    void itemAboveTheLimit_isDropped_byItsName_andNeverSent() {
        maxRequestBytes = 7;
        takesUpTo(7);
        drive(16);
        Watched<Boolean> flush = steps.watch(pipeline.flush());

        assertThat(flush.value()).isFalse();
        assertThat(far.attempts()).isZero();
        assertThat(account().dropped()).containsOnly(entry("too_large", 16L));
        assertThat(log(1))
                .first()
                .asString()
                .contains("1 items dropped: id 1 of 8 bytes is larger than a request may be, which is 7 bytes");
    }

    /** A resource of 5,000 bytes around each item: to divide such a batch would make it a hundred times as large. */
    @Test
    void batchThatConsistsOfItsEnvelope_isNotDividedForWhatIsLikely() {
        pipeline = start(1_024);
        takesUpTo(5_000);
        drive(1_024);
        steps.run();
        encoder.divider((body, items) -> new Around(IdEncoder.pieces(body[0])));
        takesUpTo(20_000);
        seen.clear();
        drive(1_024);
        steps.run();

        assertThat(sizes()).containsExactly(1_024);
        assertThat(far.arrived()).isEqualTo(accepted);
    }

    /** The same pieces but for what is overridden. */
    private interface Over extends Pieces {

        Pieces inner();

        @Override
        default int size() {
            return inner().size();
        }

        @Override
        default int items(int from, int to) {
            return inner().items(from, to);
        }

        @Override
        default int bytes(int from, int to) {
            return inner().bytes(from, to);
        }

        @Override
        default ByteBuffer[] body(int from, int to) {
            return inner().body(from, to);
        }

        @Override
        default Optional<Pieces> within(int piece) {
            return inner().within(piece);
        }

        @Override
        default boolean ofSenders() {
            return inner().ofSenders();
        }

        @Override
        default String name(int piece) {
            return inner().name(piece);
        }
    }

    /** The same pieces, each for a hundred items. */
    private record Miscounted(Pieces inner) implements Over {

        @Override
        public int items(int from, int to) {
            return 100 * inner.items(from, to);
        }
    }

    /** The same pieces, with an envelope around each request that is counted and not written. */
    private record Around(Pieces inner) implements Over {

        @Override
        public int bytes(int from, int to) {
            return 5_000 + inner.bytes(from, to);
        }
    }

    // ---- bad data ---------------------------------------------------------------------------------------------

    @Test
    void badData_ofOneSender_costsOnlyThatOne() {
        encoder.senders(2);
        answers(ids -> ids.contains(6L) ? BAD : DELIVERED);
        drive(16);
        steps.run();

        assertThat(sizes()).containsExactly(16, 8, 4, 4, 2, 2, 8);
        assertThat(far.arrived()).hasSize(14).doesNotContain(5L, 6L);
        assertThat(account().rejected()).isEqualTo(2);
        assertThat(log(1)).hasSize(1).first().asString().contains("2 items rejected: 400 bad data");
    }

    @Test
    void badData_inABatchOfOneSender_isRejectedAsAWhole() {
        answers(ids -> BAD);
        drive(16);
        steps.run();

        assertThat(sizes()).containsExactly(16);
        assertThat(account().rejected()).isEqualTo(16);
    }

    @Test
    void badData_ofEverySender_isRejected_senderBySender() {
        encoder.senders(4);
        answers(ids -> BAD);
        drive(16);
        steps.run();

        assertThat(sizes()).containsExactly(16, 8, 4, 4, 8, 4, 4);
        assertThat(account().rejected()).isEqualTo(16);
    }

    @Test
    void badData_insideOfASenderThatWasDivided_losesThatPart() {
        answers(ids -> ids.size() > 4 ? TOO_LARGE : ids.contains(6L) ? BAD : DELIVERED);
        drive(16);
        steps.run();

        assertThat(far.arrived()).hasSize(12).doesNotContain(5L, 6L, 7L, 8L);
        assertThat(account().rejected()).isEqualTo(4);
    }

    @Test
    void rejection_ofAMergedBatch_isNotDivided() {
        encoder.senders(2);
        answers(ids -> REJECTED);
        drive(16);
        steps.run();

        assertThat(sizes()).containsExactly(16);
        assertThat(account().rejected()).isEqualTo(16);
    }

    @Test
    void partialSuccess_ofAPart_isCountedWithThatPart() {
        maxRequestBytes = 64;
        far.next(new ExportResult.PartiallyRejected(3, "three"));
        far.next(new ExportResult.PartiallyRejected(100, "all"));
        drive(16);
        steps.run();

        assertThat(account().rejected()).isEqualTo(11);
        assertThat(far.arrived()).containsExactly(4L, 5L, 6L, 7L, 8L);
    }

    // ---- trouble in the middle --------------------------------------------------------------------------------

    @Test
    void part_isTriedAgain_byItself_withoutAPermitMeanwhile() {
        maxRequestBytes = 64;
        answers(ids -> DELIVERED);
        far.next(DELIVERED, DOWN, BUSY);
        drive(16);
        steps.run();
        assertThat(pipeline.availablePermits()).isEqualTo(PERMITS);
        assertThat(pipeline.retryBytes()).isEqualTo(128);
        assertThat(account().delivered()).isEqualTo(8);
        steps.advance(Duration.ofSeconds(6), Duration.ofMillis(100));

        assertThat(far.attempts()).isEqualTo(4);
        assertThat(far.arrived()).isEqualTo(accepted);
    }

    @Test
    void budget_thatIsOverInTheMiddle_dropsTheRest() {
        maxRequestBytes = 32;
        budget = Duration.ofSeconds(3);
        far.next(DELIVERED).byDefault(DOWN);
        drive(16);
        steps.advance(Duration.ofSeconds(4), Duration.ofMillis(100));

        assertThat(account().delivered()).isEqualTo(4);
        assertThat(account().dropped()).containsOnly(entry("retries_exhausted", 12L));
    }

    @Test
    void drainDeadline_inTheMiddle_dropsTheRest() {
        maxRequestBytes = 32;
        far.next(DELIVERED).byDefault((attempt, ids) -> Answer.never());
        drive(16);
        steps.run();
        Watched<DrainReport> end = shutdown();
        steps.advance(Duration.ofSeconds(10), Duration.ofMillis(500));

        assertThat(end.value().inTime()).isFalse();
        assertThat(end.value().account().delivered()).isEqualTo(4);
        assertThat(end.value().account().dropped()).containsOnly(entry("drain_deadline", 12L));
    }

    @Test
    void runtimeThatEnds_inTheMiddle_dropsTheRest() {
        maxRequestBytes = 32;
        far.next(DELIVERED).byDefault((attempt, ids) -> Answer.never());
        drive(16);
        steps.run();
        runtimeEnded = true;
        steps.close();

        assertThat(account().delivered()).isEqualTo(4);
        assertThat(account().dropped()).containsOnly(entry("aborted", 12L));
    }

    @Test
    void dividerThatThrows_losesThatBatch_andNothingElse() {
        encoder.divider((body, items) -> {
            throw new IllegalStateException("boom");
        });
        takesUpTo(40);
        drive(16);
        steps.run();

        assertThat(account().rejected()).isEqualTo(16);
        assertThat(log(2)).anyMatch(line -> line.contains("the divider threw") && line.contains("boom"));
    }

    /** Parts that claim more items than the batch has would be counted twice: a bug, and the account stays true. */
    @Test
    void dividerThatMiscounts_isABug_andTheAccountBalances() {
        maxRequestBytes = 64;
        encoder.divider((body, items) -> new Miscounted(IdEncoder.pieces(body[0])));
        answers(ids -> DELIVERED);
        drive(16);
        steps.run();

        assertThat(account().dropped()).containsOnly(entry("internal_error", 16L));
        assertThat(account().delivered()).isZero();
        lightIds = 8;
        failsATask = true;
    }

    @Test
    void transportThatThrows_inTheMiddle_isTriedAgain() {
        maxRequestBytes = 64;
        far.byDefault((attempt, ids) -> {
            if (attempt == 2) {
                throw new IllegalStateException("a bug in the transport");
            }
            return Answer.now(DELIVERED);
        });
        drive(16);
        steps.advance(Duration.ofSeconds(2), Duration.ofMillis(100));

        assertThat(far.arrived()).isEqualTo(accepted);
    }

    @Test
    void attempts_areBounded_forEachRequestByItself() {
        maxRequestBytes = 64;
        maxAttempts = 3;
        far.next(DOWN, DOWN, DELIVERED, DOWN, DOWN, DOWN);
        drive(16);
        steps.advance(Duration.ofSeconds(30), Duration.ofMillis(100));

        assertThat(far.attempts()).isEqualTo(6);
        assertThat(account().delivered()).isEqualTo(8);
        assertThat(account().dropped()).containsOnly(entry("retries_exhausted", 8L));
    }

    /** A metric without points is sent like everything else and counts for nothing. */
    @Test
    void partsThatCountForNothing_areSent_andSettledOnce() {
        maxRequestBytes = 32;
        encoder.weight(id -> id < 9 ? 1 : 0);
        answers(ids -> DELIVERED);
        drive(16);
        steps.run();
        assertThat(sizes()).containsExactly(4, 4, 4, 4);
        assertThat(account().delivered()).isEqualTo(8);
        assertThat(account().pending()).isZero();

        lightIds = 8;
    }

    // ---- the bench --------------------------------------------------------------------------------------------

    private Watched<DrainReport> shutdown() {
        return steps.watch(pipeline.shutdown(Duration.ofSeconds(10)));
    }

    private AccountSnapshot account() {
        return pipeline.account().snapshot();
    }

    private List<String> log(int lines) {
        await(() -> log.size() >= lines);
        return List.copyOf(log);
    }

    private void drive(int items) {
        if (pipeline == null) {
            pipeline = start(16);
        }
        LongStream.range(0, items).forEach(i -> {
            assertThat(pipeline.inlet().offer(++lastId).isAccepted()).isTrue();
            accepted.add(lastId);
        });
    }

    private ExportPipeline<Long> start(int batchItems) {
        PipelineSettings settings = new PipelineSettings(
                new BatchSettings(
                        10_000,
                        batchItems,
                        batchItems,
                        100_000,
                        Duration.ofSeconds(5),
                        Overflow.DROP_NEWEST,
                        Duration.ofSeconds(10)),
                new RetrySettings(SECOND, Duration.ofSeconds(4), 2, budget, maxAttempts, 1 << 20),
                new HttpTransportSettings(
                        URI.create("http://localhost:4318/v1/traces"),
                        Map.of(),
                        Compression.NONE,
                        SECOND,
                        Duration.ofSeconds(2),
                        1_000),
                PERMITS,
                maxRequestBytes);
        return ExportPipeline.start(
                "test",
                settings,
                encoder,
                far,
                (level, message, thrown) -> log.add(message + (thrown == null ? "" : " " + thrown)),
                steps.handle());
    }
}
