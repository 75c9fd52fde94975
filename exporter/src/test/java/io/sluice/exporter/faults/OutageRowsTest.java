package io.sluice.exporter.faults;

import static io.sluice.exporter.testing.FakeTransport.DELIVERED;
import static io.sluice.exporter.testing.FakeTransport.DOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.batching.AccountSnapshot;
import io.sluice.batching.BatchSettings;
import io.sluice.batching.DrainReport;
import io.sluice.batching.Overflow;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.ExportPipeline;
import io.sluice.exporter.PipelineDefaults;
import io.sluice.exporter.PipelineSettings;
import io.sluice.exporter.retry.RetryDefaults;
import io.sluice.exporter.retry.RetrySettings;
import io.sluice.exporter.testing.FakeTransport;
import io.sluice.exporter.testing.IdEncoder;
import io.sluice.runtime.testkit.StepRuntime;
import io.sluice.runtime.testkit.StepRuntime.Watched;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ten minutes without a destination, on a clock that the test moves; a row of {@code docs/faults.md}. */
class OutageRowsTest {

    private static final Duration OUTAGE = Duration.ofMinutes(10);
    private static final Duration STEP = Duration.ofMillis(250);
    private static final int ITEMS_A_SECOND = 40;

    private final StepRuntime steps = new StepRuntime();
    private final FakeTransport far = new FakeTransport(steps.handle().timeDriver());
    private final IdEncoder encoder = new IdEncoder();
    private final List<Long> accepted = new ArrayList<>();
    private long refused;
    private long lastId;

    @AfterEach
    void close() {
        assertThat(encoder.openPayloads()).isZero();
        steps.close();
    }

    /** The usual settings but for what is named. */
    private ExportPipeline<Long> start(int queue, Duration budget) {
        PipelineSettings usual =
                PipelineDefaults.settings(encoder.signal(), URI.create("http://localhost:4318/v1/traces"));
        BatchSettings batch = new BatchSettings(
                queue,
                usual.batch().batchItems(),
                usual.batch().maxBatchItems(),
                usual.batch().maxBatchBytes(),
                usual.batch().maxBatchAge(),
                Overflow.DROP_NEWEST,
                usual.batch().drainTimeout());
        RetrySettings retry = new RetrySettings(
                RetryDefaults.INITIAL_BACKOFF,
                RetryDefaults.MAX_BACKOFF,
                RetryDefaults.MULTIPLIER,
                budget,
                RetryDefaults.MAX_QUEUED_BYTES);
        return ExportPipeline.start(
                "outage",
                new PipelineSettings(
                        batch, retry, usual.transport(), usual.maxConcurrentExports(), usual.maxRequestBytes()),
                encoder,
                far,
                DiagnosticLog.silent(),
                steps.handle());
    }

    private void offer(ExportPipeline<Long> pipeline) {
        for (int i = 0; i < ITEMS_A_SECOND; i++) {
            long id = ++lastId;
            if (pipeline.inlet().offer(id).isAccepted()) {
                accepted.add(id);
            } else {
                refused++;
            }
        }
    }

    /** Down for ten minutes under load, and up again. */
    private AccountSnapshot outage(ExportPipeline<Long> pipeline) {
        far.byDefault(DOWN);
        for (long second = 0; second < OUTAGE.toSeconds(); second++) {
            offer(pipeline);
            steps.advance(Duration.ofSeconds(1), STEP);
            assertThat(pipeline.stats().bytes().inRetryRoom()).isLessThanOrEqualTo(RetryDefaults.MAX_QUEUED_BYTES);
        }
        far.byDefault(DELIVERED);
        // The longest backoff, and as much again for what waits behind.
        steps.advance(RetryDefaults.MAX_BACKOFF.multipliedBy(2), STEP);
        AccountSnapshot back = pipeline.account().snapshot();
        assertThat(back.pending()).as(back.toString()).isZero();
        Watched<DrainReport> end = steps.watch(pipeline.shutdown(Duration.ofSeconds(10)));
        steps.advance(Duration.ofSeconds(11), STEP);
        assertThat(end.value().account()).isEqualTo(back);
        assertThat(back.accepted()).isEqualTo(accepted.size());
        assertThat(back.refusedItems()).isEqualTo(refused);
        assertThat(far.arrived()).doesNotHaveDuplicates().hasSize((int) back.delivered());
        return back;
    }

    @Test
    void row02_tenMinutesDown_withRoomAndTime_loseNothing() {
        AccountSnapshot account = outage(start(30_000, Duration.ofMinutes(15)));

        assertThat(account.delivered()).isEqualTo(OUTAGE.toSeconds() * ITEMS_A_SECOND);
        assertThat(new HashSet<>(far.arrived())).isEqualTo(new HashSet<>(accepted));
    }

    /** What waits in the inbox grows no older; what was tried for five minutes is given up. */
    @Test
    void row02_tenMinutesDown_withTheUsualBudget_loseWhatWasTried_andSaySo() {
        AccountSnapshot account = outage(start(30_000, RetryDefaults.MAX_ELAPSED));

        assertThat(account.dropped()).containsOnlyKeys("retries_exhausted");
        assertThat(account.refused()).isEmpty();
        assertThat(account.droppedItems()).isBetween(1L, accepted.size() / 2L + 1_000);
        assertThat(account.delivered()).isEqualTo(accepted.size() - account.droppedItems());
    }

    @Test
    void row02_tenMinutesDown_withAFullInbox_refuseTheNewest_andSaySo() {
        AccountSnapshot account = outage(start(1_000, Duration.ofMinutes(15)));

        assertThat(account.dropped()).isEmpty();
        assertThat(account.refused()).isEqualTo(Map.of("queue_full", refused));
        assertThat(account.delivered()).isEqualTo(accepted.size());
        assertThat(accepted).hasSizeGreaterThanOrEqualTo(1_000);
    }
}
