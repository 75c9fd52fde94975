package io.sluice.benchmarks.agent;

import io.sluice.benchmarks.MachineLoad;
import io.sluice.benchmarks.ResultPage;
import io.sluice.runtime.time.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * WORKLOADS part D: {@code ./sluice bench agent [--quick] [--record] [--add] [--java=HOME,...] [--gc=G1,Serial,ZGC]
 * [--rounds=N]}.
 *
 * <p>The page goes to standard output, and to {@code benchmarks/results/agent.md} after a complete run or if told to {@code
 * --record}; with {@code --add} the figures of earlier runs with that flag are part of it.
 */
public final class AgentBenchmark {

    private static final String QUICK_ROUNDS = "2";
    private static final String ROUNDS = "7";
    private static final int BAD_USAGE = 2;

    private AgentBenchmark() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> flags = new ArrayList<>(Arrays.asList(arguments));
        boolean quick = flags.remove("--quick");
        boolean add = flags.remove("--add");
        boolean record = flags.remove("--record") || !quick;
        List<Platform> platforms = new ArrayList<>();
        int rounds;
        try {
            for (String home :
                    value(flags, "--java=", System.getProperty("java.home")).split(",", -1)) {
                for (String collector : value(flags, "--gc=", "G1").split(",", -1)) {
                    platforms.add(Platform.of(Path.of(home), collector));
                }
            }
            rounds = Integer.parseInt(value(flags, "--rounds=", quick ? QUICK_ROUNDS : ROUNDS));
            if (!flags.isEmpty()) {
                throw new IllegalArgumentException(flags.get(0) + " is not known");
            }
        } catch (IllegalArgumentException bad) {
            System.err.println("bench agent: " + bad.getMessage());
            System.exit(BAD_USAGE);
            return;
        }
        List<String> page = run(platforms, quick, rounds, add);
        page.forEach(System.out::println);
        if (record) {
            ResultPage.write("agent", page);
        }
        System.exit(0);
    }

    private static List<String> run(List<Platform> platforms, boolean quick, int rounds, boolean add)
            throws IOException, InterruptedException {
        Path home = ResultPage.home().toAbsolutePath().normalize();
        Path kept = home.resolve("target/bench-agent/figures.tsv");
        Figures figures = new Figures();
        if (add) {
            figures.readFrom(kept);
        }
        Clock clock = Clock.system();
        long startNanos = clock.nanoTime();
        MachineLoad before = MachineLoad.now();
        for (Platform platform : platforms) {
            new Starts(home, platform, figures).run(rounds);
            new Loads(home, platform, figures).run(rounds, quick ? 3 : 6, quick ? 6 : 20);
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(clock.nanoTime() - startNanos);
        double idle = MachineLoad.now().idleShareSince(before);
        figures.writeTo(kept);
        return new Report(figures).render(header(add, seconds, idle));
    }

    private static String header(boolean add, long seconds, double idle) {
        return String.format(
                Locale.ROOT,
                "`./sluice bench agent`, %d processors%s: Spring Boot 3.5.7 with Tomcat, H2 over JDBC and the JDK's HTTP client,"
                        + " `-Xmx512m`; both agents with their defaults, OTLP/HTTP to the benchmark's own process, which makes the load,"
                        + " too; in turn, medians, losses summed up. The %srun took %d s, in which %.0f %% of the machine was idle.",
                Runtime.getRuntime().availableProcessors(),
                add ? ", several runs" : "",
                add ? "last " : "",
                seconds,
                idle * 100);
    }

    private static String value(List<String> flags, String name, String otherwise) {
        for (String flag : flags) {
            if (flag.startsWith(name)) {
                flags.remove(flag);
                return flag.substring(name.length());
            }
        }
        return otherwise;
    }
}
