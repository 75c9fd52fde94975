package io.sluice.benchmarks.pipeline;

import io.sluice.exporter.Signal;
import java.io.IOException;
import java.util.List;

/** p2: the largest rate that a pipeline sustains without losing a span, to a factor of the square root of two. */
final class LargestRate {

    private static final double STEP = Math.sqrt(2);
    private static final double LEAST = 5_000;
    private static final int STEPS = 16;

    /** Spans that may wait at the end whatever the rate: two of upstream's largest batches. */
    private static final int WAITING = 16_384;

    private final Arena arena;
    private final int threads;
    private final double seconds;

    LargestRate(Arena arena, int threads, double seconds) {
        this.arena = arena;
        this.threads = threads;
        this.seconds = seconds;
    }

    /**
     * Searches upwards or downwards from near {@code guess}.
     *
     * @return spans per second; 0 if even the least rate lost spans
     */
    double find(Pipeline pipeline, double guess) throws IOException, InterruptedException {
        int step = (int) Math.max(0, Math.min(STEPS, Math.round(Math.log(guess / LEAST) / Math.log(STEP))));
        if (sustains(pipeline, rate(step))) {
            return rate(upwards(pipeline, step));
        }
        while (step > 0 && !sustains(pipeline, rate(step - 1))) {
            step--;
        }
        return step == 0 ? 0 : rate(step - 1);
    }

    /** The largest step that is sustained; {@code good} is. In strides that become smaller. */
    private int upwards(Pipeline pipeline, int good) throws IOException, InterruptedException {
        int bad = STEPS + 1;
        for (int stride = 4; stride > 0; stride /= 2) {
            while (good + stride < bad) {
                if (sustains(pipeline, rate(good + stride))) {
                    good += stride;
                } else {
                    bad = good + stride;
                }
            }
        }
        return good;
    }

    private static double rate(int step) {
        return LEAST * Math.pow(STEP, step);
    }

    private boolean sustains(Pipeline pipeline, double rate) throws IOException, InterruptedException {
        Workload trial = new Workload(
                "p2", "trial", Signal.TRACES, threads, (long) rate, seconds, 0, 0, false, List.of(pipeline));
        Outcome outcome = arena.round(trial).get(0);
        boolean offered = outcome.emitted() >= 0.95 * rate * seconds;
        long waiting = outcome.emitted() - outcome.deliveredDuring();
        boolean keptUp = waiting <= Math.max(WAITING, outcome.emitted() / 10);
        return offered && keptUp && outcome.lost() == 0;
    }
}
