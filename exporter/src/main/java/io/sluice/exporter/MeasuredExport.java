package io.sluice.exporter;

import static java.util.Objects.requireNonNull;

import io.sluice.batching.Settlement;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.time.Clock;

/** Counts and times one export, and is otherwise what it wraps. All fields belong to the task. */
final class MeasuredExport implements Future<Void> {

    private final Future<Void> export;
    private final MeasuredTransport attempts;
    private final Settlement settlement;
    private final PipelineCounters counters;
    private final Clock clock;
    private final long items;
    private final int bytes;
    private final long startNanos;
    private boolean ended;

    /** From here on the batch counts as on its way; the task ends it, whatever happens. */
    MeasuredExport(
            Future<Void> export,
            MeasuredTransport attempts,
            Settlement settlement,
            int bytes,
            PipelineCounters counters,
            Clock clock) {
        this.export = requireNonNull(export, "export");
        this.attempts = requireNonNull(attempts, "attempts");
        this.settlement = requireNonNull(settlement, "settlement");
        this.counters = requireNonNull(counters, "counters");
        this.clock = requireNonNull(clock, "clock");
        this.items = settlement.items();
        this.bytes = bytes;
        this.startNanos = clock.nanoTime();
        counters.exportBegan(items, bytes);
    }

    @Override
    public Poll<Void> poll(Context cx) throws Exception {
        Poll<Void> polled = export.poll(cx);
        if (polled.isReady()) {
            end();
        }
        return polled;
    }

    /** Also after a poll that threw. */
    @Override
    public void cancel() {
        export.cancel();
        end();
    }

    private void end() {
        if (!ended) {
            ended = true;
            counters.exportEnded(items, bytes, clock.nanoTime() - startNanos, settlement.error(), attempts.lastCode());
        }
    }
}
