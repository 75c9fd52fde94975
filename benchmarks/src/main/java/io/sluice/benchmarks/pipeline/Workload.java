package io.sluice.benchmarks.pipeline;

import io.sluice.exporter.Signal;
import java.util.List;

/**
 * One row of WORKLOADS part B: what the application does and how the sink behaves meanwhile.
 *
 * @param id the row's name, with a dot before what tells its variants apart
 * @param threads of the application
 * @param perSecond items offered over all threads; 0 for as fast as the threads can
 * @param seconds how long
 * @param delayMillis how long the sink takes to answer
 * @param downSeconds how long the sink is gone, from two seconds after the start on
 * @param together whether all pipelines run at once: for rows in which the machine mostly waits
 */
record Workload(
        String id,
        String title,
        Signal signal,
        int threads,
        long perSecond,
        double seconds,
        long delayMillis,
        long downSeconds,
        boolean together,
        List<Pipeline> pipelines) {

    /** Before the outage, and after it: enough for a retry after the longest usual wait. */
    private static final int AROUND_OUTAGE_SECONDS = 6;

    private static final int OUTAGE_SECONDS = 10;

    /** Spans of one thread, to a sink that answers at once. */
    static Workload spans(String id, String title, long perSecond, double seconds, List<Pipeline> pipelines) {
        return new Workload(id, title, Signal.TRACES, 1, perSecond, seconds, 0, 0, false, pipelines);
    }

    static Workload slowSink(String id, long perSecond, double seconds, List<Pipeline> pipelines) {
        String title = "sink answers after 200 ms, " + perSecond / 1000 + "k spans/s";
        return new Workload(id, title, Signal.TRACES, 1, perSecond, seconds, 200, 0, false, pipelines);
    }

    static Workload outage(String id, List<Pipeline> pipelines) {
        return new Workload(
                id,
                "sink down for 10 s, 5k spans/s",
                Signal.TRACES,
                1,
                5_000,
                OUTAGE_SECONDS + AROUND_OUTAGE_SECONDS,
                0,
                OUTAGE_SECONDS,
                true,
                pipelines);
    }

    static Workload metrics(String id, double seconds, List<Pipeline> pipelines) {
        String title = "10k metric series a second";
        return new Workload(id, title, Signal.METRICS, 1, 10_000, seconds, 0, 0, true, pipelines);
    }

    static Workload logs(String id, double seconds, List<Pipeline> pipelines) {
        return new Workload(id, "20k log records/s", Signal.LOGS, 1, 20_000, seconds, 0, 0, false, pipelines);
    }

    /** The row of WORKLOADS. */
    String row() {
        int dot = id.indexOf('.');
        return dot < 0 ? id : id.substring(0, dot);
    }

    /** Whether it is spans at a steady rate to a sink that answers at once. */
    boolean isPlain() {
        return signal == Signal.TRACES && perSecond > 0 && delayMillis == 0 && downSeconds == 0;
    }
}
