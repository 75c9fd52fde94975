package io.sluice.benchmarks.runtime;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * One number that a row of WORKLOADS gives.
 *
 * @param name as both programs print it
 * @param unit rates, with a {@code /s} at the end, are better when they are large, all others when they are small
 */
record Figure(String name, String unit) {

    /** What a row of round trips gives: their rate, and how long one takes. */
    static List<Figure> trips(String row) {
        return List.of(
                new Figure(row, "trips/s"),
                new Figure(row + ".p50", "us"),
                new Figure(row + ".p99", "us"),
                new Figure(row + ".p99.9", "us"));
    }

    boolean smallIsGood() {
        return !unit.endsWith("/s");
    }

    /**
     * Prints a line for each of {@code figures}: name, first run, median, best, unit, {@code behind}. Percentiles are
     * those of one run, the one with the median p99.
     */
    static void print(List<Figure> figures, double[] first, List<double[]> runs, String behind) {
        for (int i = 0; i < figures.size(); i++) {
            Figure figure = figures.get(i);
            int index = i;
            double[] values =
                    runs.stream().mapToDouble(run -> run[index]).sorted().toArray();
            System.out.printf(
                    Locale.ROOT,
                    "%s %.3f %.3f %.3f %s %s%n",
                    figure.name,
                    first[i],
                    figure.name.contains(".p") ? medianRun(figures, runs)[i] : values[values.length / 2],
                    figure.smallIsGood() ? values[0] : values[values.length - 1],
                    figure.unit,
                    behind);
        }
        System.out.flush();
    }

    private static double[] medianRun(List<Figure> figures, List<double[]> runs) {
        int p99 = figures.stream().map(Figure::name).toList().indexOf(figures.get(0).name + ".p99");
        List<double[]> sorted =
                runs.stream().sorted(Comparator.comparing(run -> run[p99])).toList();
        return sorted.get(sorted.size() / 2);
    }
}
