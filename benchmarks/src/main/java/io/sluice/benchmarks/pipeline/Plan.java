package io.sluice.benchmarks.pipeline;

import io.sluice.exporter.Signal;
import java.util.ArrayList;
import java.util.List;

/**
 * What is measured, and for how long.
 *
 * @param rounds of each row; the figures are medians over them
 * @param seconds of one run, where the row does not say itself
 * @param warmSeconds of a processor, for each pipeline before its first run
 * @param trialSeconds of each rate that p2 tries
 */
record Plan(boolean quick, int rounds, double seconds, double warmSeconds, double trialSeconds) {

    static final Plan QUICK = new Plan(true, 1, 1, 3, 1);
    static final Plan FULL = new Plan(false, 7, 2.5, 12, 3);

    /** Rows that are measured in a way of their own. */
    static final String LARGEST_RATE = "p2";

    static final String TERMINATION = "p7";

    /** Ours and upstream's, by both protocols, with their defaults. */
    static List<Pipeline> pairs() {
        List<Pipeline> pairs = new ArrayList<>();
        for (Protocol protocol : Protocol.values()) {
            pairs.add(Pipeline.of(Side.SLUICE, protocol));
            pairs.add(Pipeline.of(Side.UPSTREAM, protocol));
        }
        return pairs;
    }

    /** With upstream's best documented settings as a third. */
    private static List<Pipeline> withTuned() {
        List<Pipeline> all = new ArrayList<>(pairs());
        for (Protocol protocol : Protocol.values()) {
            all.add(Pipeline.of(Side.UPSTREAM, protocol).tuned());
        }
        return all;
    }

    private static List<Pipeline> withSdkAlone(List<Pipeline> others) {
        List<Pipeline> all = new ArrayList<>(others);
        all.add(sdkAlone());
        return all;
    }

    static Pipeline sdkAlone() {
        return Pipeline.of(Side.SDK_ALONE, Protocol.GRPC);
    }

    private static List<Pipeline> ours() {
        return pairs().stream().filter(each -> each.side() == Side.SLUICE).toList();
    }

    /** All rows but {@link #LARGEST_RATE} and {@link #TERMINATION}, in the order of their names. */
    List<Workload> workloads() {
        // What only takes longer, in the complete run: more settings of upstream's, and rates that it does not reach.
        List<Pipeline> more = quick ? pairs() : withTuned();
        List<Pipeline> fast = quick ? ours() : pairs();
        List<Pipeline> gzip = pairs().stream().map(Pipeline::gzipped).toList();
        return List.of(
                Workload.spans("p1", "paced 50k spans/s", 50_000, seconds, withSdkAlone(more)),
                Workload.spans("p3", "full speed", 0, seconds, more),
                Workload.spans("p4", "p1 with gzip", 50_000, seconds, gzip),
                Workload.slowSink("p5.20k", 20_000, seconds, more),
                Workload.slowSink("p5.50k", 50_000, seconds, fast),
                Workload.slowSink("p5.100k", 100_000, seconds, fast),
                Workload.outage("p6", more),
                Workload.metrics("p8", Math.max(3, seconds), pairs()),
                Workload.logs("p9", seconds, pairs()),
                Workload.spans("rate.1k", "paced 1k spans/s", 1_000, Math.max(2, seconds), pairs()),
                Workload.spans("rate.10k", "paced 10k spans/s", 10_000, seconds, pairs()),
                Workload.spans("rate.100k", "paced 100k spans/s", 100_000, seconds, fast),
                Workload.spans("rate.300k", "paced 300k spans/s", 300_000, seconds, fast));
    }

    /** Numbers of application threads for p2. */
    List<Integer> threads() {
        return quick ? List.of(1) : List.of(1, 2);
    }

    /** Signals whose processes work even when nobody asks them to, and so may not stay. */
    static boolean isNeverIdle(Signal signal) {
        return signal == Signal.METRICS;
    }
}
