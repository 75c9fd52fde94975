package io.sluice.benchmarks.sidecar;

import java.util.ArrayList;
import java.util.List;

/**
 * What is measured, and for how long.
 *
 * @param rounds of each row; the figures are medians over them
 * @param saturationMillis of a run at saturation
 * @param pacedMillis of a run at 10k spans/s
 * @param overloadMillis of a run at twice what the far end takes
 * @param warmSeconds of a processor, under load, before the first run of a process that gets faster
 * @param connections that rows at saturation have
 * @param starts of each process
 */
record Plan(
        boolean quick,
        int rounds,
        long saturationMillis,
        long pacedMillis,
        long overloadMillis,
        double warmSeconds,
        List<Integer> connections,
        int starts) {

    static final Plan QUICK = new Plan(true, 1, 1000, 2500, 5000, 8, List.of(8), 1);
    static final Plan FULL = new Plan(false, 7, 2000, 5000, 30_000, 25, List.of(1, 8, 64), 7);

    static final double PACED_SPANS_PER_SECOND = 10_000;

    /** What the far end takes of an overload, and twice that is offered. */
    static final long OVERLOAD_SINK_SPANS_PER_SECOND = 20_000;

    private static final List<Integer> SPANS = List.of(1, 10, 100, 512);
    private static final int TYPICAL_SPANS = 100;
    private static final int TYPICAL_CONNECTIONS = 8;
    private static final int MANY_CONNECTIONS = 64;
    private static final double WARM_ENOUGH_SECONDS = 0.5;

    static List<Way> ways() {
        return List.of(
                new Way(Way.Protocol.HTTP, false),
                new Way(Way.Protocol.HTTP, true),
                new Way(Way.Protocol.GRPC, false),
                new Way(Way.Protocol.GRPC, true));
    }

    /** With as many rounds of each row, and as many starts. */
    Plan withRounds(int count) {
        return new Plan(quick, count, saturationMillis, pacedMillis, overloadMillis, warmSeconds, connections, count);
    }

    /** A JVM compiles what is hot for some seconds; what Go compiled is as fast as it gets. */
    double warmSeconds(Contestant contestant) {
        return contestant.isOurs() ? warmSeconds : WARM_ENOUGH_SECONDS;
    }

    /** The lossless profile is left to the complete run. */
    List<Contestant> contestants(Programs programs) {
        return Contestant.present(programs).stream()
                .filter(each -> !quick || each != Contestant.COLLECTOR_LOSSLESS)
                .toList();
    }

    /** All rows of one way but its start. */
    List<Row> rows(Way way) {
        List<Row> rows = new ArrayList<>();
        for (int count : connections) {
            for (int spans : SPANS) {
                rows.add(new Row(Row.Kind.SATURATION, way, spans, count));
            }
        }
        rows.add(new Row(Row.Kind.PACED, way, TYPICAL_SPANS, TYPICAL_CONNECTIONS));
        if (!quick) {
            rows.add(new Row(Row.Kind.PACED, way, 10, TYPICAL_CONNECTIONS));
        }
        if (!quick || way.equals(ways().get(0))) {
            rows.add(new Row(Row.Kind.OVERLOAD, way, TYPICAL_SPANS, MANY_CONNECTIONS));
        }
        return rows;
    }
}
