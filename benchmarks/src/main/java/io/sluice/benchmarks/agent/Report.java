package io.sluice.benchmarks.agent;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The page: every figure beside upstream's and that without an agent, and the verdict as its last line. */
final class Report {

    /** Ours against what it may be. */
    private record Aim(String what, double timesAim) {

        boolean isMet() {
            return timesAim <= 1;
        }
    }

    private final Figures figures;
    private final List<Aim> aims = new ArrayList<>();

    Report(Figures figures) {
        this.figures = figures;
    }

    List<String> render(String header) {
        List<String> page = new ArrayList<>(
                List.of("# The agent in an application, beside OpenTelemetry's and beside none", "", header, ""));
        for (String platform : figures.platforms()) {
            table(page, platform);
        }
        page.add(verdict());
        return page;
    }

    private void table(List<String> page, String platform) {
        page.add("## " + platform + " (" + figures.starts(platform) + " starts of each)");
        page.add("");
        page.add("| | no agent | Sluice | OpenTelemetry | ours / upstream | aim | |");
        page.add("|---|---|---|---|---|---|---|");
        for (Measure measure : Measure.values()) {
            OptionalDouble ours = figures.figure(platform, Variant.SLUICE, measure);
            OptionalDouble theirs = figures.figure(platform, Variant.UPSTREAM, measure);
            OptionalDouble none = figures.figure(platform, Variant.NO_AGENT, measure);
            if (ours.isPresent() && theirs.isPresent()) {
                page.add(row(platform, measure, ours.getAsDouble(), theirs.getAsDouble(), none));
            }
        }
        page.add("");
    }

    private String row(String platform, Measure measure, double ours, double theirs, OptionalDouble none) {
        String aim = "";
        String outcome = "";
        if (measure.isAim()) {
            double times = timesAim(measure, ours, theirs);
            Aim found = new Aim(platform + ": " + measure.label(), times);
            aims.add(found);
            aim = measure.isLoss() ? "0" : (measure.isMoreBetter() ? ">= " : "<= ") + number(measure.timesUpstream());
            outcome = found.isMet() ? "met" : "**missed**";
        }
        return "| "
                + String.join(
                        " | ",
                        measure.label(),
                        none.isPresent() ? number(none.getAsDouble()) : "",
                        number(ours),
                        number(theirs),
                        theirs == 0 ? "" : String.format(Locale.ROOT, "%.2f", ours / theirs),
                        aim,
                        outcome)
                + " |";
    }

    private static double timesAim(Measure measure, double ours, double theirs) {
        if (measure.isLoss()) {
            return ours == 0 ? 0 : Double.POSITIVE_INFINITY;
        }
        double ratio = measure.isMoreBetter() ? theirs / ours : ours / theirs;
        return ratio / measure.timesUpstream();
    }

    private String verdict() {
        if (aims.isEmpty()) {
            return "verdict: nothing was measured that has an aim";
        }
        long missed = aims.stream().filter(aim -> !aim.isMet()).count();
        Aim worst = aims.stream().max(Comparator.comparingDouble(Aim::timesAim)).orElseThrow();
        return String.format(
                Locale.ROOT,
                "verdict: aims met %d, missed %d, worst %.2f times the aim (%s)",
                aims.size() - missed,
                missed,
                worst.timesAim,
                worst.what);
    }

    private static String number(double value) {
        double size = Math.abs(value);
        String format = size == Math.rint(size) || size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
