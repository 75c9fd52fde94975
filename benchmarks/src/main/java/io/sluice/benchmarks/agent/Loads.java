package io.sluice.benchmarks.agent;

import io.sluice.benchmarks.MachineLoad;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** All variants alive at once, warm, and under load in turn. */
final class Loads {

    /** Longer than either side keeps a span back. */
    private static final int FLUSH_SECONDS = 7;

    /** Threads that carry telemetry out of the process, ours and upstream's. */
    private static final Predicate<String> EXPORTS = Pattern.compile(
                    "^(sluice|BatchSpanProcessor|BatchLogRecordProcessor|PeriodicMetricReader|[Oo]k[Hh]ttp|Okio)")
            .asPredicate();

    /** Not an agent's: what comes and goes with load and compiler, and what jcmd brings. */
    private static final Predicate<String> APPLICATIONS = Pattern.compile(
                    "^(http-nio|HttpClient|HikariPool|C[12] CompilerThread|Attach Listener|Catalina|container-|main$|DestroyJavaVM)")
            .asPredicate();

    private final Path home;
    private final Platform platform;
    private final Figures figures;

    Loads(Path home, Platform platform, Figures figures) {
        this.home = home;
        this.platform = platform;
        this.figures = figures;
    }

    /** One variant's process and what came of it. */
    private static final class Side {
        final Shop shop;
        final List<LoadGenerator.Outcome> outcomes = new ArrayList<>();
        double exportMillis;
        long spans;

        Side(Shop shop) {
            this.shop = shop;
        }
    }

    void run(int rounds, double seconds, double warmSeconds) throws IOException, InterruptedException {
        List<Side> sides = new ArrayList<>();
        try (LoadGenerator load = new LoadGenerator()) {
            for (Variant variant : Variant.values()) {
                Side side = new Side(new Shop(platform, variant, home, Shop.shop(home)));
                sides.add(side);
                side.shop.awaitFirstAnswer();
            }
            for (Side side : sides) {
                load.run(side.shop.port(), warmSeconds);
            }
            TimeUnit.SECONDS.sleep(FLUSH_SECONDS);
            for (Side side : sides) {
                side.exportMillis = -exportMillis(side.shop);
                side.spans = -side.shop.farEnd().spans();
            }
            for (int round = 0; round < rounds; round++) {
                System.err.println("measuring " + platform.label() + ", load " + (round + 1));
                for (Side side : sides) {
                    round(load, side, seconds);
                }
            }
            TimeUnit.SECONDS.sleep(FLUSH_SECONDS);
            Set<String> without = sides.get(0).shop.threads().keySet();
            for (Side side : sides) {
                conclude(side, without);
            }
        } finally {
            sides.forEach(side -> side.shop.close());
        }
    }

    private void round(LoadGenerator load, Side side, double seconds) throws IOException, InterruptedException {
        MachineLoad before = MachineLoad.now();
        double cpuBefore = side.shop.cpuSeconds();
        LoadGenerator.Outcome outcome = load.run(side.shop.port(), seconds);
        side.outcomes.add(outcome);
        if (outcome.failed() > 0) {
            throw new IllegalStateException(outcome.failed() + " requests failed; see target/bench-agent");
        }
        Variant variant = side.shop.variant();
        add(variant, Measure.REQUESTS, outcome.perSecond());
        add(variant, Measure.P99, outcome.p99Millis());
        add(
                variant,
                Measure.REQUEST_CPU,
                1e3 * (side.shop.cpuSeconds() - cpuBefore) / outcome.answered().size());
        add(variant, Measure.LOAD_IDLE, 100 * MachineLoad.now().idleShareSince(before));
    }

    private void conclude(Side side, Set<String> without) throws IOException, InterruptedException {
        Variant variant = side.shop.variant();
        add(variant, Measure.LOAD_RSS, side.shop.residentMegabytes());
        if (variant.hasAgent()) {
            Map<String, Double> threads = new HashMap<>(side.shop.threads());
            long spans = side.spans + side.shop.farEnd().spans();
            add(variant, Measure.EXPORT_CPU, (side.exportMillis + exportMillis(side.shop)) * 1e5 / Math.max(1, spans));
            add(variant, Measure.SPANS, (double) spans);
            add(variant, Measure.LOST_LOAD, (double) side.outcomes.stream()
                    .mapToLong(each -> each.lost(side.shop.farEnd()))
                    .sum());
            threads.keySet().removeIf(name -> without.contains(name) || APPLICATIONS.test(name));
            System.err.println(variant.label() + "'s threads: " + threads.keySet());
            add(variant, Measure.THREADS, threads.size());
        }
        add(variant, Measure.LOAD_HEAP, side.shop.liveMegabytes());
    }

    private static double exportMillis(Shop shop) throws IOException, InterruptedException {
        return shop.threads().entrySet().stream()
                .filter(thread -> EXPORTS.test(thread.getKey()))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    private void add(Variant variant, Measure measure, double value) {
        figures.add(platform, variant, measure, value);
    }
}
