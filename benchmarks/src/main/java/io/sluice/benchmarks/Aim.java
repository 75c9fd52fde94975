package io.sluice.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * What was set out to be reached, and how near the figures are.
 *
 * @param found the worst figure of the rows that count
 * @param timesAim how many times what is allowed that is; infinite where nothing is allowed
 */
public record Aim(String what, String found, double timesAim) {

    /** A figure with the name of its row. */
    public record Found(String text, double timesAim) {}

    /** The aim with the worst of what was found; none if nothing was. */
    public static List<Aim> worst(String what, List<Found> found) {
        return found.stream().max(Comparator.comparingDouble(Found::timesAim)).stream()
                .map(worst -> new Aim(what, worst.text, worst.timesAim))
                .toList();
    }

    public boolean isMet() {
        return timesAim <= 1;
    }

    /** A table of all, and an empty line. */
    public static List<String> table(List<Aim> aims, DoubleFunction<String> number) {
        List<String> lines = new ArrayList<>();
        lines.add("| aim | worst | times the aim | |");
        lines.add("|---|---|---|---|");
        for (Aim aim : aims) {
            lines.add("| " + aim.what + " | " + aim.found + " | " + number.apply(aim.timesAim) + " | "
                    + (aim.isMet() ? "met" : "**missed**") + " |");
        }
        lines.add("");
        return lines;
    }

    /** One line about all, of which there must be one. */
    public static String verdict(List<Aim> aims, DoubleFunction<String> number) {
        long missed = aims.stream().filter(aim -> !aim.isMet()).count();
        Aim worst = aims.stream().max(Comparator.comparingDouble(Aim::timesAim)).orElseThrow();
        return String.format(
                Locale.ROOT,
                "verdict: aims met %d, missed %d, worst %s times the aim (%s: %s)",
                aims.size() - missed,
                missed,
                number.apply(worst.timesAim),
                worst.what,
                worst.found);
    }
}
