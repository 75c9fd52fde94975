package io.sluice.benchmarks.pipeline;

import java.util.List;

/**
 * One row of WORKLOADS part B: what the application does and how the sink behaves meanwhile.
 *
 * @param spansPerSecond offered, over all threads; 0 for as fast as the threads can
 * @param sinkDelayMillis how long the sink takes to answer
 * @param sinkDownSeconds how long the sink is gone, from two seconds after the start on
 */
record Workload(
        String id,
        String title,
        int threads,
        long spansPerSecond,
        double seconds,
        long sinkDelayMillis,
        double sinkDownSeconds,
        List<Pipeline> pipelines) {

    private static final List<Pipeline> DEFAULTS = List.of(Pipeline.SLUICE, Pipeline.UPSTREAM);
    private static final List<Pipeline> ALL =
            List.of(Pipeline.SLUICE, Pipeline.UPSTREAM, Pipeline.SLUICE_TUNED, Pipeline.UPSTREAM_TUNED);

    /** The rows p1 and p3 to p6; p2 is a search over p1 and is made by {@link LargestRate}. */
    static List<Workload> standard(double seconds) {
        return List.of(
                new Workload("p1", "paced 50k spans/s", 1, 50_000, seconds, 0, 0, ALL),
                new Workload("p3", "full speed, 1 thread", 1, 0, seconds, 0, 0, ALL),
                new Workload(
                        "p4",
                        "paced 10k spans/s, gzip",
                        1,
                        10_000,
                        seconds,
                        0,
                        0,
                        List.of(Pipeline.SLUICE_GZIP, Pipeline.UPSTREAM_GZIP)),
                new Workload("p5", "sink answers after 200 ms, 20k spans/s", 1, 20_000, seconds, 200, 0, ALL),
                new Workload("p6", "sink down for 10 s, 5k spans/s", 1, 5_000, Math.max(16, seconds), 0, 10, ALL));
    }

    /** p2's trial: can {@code rate} be sustained without loss? */
    static Workload trial(int threads, long rate, double seconds) {
        return new Workload("p2", "largest rate without loss", threads, rate, seconds, 0, 0, DEFAULTS);
    }
}
