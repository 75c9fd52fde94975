package io.sluice.batching;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Waker;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.sync.Semaphore;
import io.sluice.runtime.testkit.ManualClock;
import io.sluice.runtime.testkit.StepRuntime;
import io.sluice.runtime.testkit.StepRuntime.Watched;
import io.sluice.runtime.testkit.TestWaker;
import io.sluice.runtime.time.TimeDriver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Items are numbers; the size of an item in bytes is the number itself. Time moves only where a test moves it. */
class BatchLoopTest {

    private static final Duration AGE = Duration.ofSeconds(5);

    private final StepRuntime steps = new StepRuntime();
    private final Account account = new Account();
    private final Sink sink = new Sink();
    private Semaphore permits = new Semaphore(2);
    private BatchLoop<Integer> loop = loop(settings(100, 10, 20, 1_000));

    @AfterEach
    void nothingIsLeftBehind() {
        sink.settleAll();
        Watched<DrainReport> drained = shutdown();
        steps.run();
        sink.settleAll();
        steps.run();

        assertThat(drained.value().account().pending()).isZero();
        assertThat(permits.availablePermits()).isEqualTo(2);
        assertThat(steps.handle().timeDriver().timers()).isZero();
        steps.close();
    }

    @Test
    void batch_isDue_whenTheCountIsReached() {
        offer(1, 9);
        steps.run();
        assertThat(sink.batches).isEmpty();

        offer(1, 1);
        steps.run();

        assertThat(sink.sizes()).containsExactly(10);
    }

    @Test
    void batch_thatTheInboxCannotHold_isDueWhenTheInboxIsFull() {
        loop = loop(settings(4, 10, 20, 1_000));
        assertThat(offer(1, 3)).isEqualTo(3);
        steps.run();
        assertThat(sink.batches).isEmpty();
        assertThat(offer(1, 3)).isEqualTo(1);
        steps.run();

        assertThat(sink.sizes()).containsExactly(4);
        assertThat(account.snapshot().refused()).containsEntry("queue_full", 2L);
    }

    @Test
    void smallestLimitsOfAll_sendItemByItem() {
        loop = loop(settings(1, 1, 1, 1));
        for (int i = 0; i < 5; i++) {
            assertThat(offer(1, 2)).isEqualTo(1);
            steps.run();
            sink.settleAll();
        }

        assertThat(sink.sizes()).containsExactly(1, 1, 1, 1, 1);
    }

    @Test
    void age_thatMeansForEver_leavesItToTheCount() {
        loop = loop(new BatchSettings(
                100, 2, 2, 100, Duration.ofSeconds(Long.MAX_VALUE), Overflow.DROP_NEWEST, Duration.ZERO));
        offer(1, 3);
        steps.run();
        steps.advance(Duration.ofDays(300));
        assertThat(sink.sizes()).containsExactly(2);
        Watched<DrainReport> drained = steps.watch(loop.drain(Duration.ofSeconds(Long.MAX_VALUE)));
        assertThat(sink.sizes()).containsExactly(2, 1);
        loop.inlet().close();
        sink.settleAll();
        steps.run();

        assertThat(drained.value().inTime()).isTrue();
    }

    @Test
    void interval_theFirstBatchLeavesAtOnce_theNextGrowsUntilItIsOver() {
        loop = loop(settings(1_000, 10, 200, 10_000).withMinBatchInterval(Duration.ofMillis(100)));
        offer(1, 10);
        steps.run();
        assertThat(sink.sizes()).containsExactly(10);
        offer(1, 40);
        steps.run();
        steps.advance(Duration.ofMillis(99));
        assertThat(sink.sizes()).containsExactly(10);
        steps.advance(Duration.ofMillis(2));
        assertThat(sink.sizes()).containsExactly(10, 40);
        sink.settleAll();
        steps.advance(Duration.ofMillis(101));
        offer(1, 10);
        steps.run();

        assertThat(sink.sizes()).containsExactly(10, 40, 10);
        sink.settleAll();
    }

    @Test
    void interval_isNotWaitedFor_byABatchThatTakesNoMore() {
        loop = loop(settings(1_000, 10, 50, 10_000).withMinBatchInterval(Duration.ofMillis(100)));
        offer(1, 10);
        steps.run();
        offer(1, 49);
        steps.run();
        assertThat(sink.sizes()).containsExactly(10);
        offer(1, 1);
        steps.run();

        assertThat(sink.sizes()).containsExactly(10, 50);
        sink.settleAll();
    }

    @Test
    void interval_isNotWaitedFor_whenTheInboxIsHalfFull() {
        loop = loop(settings(40, 10, 40, 10_000).withMinBatchInterval(Duration.ofMillis(100)));
        offer(1, 10);
        steps.run();
        offer(1, 19);
        steps.run();
        assertThat(sink.sizes()).containsExactly(10);
        offer(1, 1);
        steps.run();

        assertThat(sink.sizes()).containsExactly(10, 20);
        sink.settleAll();
    }

    @Test
    void interval_isNotWaitedFor_byAsManyBytesAsABatchHolds() {
        loop = loop(settings(1_000, 4, 1_000, 1_000).withMinBatchInterval(Duration.ofMillis(100)));
        offer(50, 4);
        steps.run();
        offer(50, 19);
        steps.run();
        assertThat(sink.sizes()).containsExactly(4);
        offer(50, 1);
        steps.run();

        assertThat(sink.sizes()).containsExactly(4, 20);
        sink.settleAll();
    }

    @Test
    void interval_isNotWaitedFor_byAFlush_orADrain() {
        loop = loop(settings(1_000, 10, 200, 10_000).withMinBatchInterval(Duration.ofMillis(100)));
        offer(1, 10);
        steps.run();
        offer(1, 20);
        steps.watch(loop.flush());
        assertThat(sink.sizes()).containsExactly(10, 20);
        sink.settleAll();
        offer(1, 5);
        loop.inlet().close();
        steps.watch(loop.drain(Duration.ofSeconds(10)));

        assertThat(sink.sizes()).containsExactly(10, 20, 5);
        sink.settleAll();
    }

    @Test
    void interval_doesNotHoldBackTheAge() {
        loop = loop(settings(1_000, 10, 200, 10_000).withMinBatchInterval(AGE.plusSeconds(1)));
        offer(1, 10);
        steps.run();
        offer(1, 3);
        steps.run();
        steps.advance(AGE);

        assertThat(sink.sizes()).containsExactly(10, 3);
        sink.settleAll();
    }

    @Test
    void batch_isDue_whenItsFirstItemIsOldEnough() {
        offer(1, 1);
        steps.run();
        steps.advance(AGE.minusMillis(2));
        offer(2, 1);
        steps.run();
        assertThat(sink.batches).isEmpty();

        steps.advance(Duration.ofMillis(2));

        assertThat(sink.batches).containsExactly(List.of(1, 2));
    }

    @Test
    void age_startsAnewWithTheNextBatch() {
        offer(1, 10);
        steps.run();
        steps.advance(AGE.minusMillis(2));
        offer(1, 3);
        steps.run();
        steps.advance(AGE.minusMillis(1));
        assertThat(sink.sizes()).containsExactly(10);

        steps.advance(Duration.ofMillis(1));

        assertThat(sink.sizes()).containsExactly(10, 3);
    }

    @Test
    void age_whileWaitingForAPermit_sendsWhatThereIsOnceThereIsOne() {
        offer(1, 10);
        steps.run();
        offer(1, 10);
        steps.run();
        offer(1, 3);
        steps.run();
        steps.advance(AGE);
        assertThat(sink.sizes()).containsExactly(10, 10);

        sink.settleFirst();
        steps.run();

        assertThat(sink.sizes()).containsExactly(10, 10, 3);
    }

    @Test
    void batch_fromABacklog_growsUpToItsLimit_andTheRestKeepsItsAge() {
        offer(1, 10);
        steps.run();
        offer(1, 10);
        steps.run();
        offer(1, 25);
        steps.run();
        assertThat(sink.sizes()).containsExactly(10, 10);

        steps.advance(Duration.ofSeconds(2));
        sink.settleFirst();
        steps.run();
        assertThat(sink.sizes()).containsExactly(10, 10, 20);
        sink.settleFirst();
        steps.advance(Duration.ofMillis(2_999));
        assertThat(sink.sizes()).containsExactly(10, 10, 20);
        steps.advance(Duration.ofMillis(1));

        assertThat(sink.sizes()).containsExactly(10, 10, 20, 5);
    }

    @Test
    void items_thatCameAfterABatchWasTaken_haveAnAgeOfTheirOwn() {
        offer(1, 3);
        steps.run();
        sink.onAccept = () -> {
            sink.onAccept = () -> {};
            offer(2, 1);
        };
        steps.advance(AGE);
        assertThat(sink.sizes()).containsExactly(3);
        steps.advance(AGE.minusMillis(1));
        assertThat(sink.sizes()).containsExactly(3);
        steps.advance(Duration.ofMillis(1));

        assertThat(sink.sizes()).containsExactly(3, 1);
    }

    @Test
    void items_stayInTheInbox_untilAPermitIsInHand() {
        loop = loop(settings(30, 10, 20, 1_000));
        offer(1, 10);
        steps.run();
        offer(1, 10);
        steps.run();

        assertThat(offer(1, 35)).isEqualTo(30);
        steps.run();
        assertThat(offer(1, 1)).isZero();
        assertThat(account.snapshot().refused()).containsEntry("queue_full", 6L);
        sink.settleFirst();
        steps.run();

        assertThat(sink.sizes()).containsExactly(10, 10, 20);
        assertThat(offer(1, 25)).isEqualTo(20);
    }

    @Test
    void bytes_ofABatch_areKeptExactly_andTheItemThatDoesNotFitStartsTheNext() {
        offer(300, 3);
        offer(100, 1);
        offer(1, 1);
        offer(999, 1);
        offer(1000, 1);
        offer(2, 3);
        steps.run();

        assertThat(sink.batches).containsExactly(List.of(300, 300, 300, 100), List.of(1, 999));
        sink.settleAll();
        steps.run();
        steps.advance(AGE);

        assertThat(sink.batches)
                .containsExactly(List.of(300, 300, 300, 100), List.of(1, 999), List.of(1000), List.of(2, 2, 2));
        assertThat(sink.bytes).containsExactly(1000, 1000, 1000, 6);
    }

    @Test
    void bytes_thatAreExpectedToFillABatch_makeItDueBeforeTheCount() {
        offer(250, 4);
        steps.run();
        steps.advance(AGE);
        assertThat(sink.sizes()).containsExactly(4);

        offer(250, 3);
        steps.run();
        assertThat(sink.sizes()).containsExactly(4);
        offer(250, 1);
        steps.run();

        assertThat(sink.sizes()).containsExactly(4, 4);
    }

    @Test
    void item_largerThanABatch_isLeftOutByName_andCounted() {
        offer(1001, 1);
        offer(1000, 1);
        offer(5000, 1);
        steps.run();
        steps.advance(AGE);

        assertThat(sink.batches).containsExactly(List.of(1000));
        assertThat(sink.leftOut).containsExactly("1001 TOO_LARGE null", "5000 TOO_LARGE null");
        assertThat(account.snapshot().dropped()).containsEntry("too_large", 2L);
    }

    @Test
    void batch_ofNothingButTooLargeItems_leavesNobodyAPermitShort() {
        for (int i = 0; i < 5; i++) {
            offer(1001, 10);
            steps.run();
        }

        assertThat(sink.batches).isEmpty();
        assertThat(permits.availablePermits()).isEqualTo(2);
        assertThat(account.snapshot().dropped()).containsEntry("too_large", 50L);
        assertThat(account.snapshot().pending()).isZero();
    }

    @Test
    void item_thatCannotBeMeasured_isLeftOut_andTheLoopGoesOn() {
        offer(-7, 1);
        offer(3, 9);
        steps.run();

        assertThat(sink.sizes()).containsExactly(9);
        assertThat(sink.leftOut).containsExactly("-7 ENCODING_FAILED java.lang.IllegalArgumentException: -7");
        assertThat(account.snapshot().dropped()).containsEntry("encoding_failed", 1L);
    }

    @Test
    void flush_isReady_onceAllThatWasAcceptedBeforeIsSettled() {
        offer(1, 3);
        Watched<Boolean> flush = steps.watch(loop.flush());
        assertThat(sink.sizes()).containsExactly(3);
        assertThat(flush.isEnded()).isFalse();
        offer(2, 4);
        steps.run();
        assertThat(sink.sizes()).containsExactly(3);

        sink.settleFirst();
        steps.run();

        assertThat(flush.value()).isTrue();
    }

    @Test
    void flush_withNothingHeld_isReadyAtOnce() {
        assertThat(steps.watch(loop.flush()).value()).isTrue();
    }

    @Test
    void flush_coversBatchesThatAreAlreadyOut_andOneThatFailsMakesItFalse() {
        offer(1, 10);
        steps.run();
        Watched<Boolean> flush = steps.watch(loop.flush());
        assertThat(flush.isEnded()).isFalse();

        sink.first().dropped(DropReason.RETRIES_EXHAUSTED);
        steps.run();

        assertThat(flush.value()).isFalse();
    }

    @Test
    void flush_doesNotCareForWhatWasLostBefore() {
        offer(1, 10);
        steps.run();
        sink.first().rejected();
        Watched<Boolean> flush = steps.watch(loop.flush());

        assertThat(flush.value()).isTrue();
    }

    @Test
    void flush_ofABacklog_takesSeveralBatches() {
        offer(1, 50);
        Watched<Boolean> flush = steps.watch(loop.flush());
        assertThat(sink.sizes()).containsExactly(20, 20);
        sink.settleFirst();
        steps.run();
        assertThat(sink.sizes()).containsExactly(20, 20, 10);
        assertThat(flush.isEnded()).isFalse();
        sink.settleAll();
        steps.run();

        assertThat(flush.value()).isTrue();
    }

    @Test
    void flush_overAnItemThatIsTooLarge_isFalse() {
        offer(1001, 1);
        offer(1, 1);
        Watched<Boolean> flush = steps.watch(loop.flush());
        sink.settleAll();
        steps.run();

        assertThat(flush.value()).isFalse();
    }

    @Test
    void flush_twice_eachHasItsOwnTruth() {
        offer(1, 3);
        Watched<Boolean> first = steps.watch(loop.flush());
        offer(1, 4);
        Watched<Boolean> second = steps.watch(loop.flush());
        assertThat(sink.sizes()).containsExactly(3, 4);
        sink.settlements.get(1).rejected();
        steps.run();
        assertThat(first.isEnded()).isFalse();
        assertThat(second.isEnded()).isFalse();
        sink.settleAll();
        steps.run();

        assertThat(first.value()).isTrue();
        assertThat(second.value()).isFalse();
    }

    @Test
    void flush_overABatchThatIsLostBeforeTheLoopHearsOfIt_isFalse() {
        offer(1, 10);
        steps.run();
        Future<Boolean> flush = loop.flush();
        sink.first().dropped(DropReason.RETRIES_EXHAUSTED);

        assertThat(steps.watch(flush).value()).isFalse();
    }

    @Test
    void flush_overItemsThatMakeRoom_isFalse_andDoesNotWaitForNewerOnes() {
        loop = loop(new BatchSettings(10, 10, 10, 1_000, AGE, Overflow.DROP_OLDEST, Duration.ofSeconds(10)));
        offer(1, 10);
        steps.run();
        offer(1, 10);
        steps.run();
        offer(1, 5);
        Watched<Boolean> flush = steps.watch(loop.flush());
        assertThat(offer(2, 9)).isEqualTo(9);
        assertThat(account.snapshot().dropped()).containsOnly(entry("evicted", 4L));
        sink.settleFirst();
        steps.run();
        assertThat(sink.batches.get(2)).containsExactly(1, 2, 2, 2, 2, 2, 2, 2, 2, 2);
        sink.settleAll();
        offer(2, 1);
        steps.run();

        assertThat(flush.value()).isFalse();
    }

    @Test
    void flush_afterItemsMadeRoom_isTrueForTheRest() {
        loop = loop(new BatchSettings(10, 10, 10, 1_000, AGE, Overflow.DROP_OLDEST, Duration.ofSeconds(10)));
        offer(1, 13);
        Watched<Boolean> flush = steps.watch(loop.flush());
        sink.settleAll();
        steps.run();

        assertThat(account.snapshot().dropped()).containsOnly(entry("evicted", 3L));
        assertThat(flush.value()).isTrue();
    }

    @Test
    void flush_thatIsCancelled_leavesTheLoopAlone() {
        offer(1, 3);
        Future<Boolean> flush = loop.flush();
        assertThat(pollOnce(flush)).isFalse();
        flush.cancel();
        steps.run();

        assertThat(sink.sizes()).containsExactly(3);
    }

    @Test
    void shutdown_sendsWhatIsHeld_andReports() {
        offer(1, 7);
        Watched<DrainReport> drained = shutdown();
        assertThat(sink.sizes()).containsExactly(7);
        assertThat(loop.inlet().offer(1)).isEqualTo(Offer.REFUSED_CLOSED);
        assertThat(drained.isEnded()).isFalse();
        steps.advance(Duration.ofSeconds(3));
        sink.settleFirst();
        steps.run();

        assertThat(drained.value().inTime()).isTrue();
        assertThat(drained.value().took()).isEqualTo(Duration.ofSeconds(3));
        assertThat(drained.value().account().delivered()).isEqualTo(7);
        assertThat(drained.value().account().refused()).containsEntry("closed", 1L);
    }

    @Test
    void shutdown_usesAllPermitsAtOnce() {
        offer(1, 50);
        shutdown();

        assertThat(sink.sizes()).containsExactly(20, 20);
        assertThat(permits.availablePermits()).isZero();
    }

    @Test
    void shutdown_atItsDeadline_countsWhatIsLeft() {
        offer(1, 60);
        Watched<DrainReport> drained = shutdown();
        steps.advance(Duration.ofMillis(9_999));
        assertThat(drained.isEnded()).isFalse();
        assertThat(sink.aborts).isEmpty();
        sink.first().delivered();
        steps.advance(Duration.ofMillis(1));

        assertThat(sink.aborts).containsExactly(DropReason.DRAIN_DEADLINE);
        assertThat(drained.value().inTime()).isFalse();
        AccountSnapshot end = drained.value().account();
        assertThat(end.delivered()).isEqualTo(20);
        assertThat(end.dropped()).containsOnly(entry("drain_deadline", 40L));
        assertThat(end.pending()).isZero();
    }

    @Test
    void shutdown_withNoTimeAtAll_dropsAtOnce() {
        offer(1, 5);
        loop.inlet().close();
        Watched<DrainReport> drained = steps.watch(loop.drain(Duration.ZERO));

        assertThat(drained.value().account().dropped()).containsEntry("drain_deadline", 5L);
    }

    @Test
    void drain_goesOnAccepting_untilTheInletIsClosed() {
        offer(1, 2);
        Watched<DrainReport> drained = steps.watch(loop.drain(Duration.ofSeconds(10)));
        assertThat(sink.sizes()).containsExactly(2);
        sink.settleAll();
        steps.run();
        assertThat(drained.isEnded()).isFalse();

        offer(1, 1);
        steps.run();
        sink.settleAll();
        assertThat(sink.sizes()).containsExactly(2, 1);
        loop.inlet().close();
        steps.run();

        assertThat(drained.value().account().delivered()).isEqualTo(3);
        assertThat(drained.value().inTime()).isTrue();
    }

    @Test
    void drain_askedForTwice_keepsTheEarlierDeadline_andAnswersBoth() {
        offer(1, 2);
        Watched<DrainReport> late = steps.watch(loop.drain(Duration.ofSeconds(10)));
        Watched<DrainReport> early = steps.watch(loop.drain(Duration.ofSeconds(1)));
        Watched<DrainReport> later = steps.watch(loop.drain(Duration.ofSeconds(20)));
        steps.advance(Duration.ofSeconds(1));

        assertThat(early.value()).isEqualTo(late.value()).isEqualTo(later.value());
        assertThat(early.value().inTime()).isFalse();
    }

    @Test
    void flush_atTheDrainsDeadline_isFalse() {
        offer(1, 2);
        Watched<Boolean> flush = steps.watch(loop.flush());
        shutdown();
        steps.advance(Duration.ofSeconds(10));

        assertThat(flush.value()).isFalse();
        assertThat(steps.watch(loop.flush()).value()).isTrue();
    }

    @Test
    void cancel_ofTheTask_countsWhatWasHeld() {
        offer(1, 45);
        steps.run();
        assertThat(sink.sizes()).containsExactly(20, 20);

        loop.cancel();
        loop.cancel();

        assertThat(account.snapshot().dropped()).containsEntry("aborted", 45L);
        assertThat(account.snapshot().pending()).isZero();
        assertThat(loop.inlet().offer(1)).isEqualTo(Offer.REFUSED_CLOSED);
    }

    @Test
    void sinkThatThrows_endsTheLoop_andLosesNothingSilently() {
        sink.thrown = new IllegalStateException("a bug");
        offer(1, 15);
        steps.run();

        assertThat(steps.uncaught()).hasSize(1);
        steps.forgetUncaught();
        assertThat(account.snapshot().dropped()).containsEntry("internal_error", 15L);
        assertThat(account.snapshot().pending()).isZero();
        assertThat(permits.availablePermits()).isEqualTo(2);
        assertThat(loop.inlet().offer(1)).isEqualTo(Offer.REFUSED_CLOSED);
    }

    @Test
    void weights_areWhatAccountsCount() {
        loop = loop(settings(100, 2, 20, 1_000), 3);
        loop.inlet().offer(1);
        loop.inlet().offer(1);
        steps.run();
        sink.settlements.get(0).partlyDelivered(1);
        sink.permits.get(0).close();

        assertThat(account.snapshot().delivered()).isEqualTo(5);
        assertThat(account.snapshot().rejected()).isEqualTo(1);
    }

    @Test
    void send_waitsForRoom() {
        loop = loop(settings(10, 10, 10, 1_000));
        offer(1, 10);
        steps.run();
        offer(1, 10);
        steps.run();
        assertThat(offer(1, 10)).isEqualTo(10);
        Watched<Offer> sent = steps.watch(loop.inlet().send(2));
        assertThat(sent.isEnded()).isFalse();
        assertThat(account.snapshot().offered()).isEqualTo(30);

        sink.settleFirst();
        steps.run();

        assertThat(sent.value()).isEqualTo(Offer.ACCEPTED);
        assertThat(account.snapshot().accepted()).isEqualTo(31);
    }

    @Test
    void send_thatIsCancelled_isARefusal_butOnlyIfItWasPolled() {
        loop = loop(settings(10, 10, 10, 1_000));
        permits = null;
        offer(1, 10);
        Future<Offer> waiting = loop.inlet().send(2);
        assertThat(pollOnce(waiting)).isFalse();
        waiting.cancel();
        waiting.cancel();
        loop.inlet().send(3).cancel();
        permits = new Semaphore(2);

        assertThat(account.snapshot().offered()).isEqualTo(11);
        assertThat(account.snapshot().refused()).containsOnly(entry("queue_full", 1L));
    }

    @Test
    void send_whileTheInletCloses_isRefused() {
        loop = loop(settings(10, 10, 10, 1_000));
        offer(1, 10);
        steps.run();
        offer(1, 10);
        steps.run();
        offer(1, 10);
        Watched<Offer> sent = steps.watch(loop.inlet().send(2));
        loop.inlet().close();
        steps.run();

        assertThat(sent.value()).isEqualTo(Offer.REFUSED_CLOSED);
        assertThat(steps.watch(loop.inlet().send(3)).value()).isEqualTo(Offer.REFUSED_CLOSED);
        assertThat(account.snapshot().refused()).containsOnly(entry("closed", 2L));
    }

    @Test
    void loop_isWokenOnlyByTheFirstItem_andByAFullBatch() throws Exception {
        TimeDriver timers = new TimeDriver(new ManualClock());
        TestWaker waker = new TestWaker();
        BatchLoop<Integer> byHand = new BatchLoop<>(
                settings(100, 10, 20, 1_000), new Measure(1), account, () -> permits.acquire(1), sink, timers);
        assertThat(byHand.poll(waker.context()).isPending()).isTrue();
        assertThat(waker.wakes()).isZero();

        byHand.inlet().offer(1);
        assertThat(waker.wakes()).isEqualTo(1);
        byHand.poll(waker.context());
        for (int i = 2; i < 10; i++) {
            byHand.inlet().offer(1);
        }
        assertThat(waker.wakes()).isEqualTo(1);
        byHand.inlet().offer(1);
        assertThat(waker.wakes()).isEqualTo(2);
        for (int i = 0; i < 50; i++) {
            byHand.inlet().offer(1);
        }
        assertThat(waker.wakes()).isEqualTo(2);
        byHand.poll(waker.context());
        assertThat(sink.sizes()).containsExactly(20, 20);

        int wakesWithoutPermit = waker.wakes();
        for (int i = 0; i < 80; i++) {
            byHand.inlet().offer(1);
        }
        assertThat(waker.wakes()).isEqualTo(wakesWithoutPermit);
        byHand.cancel();
        assertThat(timers.timers()).isZero();
    }

    private boolean pollOnce(Future<?> future) {
        try {
            return future.poll(Context.of(Waker.NOOP)).isReady();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Watched<DrainReport> shutdown() {
        loop.inlet().close();
        return steps.watch(loop.drain(Duration.ofSeconds(10)));
    }

    /** How many of {@code times} items of {@code size} were accepted. */
    private long offer(int size, int times) {
        return IntStream.range(0, times)
                .filter(i -> loop.inlet().offer(size).isAccepted())
                .count();
    }

    private static BatchSettings settings(int queue, int batch, int maxBatch, int bytes) {
        return new BatchSettings(queue, batch, maxBatch, bytes, AGE, Overflow.DROP_NEWEST, Duration.ofSeconds(10));
    }

    private BatchLoop<Integer> loop(BatchSettings settings) {
        return loop(settings, 1);
    }

    private BatchLoop<Integer> loop(BatchSettings settings, int weight) {
        BatchLoop<Integer> started = new BatchLoop<>(
                settings,
                new Measure(weight),
                account,
                () -> permits.acquire(1),
                sink,
                steps.handle().timeDriver());
        steps.handle().spawn(started).detach();
        return started;
    }

    private record Measure(int weight) implements ItemMeasure<Integer> {

        @Override
        public int count(Integer item) {
            return weight;
        }
    }

    /** Keeps batches until the test settles them. */
    private static final class Sink implements BatchSink<Integer> {

        private final List<Integer> adding = new ArrayList<>();
        private final List<List<Integer>> batches = new ArrayList<>();
        private final List<Integer> bytes = new ArrayList<>();
        private final List<Settlement> settlements = new ArrayList<>();
        private final List<Permit> permits = new ArrayList<>();
        private final List<String> leftOut = new ArrayList<>();
        private final List<DropReason> aborts = new ArrayList<>();
        private RuntimeException thrown;
        private Runnable onAccept = () -> {};

        @Override
        public int add(Integer item, int maxBytes) {
            if (item < 0) {
                throw new IllegalArgumentException(item.toString());
            }
            if (item <= maxBytes) {
                adding.add(item);
            }
            return item;
        }

        @Override
        public void accept(Settlement settlement, Permit permit) {
            List<Integer> batch = List.copyOf(adding);
            adding.clear();
            if (thrown != null) {
                throw thrown;
            }
            batches.add(batch);
            bytes.add(batch.stream().mapToInt(i -> i).sum());
            settlements.add(settlement);
            permits.add(permit);
            onAccept.run();
        }

        @Override
        public void leftOut(Integer item, DropReason reason, Throwable cause) {
            leftOut.add(item + " " + reason + " " + cause);
        }

        @Override
        public void abort(DropReason reason) {
            aborts.add(reason);
            for (int i = 0; i < settlements.size(); i++) {
                if (!settlements.get(i).isSettled()) {
                    permits.get(i).close();
                    settlements.get(i).dropped(reason);
                }
            }
        }

        List<Integer> sizes() {
            return batches.stream().map(List::size).toList();
        }

        /** The oldest unsettled batch; its permit is given back. */
        Settlement first() {
            for (int i = 0; i < settlements.size(); i++) {
                if (!settlements.get(i).isSettled()) {
                    permits.get(i).close();
                    return settlements.get(i);
                }
            }
            throw new AssertionError("every batch is settled");
        }

        void settleFirst() {
            first().delivered();
        }

        void settleAll() {
            for (int i = 0; i < settlements.size(); i++) {
                permits.get(i).close();
                if (!settlements.get(i).isSettled()) {
                    settlements.get(i).delivered();
                }
            }
        }
    }
}
