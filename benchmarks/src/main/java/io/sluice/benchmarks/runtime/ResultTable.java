package io.sluice.benchmarks.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The figures of all sides, row by row, and the verdict. */
final class ResultTable {

    private static final String OURS = "Sluice";
    private static final String TOKIO = "Tokio";
    private static final List<String> SIDES = List.of(OURS, TOKIO, "virtual threads", "ForkJoinPool", "Netty");
    private static final double TIE = 1.02;
    private static final int NAME = 0;
    private static final int TIMES_TOKIO = 3 + SIDES.size();
    private static final String LEGEND =
            "\"times Tokio\" is time over time, or Tokio's rate over ours: below 1 we are ahead.";

    /** What one figure was on each side, a median for each process. */
    private static final class Line {
        private Figure figure = new Figure("", "ms");
        private double first;
        private String bytes = "-";
        private String cpuNanos = "-";
        private final Map<String, List<Double>> medians = new TreeMap<>();
    }

    private final Map<String, Line> lines = new LinkedHashMap<>();

    /** Takes {@code name first median best unit bytes cpu}. */
    void add(String side, String text) {
        String[] parts = text.split(" ", -1);
        if (parts.length != 7) {
            return;
        }
        Line line = lines.computeIfAbsent(parts[0], name -> new Line());
        line.figure = new Figure(parts[0], parts[4]);
        line.medians.computeIfAbsent(side, key -> new ArrayList<>()).add(Double.parseDouble(parts[2]));
        if (side.equals(OURS)) {
            line.first = Double.parseDouble(parts[1]);
            line.bytes = parts[5];
            line.cpuNanos = parts[6];
        }
    }

    List<String> render(String header) {
        List<String> text = new ArrayList<>(List.of("# The runtime beside its peers", "", header, ""));
        text.add("| row | unit | first run | " + String.join(" | ", SIDES) + " | times Tokio | B/op | CPU ns/op |");
        text.add("|---|---|---|" + "---|".repeat(SIDES.size()) + "---|---|---|");
        List<String> rows = lines.values().stream().map(this::row).toList();
        text.addAll(rows);
        text.addAll(List.of("", LEGEND, "", verdict(rows)));
        return text;
    }

    /**
     * The page {@code recorded} with the rows of this table in place of those of the same name, or behind those of the same workload, and
     * with {@code header} to say where they are from.
     */
    List<String> renderInto(List<String> recorded, String header) {
        List<String> rows =
                new ArrayList<>(recorded.stream().filter(ResultTable::isRow).toList());
        lines.values().forEach(line -> put(rows, row(line)));
        int table = recorded.indexOf(recorded.stream()
                .filter(line -> line.startsWith("| row "))
                .findFirst()
                .orElseThrow());
        String origin = "Of a later run are " + String.join(", ", lines.keySet()) + ": ";
        List<String> text = new ArrayList<>();
        recorded.subList(0, table).stream()
                .filter(line -> !line.isBlank() && !line.startsWith(origin))
                .forEach(line -> text.addAll(List.of(line, "")));
        text.addAll(List.of(origin + header, ""));
        text.addAll(recorded.subList(table, table + 2));
        text.addAll(rows);
        text.addAll(List.of("", LEGEND, "", verdict(rows)));
        return text;
    }

    private static void put(List<String> rows, String row) {
        List<String> names = rows.stream().map(each -> cell(each, NAME)).toList();
        int same = names.indexOf(cell(row, NAME));
        if (same >= 0) {
            rows.set(same, row);
            return;
        }
        int related = names.stream().map(ResultTable::workload).toList().lastIndexOf(workload(cell(row, NAME)));
        rows.add(related < 0 ? rows.size() : related + 1, row);
    }

    /** Of {@code h1.p99} and {@code h1} the same. */
    private static String workload(String name) {
        return name.replaceFirst("[.].*", "");
    }

    private static boolean isRow(String line) {
        return line.startsWith("| ") && !line.startsWith("| row ");
    }

    private static String cell(String row, int index) {
        return row.split("\\|", -1)[index + 1].strip();
    }

    private String row(Line line) {
        StringBuilder row = new StringBuilder("| " + line.figure.name() + " | " + line.figure.unit());
        row.append(" | ").append(number(line.first));
        for (String side : SIDES) {
            row.append(" | ").append(line.medians.containsKey(side) ? number(median(line, side)) : "not run");
        }
        row.append(" | ").append(hasBoth(line) ? number(ratio(line)) : "-");
        return row.append(" | ")
                .append(line.bytes)
                .append(" | ")
                .append(line.cpuNanos)
                .append(" |")
                .toString();
    }

    private static boolean hasBoth(Line line) {
        return line.medians.containsKey(OURS) && line.medians.containsKey(TOKIO);
    }

    private static double ratio(Line line) {
        double ratio = median(line, OURS) / median(line, TOKIO);
        return line.figure.smallIsGood() ? ratio : 1 / ratio;
    }

    private static double median(Line line, String side) {
        List<Double> values =
                line.medians.getOrDefault(side, List.of()).stream().sorted().toList();
        return values.get(values.size() / 2);
    }

    /** By the ratios as they stand in the rows. */
    private static String verdict(List<String> rows) {
        List<String> compared =
                rows.stream().filter(row -> !cell(row, TIMES_TOKIO).equals("-")).toList();
        if (compared.isEmpty()) {
            return "verdict: Tokio was not run";
        }
        long behind = compared.stream().filter(row -> writtenRatio(row) > TIE).count();
        String worst = Collections.max(compared, Comparator.comparing(ResultTable::writtenRatio));
        return String.format(
                Locale.ROOT,
                "verdict: rows ahead of Tokio or level %d, behind %d, worst ratio %.2f (%s)",
                compared.size() - behind,
                behind,
                writtenRatio(worst),
                cell(worst, NAME));
    }

    private static double writtenRatio(String row) {
        return Double.parseDouble(cell(row, TIMES_TOKIO).replace(",", ""));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 1000 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
