package io.sluice.benchmarks.pipeline;

import io.sluice.benchmarks.Aim;
import io.sluice.benchmarks.Aim.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Holds the figures against what was set out to be reached. Rows that were not measured have no aim. */
final class Aims {

    private static final double CPU_TIMES_UPSTREAM = 0.25;
    private static final double RATE_TIMES_UPSTREAM = 10;
    private static final double ALLOCATED_BYTES = 16;
    private static final double NANOS_ABOVE_SDK = 20;

    /** Between the cheapest and the dearest rate a span's CPU may differ by this, for it to be called flat. */
    private static final double FLAT = 2;

    private final Results results;

    Aims(Results results) {
        this.results = results;
    }

    List<Aim> all() {
        return Stream.of(
                        Aim.worst("CPU a span <= 0.25 of upstream's (p1)", cpu("p1")),
                        Aim.worst("CPU a span <= 0.25 of upstream's, with gzip (p4)", cpu("p4")),
                        Aim.worst("loss-free rate >= 10 times upstream's (p2)", largestRate()),
                        Aim.worst("allocated off the application's threads <= 16 B a span (p1)", allocation()),
                        Aim.worst("application's p50 <= 20 ns above the SDK alone (p1)", aboveSdk()),
                        Aim.worst("application's p99.9 <= upstream's (p1)", tail()),
                        Aim.worst("no loss behind a sink that takes 200 ms, 20k to 100k spans/s (p5)", loss("p5")),
                        Aim.worst("no loss through an outage of 10 s (p6)", loss("p6")),
                        Aim.worst("no loss at SIGTERM within the deadline (p7)", terminations()),
                        Aim.worst("CPU a span within a factor of 2 from 1k to 300k spans/s", flatness()))
                .flatMap(List::stream)
                .toList();
    }

    private List<Found> cpu(String id) {
        List<Found> found = new ArrayList<>();
        for (Results.Entry ours : ours(id)) {
            results.upstream(ours).ifPresent(theirs -> {
                double mine = ours.median(Outcome::pipelineMillisPer100k);
                double times = mine / theirs.median(Outcome::pipelineMillisPer100k);
                found.add(new Found(
                        text(ours, "%.0f ms per 100k, %.2f of upstream's", mine, times), times / CPU_TIMES_UPSTREAM));
            });
        }
        return found;
    }

    private List<Found> largestRate() {
        List<Found> found = new ArrayList<>();
        for (Results.Largest ours : results.largest()) {
            if (ours.pipeline().side() == Side.SLUICE) {
                double times = ours.perSecond() / results.upstreamLargest(ours);
                String text = String.format(
                        Locale.ROOT,
                        "%s, %d thread(s): %,.0f spans/s, %.1f times",
                        ours.pipeline().protocol().label(),
                        ours.threads(),
                        ours.perSecond(),
                        times);
                found.add(new Found(text, RATE_TIMES_UPSTREAM / times));
            }
        }
        return found;
    }

    private List<Found> allocation() {
        return ours("p1").stream()
                .map(ours -> {
                    double bytes = ours.median(Outcome::allocatedPerItem);
                    return new Found(text(ours, "%.1f B", bytes), bytes / ALLOCATED_BYTES);
                })
                .toList();
    }

    private List<Found> aboveSdk() {
        List<Found> found = new ArrayList<>();
        results.entry("p1", Plan.sdkAlone()).ifPresent(sdk -> {
            for (Results.Entry ours : ours("p1")) {
                double above = ours.median(Outcome::p50Nanos) - sdk.median(Outcome::p50Nanos);
                found.add(new Found(text(ours, "%.0f ns", above), Math.max(0, above) / NANOS_ABOVE_SDK));
            }
        });
        return found;
    }

    private List<Found> tail() {
        List<Found> found = new ArrayList<>();
        for (Results.Entry ours : ours("p1")) {
            results.upstream(ours).ifPresent(theirs -> {
                double mine = ours.median(Outcome::p999Nanos);
                double other = theirs.median(Outcome::p999Nanos);
                found.add(new Found(text(ours, "%,.0f ns, upstream %,.0f ns", mine, other), mine / other));
            });
        }
        return found;
    }

    private List<Found> loss(String row) {
        return results.entries().stream()
                .filter(entry ->
                        entry.workload().row().equals(row) && entry.pipeline().side() == Side.SLUICE)
                .map(ours -> lost(text(ours, "lost %,.0f", ours.most(Outcome::lost)), ours.most(Outcome::lost)))
                .toList();
    }

    private List<Found> terminations() {
        return results.terminations().stream()
                .filter(result -> result.pipeline().side() == Side.SLUICE)
                .map(result -> lost(
                        String.format(
                                Locale.ROOT,
                                "%s, %s: lost %,d",
                                result.what().title(),
                                result.pipeline().protocol().label(),
                                result.lost()),
                        (double) result.lost()))
                .toList();
    }

    private static Found lost(String text, double lost) {
        return new Found(text, lost > 0 ? Double.POSITIVE_INFINITY : 0);
    }

    private List<Found> flatness() {
        List<Found> found = new ArrayList<>();
        for (Protocol protocol : Protocol.values()) {
            double[] cpu = results.entries().stream()
                    .filter(entry -> entry.workload().row().equals("rate")
                            && entry.pipeline().equals(Pipeline.of(Side.SLUICE, protocol)))
                    .mapToDouble(entry -> entry.median(Outcome::pipelineMillisPer100k))
                    .sorted()
                    .toArray();
            if (cpu.length > 1) {
                double factor = cpu[cpu.length - 1] / cpu[0];
                found.add(new Found(
                        String.format(
                                Locale.ROOT,
                                "%s: %.0f to %.0f ms per 100k",
                                protocol.label(),
                                cpu[0],
                                cpu[cpu.length - 1]),
                        factor / FLAT));
            }
        }
        return found;
    }

    private List<Results.Entry> ours(String id) {
        return results.entries().stream()
                .filter(entry ->
                        entry.workload().id().equals(id) && entry.pipeline().side() == Side.SLUICE)
                .toList();
    }

    private static String text(Results.Entry entry, String format, Object... figures) {
        return entry.workload().id() + " " + entry.pipeline().protocol().label() + ": "
                + String.format(Locale.ROOT, format, figures);
    }
}
