package io.sluice.agent.otel;

import io.sluice.exporter.PipelineStats;
import io.sluice.runtime.HistogramSnapshot;
import java.util.Locale;
import java.util.SortedMap;

/** A pipeline's figures at one moment as one line for people; all but the last two are totals since the start. */
final class StatusLine {

    private static final double NANOS_PER_MILLI = 1e6;

    private StatusLine() {}

    static String of(PipelineStats stats) {
        var account = stats.account();
        HistogramSnapshot answers = stats.attempts().nanos();
        return stats.signal().key() + ": offered " + account.offered() + ", accepted " + account.accepted()
                + ", refused " + account.refusedItems() + reasons(account.refused()) + ", delivered "
                + account.delivered() + ", rejected " + account.rejected() + ", dropped " + account.droppedItems()
                + reasons(account.dropped()) + ", in custody " + account.pending() + "; permits "
                + stats.exports().permitsInUse() + " of " + stats.exports().permits() + ", answers p50 "
                + millis(answers.quantileNanos(0.5)) + " p99 " + millis(answers.quantileNanos(0.99));
    }

    private static String reasons(SortedMap<String, Long> items) {
        return items.isEmpty() ? "" : " " + items;
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / NANOS_PER_MILLI);
    }
}
