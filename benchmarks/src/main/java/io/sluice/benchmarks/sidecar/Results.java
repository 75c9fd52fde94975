package io.sluice.benchmarks.sidecar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** All that was measured, row by row in the order in which it was. One thread. */
final class Results {

    private final Map<Row, Map<Contestant, List<Outcome>>> runs = new LinkedHashMap<>();

    void add(Row row, Contestant contestant, Outcome outcome) {
        runs.computeIfAbsent(row, first -> new LinkedHashMap<>())
                .computeIfAbsent(contestant, first -> new ArrayList<>())
                .add(outcome);
    }

    List<Row> rows(Row.Kind kind) {
        return runs.keySet().stream().filter(row -> row.kind() == kind).toList();
    }

    /** Whose runs a row has. */
    List<Contestant> contestants(Row row) {
        return List.copyOf(runs.getOrDefault(row, Map.of()).keySet());
    }

    /** Over the runs of a row; not a number if there was none. */
    double median(Row row, Contestant contestant, ToDoubleFunction<Outcome> figure) {
        double[] sorted =
                outcomes(row, contestant).stream().mapToDouble(figure).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    double most(Row row, Contestant contestant, ToDoubleFunction<Outcome> figure) {
        return outcomes(row, contestant).stream().mapToDouble(figure).max().orElse(Double.NaN);
    }

    /** Ours over the other's. */
    double ratio(Row row, Contestant other, ToDoubleFunction<Outcome> figure) {
        return median(row, Contestant.SLUICE, figure) / median(row, other, figure);
    }

    private List<Outcome> outcomes(Row row, Contestant contestant) {
        return runs.getOrDefault(row, Map.of()).getOrDefault(contestant, List.of());
    }
}
