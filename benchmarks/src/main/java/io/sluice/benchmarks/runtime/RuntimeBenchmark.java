package io.sluice.benchmarks.runtime;

import io.sluice.benchmarks.MachineLoad;
import io.sluice.benchmarks.ResultPage;
import io.sluice.runtime.time.Clock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * WORKLOADS part A beside its peers: {@code ./sluice bench runtime [--quick] [--add] [row...]}.
 *
 * <p>Each row runs in processes of its own, ours and Tokio's in turn (ours, Tokio, ours, Tokio, ...), and the Java peers
 * once each after that, all on two workers. The table, with the verdict as its last line, goes to standard output and to
 * {@code benchmarks/results/runtime.md}; single rows only with {@code --add}, which leaves the page's other rows as they
 * are and says so on it. A peer that cannot run here has "not run" in its column.
 */
public final class RuntimeBenchmark {

    private static final long PROCESS_MINUTES = 30;

    private final boolean quick;
    private final boolean add;
    private final List<String> rows;
    private final ResultTable table = new ResultTable();

    private RuntimeBenchmark(boolean quick, boolean add, List<String> rows) {
        this.quick = quick;
        this.add = add;
        this.rows = rows;
    }

    public static void main(String[] arguments) throws Exception {
        List<String> rows = new ArrayList<>(Arrays.asList(arguments));
        boolean quick = rows.remove("--quick");
        boolean add = rows.remove("--add");
        new RuntimeBenchmark(quick, add, rows).run();
    }

    private void run() throws IOException, InterruptedException {
        Clock clock = Clock.system();
        long startNanos = clock.nanoTime();
        MachineLoad before = MachineLoad.now();
        Optional<Path> tokio = buildTokio();
        for (String row : chosenRows()) {
            inTurn(row, tokio);
        }
        measurePeers();
        if (rows.isEmpty()) {
            footprints(tokio);
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(clock.nanoTime() - startNanos);
        write(seconds, MachineLoad.now().foreignShareSince(before));
    }

    private List<String> chosenRows() {
        return Arrays.stream(Row.values())
                .map(row -> row.name().toLowerCase(Locale.ROOT))
                .filter(row -> rows.isEmpty() || rows.contains(row))
                .toList();
    }

    private void inTurn(String row, Optional<Path> tokio) throws IOException, InterruptedException {
        for (int round = 0; round < (quick ? 1 : 2); round++) {
            measure("Sluice", java(Path.of(System.getProperty("java.home")), RuntimeRows.class), List.of(row));
            if (tokio.isPresent()) {
                measure("Tokio", List.of(tokio.get().toString()), List.of(row));
            }
        }
    }

    private void measurePeers() throws IOException, InterruptedException {
        Path javaHome = Path.of(System.getProperty("java.home"));
        measure("ForkJoinPool", java(javaHome, PeerRows.class, "forkjoin"), rows);
        measure("Netty", java(javaHome, NettyRows.class), rows);
        Optional<Path> newest = javaWithVirtualThreads();
        if (newest.isPresent()) {
            measure("virtual threads", java(newest.get(), PeerRows.class, "virtual"), rows);
        }
    }

    /** A fresh process for each. */
    private void footprints(Optional<Path> tokio) throws IOException, InterruptedException {
        for (String row : List.of("timer_mem", "task_mem")) {
            runAndTake("Sluice", java(Path.of(System.getProperty("java.home")), FootprintRows.class, row));
            if (tokio.isPresent()) {
                runAndTake("Tokio", List.of(tokio.get().toString(), row));
            }
        }
        for (String row : quick ? List.of("idle") : List.of("idle", "flat", "echo")) {
            runAndTake("Sluice", java(Path.of(System.getProperty("java.home")), FootprintRows.class, row));
        }
    }

    private void write(long seconds, double foreign) throws IOException {
        String command = "`./sluice bench runtime" + (quick ? " --quick" : "") + named() + "`";
        String circumstances = String.format(
                "%d s in all. Medians; for %.0f %% of that time the processors ran something else than this benchmark.",
                seconds, foreign * 100);
        List<String> page = table.render(String.format(
                "%s: Java %s, Tokio 1.53.1, Netty 4.2, 2 workers each, on %d processors, %s",
                command, Runtime.version().feature(), Runtime.getRuntime().availableProcessors(), circumstances));
        page.forEach(System.out::println);
        if (rows.isEmpty()) {
            ResultPage.write("runtime", page);
        } else if (add) {
            List<String> recorded = ResultPage.read("runtime");
            ResultPage.write("runtime", table.renderInto(recorded, command + ", " + circumstances));
        }
    }

    private String named() {
        return rows.isEmpty() ? "" : " " + String.join(" ", rows);
    }

    // ---- the sides --------------------------------------------------------------------------------------------

    private static List<String> java(Path javaHome, Class<?> main, String... first) {
        List<String> command = new ArrayList<>(List.of(
                javaHome.resolve("bin").resolve("java").toString(),
                "-Xmx3g",
                "-Djdk.virtualThreadScheduler.parallelism=2",
                "-Djdk.virtualThreadScheduler.maxPoolSize=2",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(first));
        return command;
    }

    private void measure(String side, List<String> command, List<String> rows)
            throws IOException, InterruptedException {
        List<String> full = new ArrayList<>(command);
        if (quick) {
            full.add("--quick");
        }
        full.addAll(rows);
        runAndTake(side, full);
    }

    private void runAndTake(String side, List<String> full) throws IOException, InterruptedException {
        System.err.println("measuring " + side + " " + full.get(full.size() - 1));
        Process process = new ProcessBuilder(full)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PROCESS_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(side + " failed: " + String.join(" ", full));
        }
        output.lines().forEach(line -> table.add(side, line));
    }

    private Optional<Path> buildTokio() throws IOException, InterruptedException {
        Path source = ResultPage.home().resolve("benchmarks").resolve("tokio");
        Process cargo;
        try {
            cargo = new ProcessBuilder("cargo", "build", "--release", "--quiet")
                    .directory(source.toFile())
                    .inheritIO()
                    .start();
        } catch (IOException e) {
            System.err.println("Tokio is not run: there is no cargo here");
            return Optional.empty();
        }
        if (cargo.waitFor() != 0) {
            System.err.println("Tokio is not run: cargo could not build it");
            return Optional.empty();
        }
        return Optional.of(source.resolve("target").resolve("release").resolve("tokio-workloads"));
    }

    /** This Java if it has them, or another one on this machine. */
    private static Optional<Path> javaWithVirtualThreads() throws IOException {
        if (Runtime.version().feature() >= 21) {
            return Optional.of(Path.of(System.getProperty("java.home")));
        }
        Path installed = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(installed)) {
            return Optional.empty();
        }
        Map<Integer, Path> found = new LinkedHashMap<>();
        try (Stream<Path> homes = Files.list(installed)) {
            homes.forEach(each -> version(each).ifPresent(version -> found.put(version, each)));
        }
        return found.keySet().stream()
                .filter(version -> version >= 21)
                .max(Integer::compare)
                .map(found::get);
    }

    private static Optional<Integer> version(Path javaHome) {
        try {
            return Files.readAllLines(javaHome.resolve("release")).stream()
                    .filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> Integer.parseInt(line.replaceAll("[^0-9.]", "").split("\\.", 2)[0]))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
