package io.sluice.benchmarks.pipeline;

import io.sluice.benchmarks.Aim;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The page: every figure beside upstream's, the aims, and the verdict as its last line. */
final class Report {

    private final Results results;

    Report(Results results) {
        this.results = results;
    }

    List<String> render(String header) {
        List<String> page =
                new ArrayList<>(List.of("# The export pipeline beside OpenTelemetry Java's", "", header, ""));
        rows(page);
        largest(page);
        terminations(page);
        List<Aim> aims = new Aims(results).all();
        aims(page, aims);
        page.add(verdict(aims));
        return page;
    }

    // ---- the rows ---------------------------------------------------------------------------------------------

    private void rows(List<String> page) {
        if (results.entries().isEmpty()) {
            return;
        }
        page.add(
                "| row | by | whose | emitted/s | delivered/s | lost | app ns/item p50 | p99 | p99.9"
                        + " | pipeline CPU ms/100k | compiler | collector | allocated B/item | items/request | sink CPU | idle |");
        page.add("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        for (Results.Entry entry : inOrder()) {
            page.add(row(entry));
            if (entry.pipeline().side() == Side.UPSTREAM) {
                ours(entry).ifPresent(ours -> page.add(ratios(ours, entry)));
            }
        }
        page.add("");
    }

    /** By workload as measured, in it by protocol, and ours before upstream's. */
    private List<Results.Entry> inOrder() {
        List<String> ids = results.entries().stream()
                .map(e -> e.workload().id())
                .distinct()
                .toList();
        return results.entries().stream()
                .sorted(Comparator.comparingInt(
                                (Results.Entry e) -> ids.indexOf(e.workload().id()))
                        .thenComparing(e -> e.pipeline().side() == Side.SDK_ALONE)
                        .thenComparing(e -> e.pipeline().protocol()))
                .toList();
    }

    private Optional<Results.Entry> ours(Results.Entry upstream) {
        return results.entry(upstream.workload().id(), upstream.pipeline().of(Side.SLUICE));
    }

    private static String row(Results.Entry entry) {
        boolean sends = entry.pipeline().side() != Side.SDK_ALONE;
        return cells(
                entry.workload().id() + " " + entry.workload().title(),
                entry.pipeline().protocol().label() + (entry.pipeline().gzip() ? ", gzip" : ""),
                entry.pipeline().label(),
                count(entry, Outcome::emittedPerSecond),
                sends ? count(entry, Outcome::deliveredPerSecond) : "-",
                sends ? lost(entry) : "-",
                count(entry, Outcome::p50Nanos),
                count(entry, Outcome::p99Nanos),
                count(entry, Outcome::p999Nanos),
                sends ? number(entry.median(Outcome::pipelineMillisPer100k)) : "-",
                sends ? number(entry.median(Outcome::compilerMillisPer100k)) : "-",
                sends ? number(entry.median(Outcome::collectorMillisPer100k)) : "-",
                sends ? number(entry.median(Outcome::allocatedPerItem)) : "-",
                sends ? count(entry, Outcome::itemsPerRequest) : "-",
                sends ? number(entry.median(Outcome::sinkMillisPer100k)) : "-",
                String.format(Locale.ROOT, "%.0f %%", entry.median(Outcome::idleShare) * 100));
    }

    private static String ratios(Results.Entry ours, Results.Entry upstream) {
        return cells(
                "",
                "",
                "*ours / " + (upstream.pipeline().batch() == 0 ? "upstream" : "tuned") + "*",
                ratio(ours, upstream, Outcome::emittedPerSecond),
                ratio(ours, upstream, Outcome::deliveredPerSecond),
                "",
                ratio(ours, upstream, Outcome::p50Nanos),
                ratio(ours, upstream, Outcome::p99Nanos),
                ratio(ours, upstream, Outcome::p999Nanos),
                ratio(ours, upstream, Outcome::pipelineMillisPer100k),
                "",
                "",
                ratio(ours, upstream, Outcome::allocatedPerItem),
                ratio(ours, upstream, Outcome::itemsPerRequest),
                ratio(ours, upstream, Outcome::sinkMillisPer100k),
                "");
    }

    private static String lost(Results.Entry entry) {
        double duplicates = entry.median(Outcome::duplicates);
        return String.format(
                Locale.ROOT,
                "%,.0f (%.1f %%)%s",
                entry.median(Outcome::lost),
                entry.median(Outcome::lostPercent),
                duplicates == 0 ? "" : String.format(Locale.ROOT, ", %,.0f twice", duplicates));
    }

    // ---- p2 and p7 --------------------------------------------------------------------------------------------

    private void largest(List<String> page) {
        if (results.largest().isEmpty()) {
            return;
        }
        page.add(
                "| p2 largest rate without loss | by | Sluice spans/s | OpenTelemetry Java spans/s | ours / upstream |");
        page.add("|---|---|---|---|---|");
        for (Results.Largest ours : results.largest()) {
            if (ours.pipeline().side() == Side.SLUICE) {
                double theirs = results.upstreamLargest(ours);
                page.add(cells(
                        ours.threads() + " application thread(s)",
                        ours.pipeline().protocol().label(),
                        number(ours.perSecond()),
                        number(theirs),
                        number(ours.perSecond() / theirs)));
            }
        }
        page.add("");
    }

    private void terminations(List<String> page) {
        if (results.terminations().isEmpty()) {
            return;
        }
        page.add("| p7 SIGTERM, full queue | by | whose | spans | lost | ended after |");
        page.add("|---|---|---|---|---|---|");
        for (Termination.Result result : results.terminations()) {
            page.add(cells(
                    result.what().title(),
                    result.pipeline().protocol().label(),
                    result.pipeline().label(),
                    String.format(Locale.ROOT, "%,d", result.made()),
                    String.format(Locale.ROOT, "%,d", result.lost()),
                    String.format(Locale.ROOT, "%.1f s", result.seconds())));
        }
        page.add("");
    }

    // ---- the aims ---------------------------------------------------------------------------------------------

    private static void aims(List<String> page, List<Aim> aims) {
        if (aims.isEmpty()) {
            return;
        }
        page.addAll(Aim.table(aims, Report::number));
    }

    private static String verdict(List<Aim> aims) {
        if (aims.isEmpty()) {
            return "verdict: no row was measured that has an aim";
        }
        return Aim.verdict(aims, Report::number);
    }

    // ---- cells ------------------------------------------------------------------------------------------------

    private static String cells(String... cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    private static String count(Results.Entry entry, ToDoubleFunction<Outcome> figure) {
        return String.format(Locale.ROOT, "%,.0f", entry.median(figure));
    }

    private static String ratio(Results.Entry ours, Results.Entry theirs, ToDoubleFunction<Outcome> figure) {
        return number(ours.median(figure) / theirs.median(figure));
    }

    static String number(double value) {
        if (Double.isNaN(value)) {
            return "-";
        } else if (Double.isInfinite(value)) {
            return "∞";
        }
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
