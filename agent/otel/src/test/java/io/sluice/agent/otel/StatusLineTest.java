package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.batching.AccountSnapshot;
import io.sluice.exporter.PipelineStats;
import io.sluice.exporter.Signal;
import io.sluice.runtime.HistogramSnapshot;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StatusLineTest {

    @Test
    void line_tellsWhatBecameOfEachItem_andHowTheDestinationDoes() {
        AccountSnapshot account = new AccountSnapshot(
                100, new TreeMap<>(Map.of("queue_full", 5L)), 80, 3, new TreeMap<>(Map.of("retries_exhausted", 7L)));
        HistogramSnapshot none = HistogramSnapshot.empty();
        PipelineStats stats = new PipelineStats(
                Signal.TRACES,
                account,
                new TreeMap<>(),
                new PipelineStats.Queue(10, 2048, 0),
                new PipelineStats.Exports(90, 1, 10, 8, 1, none),
                new PipelineStats.Attempts(9, new TreeMap<>(), 0, none),
                new PipelineStats.Bytes(0, 0, 0, 0, 0, 1));

        assertThat(StatusLine.of(stats))
                .isEqualTo("traces: offered 105, accepted 100, refused 5 {queue_full=5}, delivered 80, rejected 3,"
                        + " dropped 7 {retries_exhausted=7}, in custody 10; permits 1 of 8, answers p50 0.0 ms p99"
                        + " 0.0 ms");
    }
}
