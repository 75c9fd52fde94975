package io.sluice.benchmarks.agent;

import io.sluice.benchmarks.MachineLoad;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts of fresh JVMs, one after another, and how each ends: by SIGTERM or System.exit, with answers just given. */
final class Starts {

    private static final double LOAD_SECONDS = 1.5;
    private static final long TERMINATE_AFTER_MILLIS = 1_000;

    private final Path home;
    private final Platform platform;
    private final Figures figures;

    Starts(Path home, Platform platform, Figures figures) {
        this.home = home;
        this.platform = platform;
        this.figures = figures;
    }

    void run(int rounds) throws IOException, InterruptedException {
        // Reads the jars from disk, and is not counted.
        try (Shop shop = new Shop(platform, Variant.SLUICE, home, Shop.shop(home))) {
            shop.awaitFirstAnswer();
        }
        List<Variant> order = new ArrayList<>(List.of(Variant.values()));
        for (int round = 0; round < rounds; round++) {
            for (Variant variant : order) {
                System.err.println("measuring " + platform.label() + ", start of " + variant.label());
                start(variant, round);
            }
            Collections.rotate(order, 1);
        }
        for (Variant variant : Variant.values()) {
            if (variant.hasAgent()) {
                brief(variant);
            }
        }
    }

    private void start(Variant variant, int round) throws IOException, InterruptedException {
        MachineLoad before = MachineLoad.now();
        try (Shop shop = new Shop(platform, variant, home, Shop.shop(home))) {
            add(variant, Measure.START_SECONDS, shop.awaitFirstAnswer());
            add(variant, Measure.START_CPU_SECONDS, shop.cpuSeconds());
            add(variant, Measure.START_IDLE, 100 * MachineLoad.now().idleShareSince(before));
            TimeUnit.SECONDS.sleep(1);
            add(variant, Measure.START_RSS, shop.residentMegabytes());
            add(variant, Measure.START_HEAP, shop.liveMegabytes());
            add(variant, Measure.START_CLASSES, shop.loadedClasses());
            if (variant.hasAgent()) {
                end(shop, round % 2 == 0 ? Measure.LOST_TERM : Measure.LOST_EXIT);
            }
        }
    }

    /** Under load: what has been answered is to have arrived when the application is gone. */
    private void end(Shop shop, Measure how) throws IOException, InterruptedException {
        try (LoadGenerator load = new LoadGenerator()) {
            Thread end = new Thread(() -> end(shop, how == Measure.LOST_TERM));
            end.start();
            LoadGenerator.Outcome outcome = load.run(shop.port(), LOAD_SECONDS);
            end.join();
            shop.awaitEnd();
            add(shop.variant(), how, (double) outcome.lost(shop.farEnd()));
        }
    }

    private static void end(Shop shop, boolean terminate) {
        try {
            TimeUnit.MILLISECONDS.sleep(TERMINATE_AFTER_MILLIS);
            if (terminate) {
                shop.terminate();
            } else {
                shop.exit();
            }
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void brief(Variant variant) throws IOException, InterruptedException {
        try (Shop program = new Shop(platform, variant, home, Shop.brief(home))) {
            program.awaitEnd();
            add(variant, Measure.LOST_BRIEF, (double)
                    (BRIEF_SPANS - program.farEnd().spans()));
        }
    }

    /** Queries of {@code BriefProgram}, each of them a span. */
    private static final long BRIEF_SPANS = 100;

    private void add(Variant variant, Measure measure, double value) {
        figures.add(platform, variant, measure, value);
    }
}
