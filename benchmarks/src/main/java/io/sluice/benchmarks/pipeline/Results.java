package io.sluice.benchmarks.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** All that was measured. */
final class Results {

    /** What one pipeline did in one row. */
    record Entry(Workload workload, Pipeline pipeline, List<Outcome> runs) {

        double median(ToDoubleFunction<Outcome> figure) {
            return medianOf(runs.stream().mapToDouble(figure).sorted().toArray());
        }

        double most(ToDoubleFunction<Outcome> figure) {
            return runs.stream().mapToDouble(figure).max().orElse(Double.NaN);
        }

        private static double medianOf(double[] sorted) {
            return sorted[sorted.length / 2];
        }
    }

    /** p2: spans per second without loss. */
    record Largest(Pipeline pipeline, int threads, double perSecond) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final List<Largest> largest = new ArrayList<>();
    private final List<Termination.Result> terminations = new ArrayList<>();

    void add(Workload workload, List<Outcome> round) {
        for (int i = 0; i < round.size(); i++) {
            Pipeline pipeline = workload.pipelines().get(i);
            entries.computeIfAbsent(
                            key(workload.id(), pipeline), key -> new Entry(workload, pipeline, new ArrayList<>()))
                    .runs()
                    .add(round.get(i));
        }
    }

    void add(Largest found) {
        largest.add(found);
    }

    void add(List<Termination.Result> results) {
        terminations.addAll(results);
    }

    /** In the order in which they were measured. */
    List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    Optional<Entry> entry(String workloadId, Pipeline pipeline) {
        return Optional.ofNullable(entries.get(key(workloadId, pipeline)));
    }

    /** The largest rate of a row in which this pipeline lost nothing although nothing was slow; 0 if there is none. */
    double knownRate(Pipeline pipeline) {
        return entries.values().stream()
                .filter(entry -> entry.pipeline().equals(pipeline)
                        && entry.workload().isPlain()
                        && entry.most(Outcome::lost) == 0)
                .mapToDouble(entry -> entry.workload().perSecond())
                .max()
                .orElse(0);
    }

    /** Upstream's figures, with its defaults, beside ours. */
    Optional<Entry> upstream(Entry ours) {
        return entry(ours.workload().id(), ours.pipeline().of(Side.UPSTREAM));
    }

    /** Upstream's largest rate beside ours; not a number if it was not measured. */
    double upstreamLargest(Largest ours) {
        return largest.stream()
                .filter(each -> each.threads() == ours.threads()
                        && each.pipeline().equals(ours.pipeline().of(Side.UPSTREAM)))
                .mapToDouble(Largest::perSecond)
                .findFirst()
                .orElse(Double.NaN);
    }

    List<Largest> largest() {
        return largest;
    }

    List<Termination.Result> terminations() {
        return terminations;
    }

    private static String key(String workloadId, Pipeline pipeline) {
        return workloadId + " " + pipeline;
    }
}
