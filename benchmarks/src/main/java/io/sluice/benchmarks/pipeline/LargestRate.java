package io.sluice.benchmarks.pipeline;

import java.io.IOException;

/** Finds the largest rate that a pipeline sustains without losing a span, by doubling and then halving the gap. */
final class LargestRate {

    private static final long START = 10_000;
    private static final long MOST = 1_280_000;

    private LargestRate() {}

    /**
     * Searches.
     *
     * @param refinements how often the gap between the last good and the first bad rate is halved
     * @return spans per second; 0 if even the first rate lost spans
     */
    static long find(Pipeline pipeline, int threads, double seconds, int refinements)
            throws IOException, InterruptedException {
        long good = 0;
        long bad = START;
        while (bad <= MOST && sustains(pipeline, threads, bad, seconds)) {
            good = bad;
            bad *= 2;
        }
        for (int i = 0; i < refinements && bad <= MOST; i++) {
            long middle = (good + bad) / 2;
            if (sustains(pipeline, threads, middle, seconds)) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        return good;
    }

    private static boolean sustains(Pipeline pipeline, int threads, long rate, double seconds)
            throws IOException, InterruptedException {
        Trial.Outcome outcome = Trial.run(pipeline, Workload.trial(threads, rate, seconds));
        boolean offered = outcome.emitted() >= 0.95 * rate * seconds;
        return offered && outcome.lost() == 0;
    }
}
