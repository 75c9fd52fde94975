package io.sluice.benchmarks.sidecar;

import io.sluice.benchmarks.ResultPage;
import io.sluice.runtime.time.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * WORKLOADS part C, ours beside the Collector: {@code ./sluice bench sidecar [--quick] [--rounds=N] [--record] [http|http-gzip|grpc|
 * grpc-gzip...]}.
 *
 * <p>For each way through, each sidecar is started and measured, and one of each stays and is warmed up; then each row is
 * run in turn through one and the other (ours, the Collector, ours, ...). The page, with the verdict as its last line, goes
 * to standard output; a complete run also writes {@code benchmarks/results/sidecar.md}, another one only if it is told to
 * {@code --record}.
 */
public final class SidecarBenchmark {

    private static final long IDLE_MILLIS = 1000;
    private static final String ROUNDS = "--rounds=";
    private static final int WARM_SPANS = 100;
    private static final List<Integer> WARM_SIZES = List.of(1, 100, 512, 10);
    private static final int WARM_TURN_MILLIS = 500;
    private static final int WARM_TURNS = 120;
    private static final int WARM_CONNECTIONS = 8;

    private final Plan plan;
    private final List<String> chosen;
    private final Programs programs;
    private final Results results = new Results();

    private SidecarBenchmark(Plan plan, List<String> chosen, Programs programs) {
        this.plan = plan;
        this.chosen = chosen;
        this.programs = programs;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> ways = new ArrayList<>(Arrays.asList(arguments));
        boolean quick = ways.remove("--quick");
        int rounds = rounds(ways);
        boolean record = ways.remove("--record") || (!quick && ways.isEmpty());
        Programs programs = Programs.find();
        if (!programs.hasCollector()) {
            System.err.println("no Collector to compare with: " + programs.why());
        }
        Plan plan = quick ? Plan.QUICK : Plan.FULL;
        List<String> page = new SidecarBenchmark(rounds > 0 ? plan.withRounds(rounds) : plan, ways, programs).run();
        page.forEach(System.out::println);
        if (record) {
            ResultPage.write("sidecar", page);
        }
    }

    /** Takes {@code --rounds=N} out of the arguments; 0 if it is not there. */
    private static int rounds(List<String> arguments) {
        for (String argument : arguments) {
            if (argument.startsWith(ROUNDS)) {
                arguments.remove(argument);
                return Integer.parseInt(argument.substring(ROUNDS.length()));
            }
        }
        return 0;
    }

    private List<String> run() throws IOException, InterruptedException {
        Clock clock = Clock.system();
        long startNanos = clock.nanoTime();
        Path workplace = Files.createTempDirectory("sluice-bench-sidecar");
        double straight = 0;
        try (Ends ends = new Ends()) {
            for (Way way : Plan.ways()) {
                if (isChosen(way)) {
                    straight = Math.max(straight, straight(ends, way));
                    measure(ends, way, workplace);
                }
            }
        }
        remove(workplace);
        long seconds = TimeUnit.NANOSECONDS.toSeconds(clock.nanoTime() - startNanos);
        return new Report(results).render(header(seconds, straight));
    }

    private boolean isChosen(Way way) {
        String name = way.protocol().name().toLowerCase(Locale.ROOT) + (way.gzip() ? "-gzip" : "");
        return chosen.isEmpty() || chosen.contains(name);
    }

    /** What the two ends do without anything between them, spans a second; it also warms them up. */
    private static double straight(Ends ends, Way way) throws IOException {
        long port = ends.open(way.protocol());
        double most = 0;
        for (int i = 0; i < 2; i++) {
            var sent = ends.saturate(way, (int) port, WARM_SPANS, WARM_CONNECTIONS, 700);
            most = (double) sent.get("inTime") * 1e9 / (double) sent.get("elapsedNanos");
        }
        return most;
    }

    private void measure(Ends ends, Way way, Path workplace) throws IOException, InterruptedException {
        List<Running> running = new ArrayList<>();
        try {
            for (Contestant contestant : plan.contestants(programs)) {
                progress(way.label() + ": starting " + contestant.label());
                running.add(start(contestant, ends, way, workplace));
            }
            for (Running sidecar : running) {
                warm(ends, way, sidecar);
            }
            Trial trial = new Trial(ends, plan);
            for (Row row : plan.rows(way)) {
                progress(row.toString());
                for (int round = 0; round < plan.rounds(); round++) {
                    for (Running sidecar : running) {
                        results.add(row, sidecar.contestant(), trial.run(row, sidecar));
                    }
                }
            }
        } finally {
            for (Running sidecar : running) {
                sidecar.stop();
            }
        }
    }

    /** With requests of all sizes, for they take different paths. */
    private void warm(Ends ends, Way way, Running sidecar) throws IOException, InterruptedException {
        double enough = sidecar.cpuSeconds() + plan.warmSeconds(sidecar.contestant());
        for (int i = 0; i < WARM_TURNS && sidecar.cpuSeconds() < enough; i++) {
            int spans = WARM_SIZES.get(i % WARM_SIZES.size());
            ends.saturate(way, sidecar.port(), spans, WARM_CONNECTIONS, WARM_TURN_MILLIS);
        }
        sidecar.settle(ends, Long.MAX_VALUE);
    }

    /** Several times; the last one stays. */
    private Running start(Contestant contestant, Ends ends, Way way, Path workplace)
            throws IOException, InterruptedException {
        Row row = new Row(Row.Kind.START, way, 0, 0);
        for (int i = 1; ; i++) {
            Running started = Running.start(contestant, programs, way, ends, workplace);
            Thread.sleep(IDLE_MILLIS);
            results.add(row, contestant, Outcome.ofStart(started.startMillis(), (double)
                    ProcessFigures.residentBytes(started.pid())));
            if (i >= plan.starts()) {
                return started;
            }
            started.stop();
        }
    }

    private String header(long seconds, double straight) {
        return String.format(
                Locale.ROOT,
                "`./sluice bench sidecar%s`: Java %s, Collector %s, on %d processors that senders, sidecar and far end share,"
                        + " %d s in all; %d round(s) a row, medians; gzip at level 1 on both sides over HTTP, at 6 over"
                        + " gRPC, where the Collector has no choice. The senders straight to the far end: %,.0f spans/s.",
                plan.quick() ? " --quick" : "",
                Runtime.version(),
                programs.hasCollector() ? "0.159.0" : "not there (" + programs.why() + ")",
                Runtime.getRuntime().availableProcessors(),
                seconds,
                plan.rounds(),
                straight);
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void progress(String row) {
        System.err.println("measuring " + row);
    }
}
