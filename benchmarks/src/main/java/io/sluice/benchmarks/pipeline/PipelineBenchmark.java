package io.sluice.benchmarks.pipeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Prints WORKLOADS part B p1 to p6, ours and upstream's interleaved: {@code ./sluice bench pipeline [--quick]
 * [p1 p5 ...]}.
 *
 * <p>Quick takes one round of 6 seconds a row; otherwise 7 rounds of 20 seconds, medians.
 */
public final class PipelineBenchmark {

    private final int rounds;
    private final double seconds;

    private PipelineBenchmark(int rounds, double seconds) {
        this.rounds = rounds;
        this.seconds = seconds;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> words = List.of(args);
        boolean quick = words.contains("--quick");
        Set<String> rows =
                Set.copyOf(words.stream().filter(w -> w.startsWith("p")).toList());
        new PipelineBenchmark(quick ? 1 : 7, quick ? 6 : 20).run(rows);
    }

    private void run(Set<String> rows) throws IOException, InterruptedException {
        System.out.printf(
                "# %d round(s) of %.0f s, JVM %s, %d processors%n",
                rounds, seconds, Runtime.version(), Runtime.getRuntime().availableProcessors());
        System.out.println(
                "| row | pipeline | emitted/s | delivered/s | lost | duplicates | app ns/span p50 / p99 / p99.9"
                        + " | pipeline CPU ms per 100k (whole process less application) | allocated B/span | close s |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        for (Workload workload : Workload.standard(seconds)) {
            if (rows.isEmpty() || rows.contains(workload.id())) {
                measure(workload);
            }
        }
        if (rows.isEmpty() || rows.contains("p2")) {
            largestRates();
        }
    }

    private void measure(Workload workload) throws IOException, InterruptedException {
        Map<Pipeline, List<Trial.Outcome>> outcomes = new EnumMap<>(Pipeline.class);
        for (int round = 0; round < rounds; round++) {
            for (Pipeline pipeline : workload.pipelines()) {
                outcomes.computeIfAbsent(pipeline, p -> new ArrayList<>()).add(Trial.run(pipeline, workload));
            }
        }
        outcomes.forEach((pipeline, runs) -> System.out.println(row(workload, pipeline, runs)));
    }

    private static String row(Workload workload, Pipeline pipeline, List<Trial.Outcome> runs) {
        return String.format(
                Locale.ROOT,
                "| %s %s | %s | %,.0f | %,.0f | %,.0f (%.1f %%) | %,.0f | %,.0f / %,.0f / %,.0f | %,.0f (%,.0f) | %,.0f | %.2f |",
                workload.id(),
                workload.title(),
                pipeline.label(),
                median(runs, r -> r.emitted() / r.seconds()),
                median(runs, Trial.Outcome::deliveredPerSecond),
                median(runs, Trial.Outcome::lost),
                median(runs, r -> 100.0 * r.lost() / r.emitted()),
                median(runs, Trial.Outcome::duplicates),
                median(runs, Trial.Outcome::p50Nanos),
                median(runs, Trial.Outcome::p99Nanos),
                median(runs, Trial.Outcome::p999Nanos),
                median(runs, Trial.Outcome::cpuMillisPer100k),
                median(runs, Trial.Outcome::processCpuMillisPer100k),
                median(runs, Trial.Outcome::allocatedPerSpan),
                median(runs, Trial.Outcome::closeSeconds));
    }

    private void largestRates() throws IOException, InterruptedException {
        System.out.println();
        System.out.println("| p2 largest rate without loss | 1 thread | 2 threads |");
        System.out.println("|---|---|---|");
        for (Pipeline pipeline : List.of(Pipeline.SLUICE, Pipeline.UPSTREAM)) {
            long one = LargestRate.find(pipeline, 1, seconds / 2, rounds > 1 ? 4 : 2);
            long two = LargestRate.find(pipeline, 2, seconds / 2, rounds > 1 ? 4 : 2);
            System.out.printf(Locale.ROOT, "| %s | %,d spans/s | %,d spans/s |%n", pipeline.label(), one, two);
        }
    }

    private static double median(List<Trial.Outcome> runs, ToDoubleFunction<Trial.Outcome> figure) {
        List<Double> sorted = runs.stream()
                .map(figure::applyAsDouble)
                .sorted(Comparator.naturalOrder())
                .toList();
        return sorted.get(sorted.size() / 2);
    }
}
