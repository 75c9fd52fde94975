package io.sluice.benchmarks.pipeline;

import io.sluice.benchmarks.MachineLoad;
import io.sluice.benchmarks.ResultPage;
import io.sluice.runtime.time.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * WORKLOADS part B, ours beside OpenTelemetry Java's: {@code ./sluice bench pipeline [--quick] [--record] [row...]}.
 *
 * <p>Each pipeline lives in a process of its own through all rows, and its runs are in turn with the others' (ours, upstream,
 * ours, upstream, ...). The table, with the verdict as its last line, goes to standard output; a complete run also writes
 * {@code benchmarks/results/pipeline.md}, a quick one only if it is told to {@code --record}.
 */
public final class PipelineBenchmark {

    /** Where p2 begins to search unless another row did better. */
    private static final double FIRST_GUESS = 14_000;

    private final Plan plan;
    private final List<String> rows;
    private final Results results = new Results();

    private PipelineBenchmark(Plan plan, List<String> rows) {
        this.plan = plan;
        this.rows = rows;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> rows = new ArrayList<>(Arrays.asList(arguments));
        boolean quick = rows.remove("--quick");
        boolean record = rows.remove("--record") || (!quick && rows.isEmpty());
        List<String> page = new PipelineBenchmark(quick ? Plan.QUICK : Plan.FULL, rows).run();
        page.forEach(System.out::println);
        if (record) {
            ResultPage.write("pipeline", page);
        }
    }

    private List<String> run() throws IOException, InterruptedException {
        Clock clock = Clock.system();
        long startNanos = clock.nanoTime();
        MachineLoad before = MachineLoad.now();
        try (Arena arena = new Arena(plan.warmSeconds())) {
            for (Workload workload : plan.workloads()) {
                if (isChosen(workload.row())) {
                    measure(arena, workload);
                }
            }
            if (isChosen(Plan.LARGEST_RATE)) {
                largestRates(arena);
            }
        }
        if (isChosen(Plan.TERMINATION)) {
            progress(Plan.TERMINATION);
            try (SinkProcess sink = new SinkProcess()) {
                results.add(Termination.run(sink, Plan.pairs()));
            }
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(clock.nanoTime() - startNanos);
        return new Report(results).render(header(seconds, MachineLoad.now().foreignShareSince(before)));
    }

    private boolean isChosen(String row) {
        return rows.isEmpty() || rows.contains(row);
    }

    private void measure(Arena arena, Workload workload) throws IOException, InterruptedException {
        progress(workload.id());
        for (int round = 0; round < plan.rounds(); round++) {
            results.add(workload, arena.round(workload));
        }
        if (Plan.isNeverIdle(workload.signal())) {
            arena.dismiss(workload.signal());
        }
    }

    private void largestRates(Arena arena) throws IOException, InterruptedException {
        progress(Plan.LARGEST_RATE);
        for (int threads : plan.threads()) {
            LargestRate search = new LargestRate(arena, threads, plan.trialSeconds());
            for (Pipeline pipeline : Plan.pairs()) {
                double guess = Math.max(FIRST_GUESS, results.knownRate(pipeline));
                results.add(new Results.Largest(pipeline, threads, search.find(pipeline, guess)));
            }
        }
    }

    private String header(long seconds, double foreign) {
        return String.format(
                Locale.ROOT,
                "`./sluice bench pipeline%s`: Java %s, OpenTelemetry Java 1.67.0, heap 512 MiB, G1, on %d processors, %d s in all;"
                        + " %d round(s) of %.1f s a row after %.0f CPU-s of warm-up, medians. For %.0f %% of the time the processors"
                        + " ran something else than this benchmark.",
                plan.quick() ? " --quick" : "",
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                seconds,
                plan.rounds(),
                plan.seconds(),
                plan.warmSeconds(),
                foreign * 100);
    }

    private static void progress(String row) {
        System.err.println("measuring " + row);
    }
}
