package io.sluice.exporter.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.exporter.retry.RetryPolicy;
import io.sluice.exporter.retry.RetrySettings;
import io.sluice.runtime.Future;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.testkit.StepRuntime;
import io.sluice.runtime.testkit.StepRuntime.Watched;
import io.sluice.runtime.testkit.TestWaker;
import io.sluice.runtime.time.TimeDriver;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExportPermitsTest {

    private final StepRuntime steps = new StepRuntime();
    private final TimeDriver timers = steps.handle().timeDriver();
    private final DestinationGate gate = new DestinationGate(
            timers.clock(),
            new RetryPolicy(
                    new RetrySettings(Duration.ofSeconds(2), Duration.ofSeconds(8), 2, Duration.ofSeconds(60), 0),
                    () -> 0.0),
            new DrainPace());
    private final ExportPermits permits = new ExportPermits(1, gate, timers);

    @AfterEach
    void nothingIsLeftBehind() {
        assertThat(timers.timers()).isZero();
        assertThat(permits.available()).isEqualTo(1);
        steps.close();
    }

    @Test
    void forNewBatch_waitsForAPermit() {
        Watched<Permit> first = steps.watch(permits.forNewBatch());
        Watched<Permit> second = steps.watch(permits.forNewBatch());
        assertThat(second.isEnded()).isFalse();

        first.value().close();
        steps.run();

        second.value().close();
    }

    @Test
    void forNewBatch_waitsAtTheGate_withoutHoldingAPermit() {
        gate.failed(Optional.empty());
        Watched<Permit> fresh = steps.watch(permits.forNewBatch());
        assertThat(fresh.isEnded()).isFalse();
        assertThat(permits.available()).isEqualTo(1);
        Watched<Permit> retry = steps.watch(permits.forRetry());
        retry.value().close();

        steps.advance(Duration.ofMillis(999));
        assertThat(fresh.isEnded()).isFalse();
        steps.advance(Duration.ofMillis(1));

        fresh.value().close();
    }

    @Test
    void forNewBatch_passesAtOnce_whenTheGateOpens() {
        gate.failed(Optional.empty());
        Watched<Permit> fresh = steps.watch(permits.forNewBatch());
        gate.answered();
        steps.run();

        fresh.value().close();
    }

    @Test
    void forNewBatch_whoseGateClosesWhileItWaitsForAPermit_givesThePermitBack() {
        Watched<Permit> inUse = steps.watch(permits.forNewBatch());
        Watched<Permit> fresh = steps.watch(permits.forNewBatch());
        gate.failed(Optional.empty());
        inUse.value().close();
        steps.run();
        assertThat(fresh.isEnded()).isFalse();
        assertThat(permits.available()).isEqualTo(1);

        gate.answered();
        steps.run();

        fresh.value().close();
    }

    @Test
    void forNewBatch_keepsWaiting_whenTheServerAsksForMoreMeanwhile() {
        gate.failed(Optional.empty());
        Watched<Permit> fresh = steps.watch(permits.forNewBatch());
        gate.failed(Optional.of(Duration.ofSeconds(5)));
        steps.advance(Duration.ofMillis(4_999));
        assertThat(fresh.isEnded()).isFalse();
        steps.advance(Duration.ofMillis(1));

        fresh.value().close();
    }

    @Test
    void forNewBatch_cancelledAtTheGate_leavesNothing() throws Exception {
        gate.failed(Optional.empty());
        TestWaker waker = new TestWaker();
        Future<Permit> fresh = permits.forNewBatch();
        assertThat(fresh.poll(waker.context()).isPending()).isTrue();
        fresh.cancel();
        gate.answered();

        assertThat(waker.wakes()).isZero();
    }

    @Test
    void forNewBatch_cancelledWhileAPermitIsOnItsWay_passesItOn() throws Exception {
        Permit inUse = steps.watch(permits.forNewBatch()).value();
        Future<Permit> fresh = permits.forNewBatch();
        assertThat(fresh.poll(new TestWaker().context()).isPending()).isTrue();
        inUse.close();
        fresh.cancel();
        fresh.cancel();

        assertThat(permits.available()).isEqualTo(1);
    }

    @Test
    void forRetry_comesBeforeTheNextNewBatchButOne() {
        Permit inUse = steps.watch(permits.forNewBatch()).value();
        Watched<Permit> waitingNew = steps.watch(permits.forNewBatch());
        Watched<Permit> retry = steps.watch(permits.forRetry());
        inUse.close();
        steps.run();
        Watched<Permit> nextNew = steps.watch(permits.forNewBatch());
        waitingNew.value().close();
        steps.run();
        assertThat(nextNew.isEnded()).isFalse();
        retry.value().close();
        steps.run();

        nextNew.value().close();
    }
}
