package io.sluice.benchmarks.sidecar;

import io.sluice.benchmarks.Aim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The page: every figure beside the Collector's, the aims, and the verdict as its last line. */
final class Report {

    private static final double MEGABYTE = 1 << 20;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Results results;
    private final List<String> page = new ArrayList<>();

    Report(Results results) {
        this.results = results;
    }

    /** A column: its head, and what is in it for one contestant. */
    private record Column(String head, ToDoubleFunction<Outcome> figure, boolean compared) {

        static Column of(String head, ToDoubleFunction<Outcome> figure) {
            return new Column(head, figure, false);
        }

        static Column compared(String head, ToDoubleFunction<Outcome> figure) {
            return new Column(head, figure, true);
        }
    }

    List<String> render(String header) {
        page.addAll(List.of("# The sidecar beside the OpenTelemetry Collector", "", header, ""));
        table(
                Row.Kind.START,
                Column.compared("until the first request is accepted, ms", Outcome::startMillis),
                Column.compared("resident idle, MB", o -> o.residentMost() / MEGABYTE));
        table(
                Row.Kind.SATURATION,
                Column.compared("spans/s per core", Outcome::spansPerCore),
                Column.compared("spans/s", Outcome::spansPerSecond),
                Column.of("CPU %", Outcome::cpuPercent),
                Column.compared("resident, most, MB", o -> o.residentMost() / MEGABYTE),
                Column.of("refused %", o -> 100 * o.refusedShare()),
                Column.of("lost", Outcome::lost),
                Column.of("idle %", o -> 100 * o.idleShare()));
        table(
                Row.Kind.PACED,
                Column.compared("CPU %", Outcome::cpuPercent),
                Column.compared("reply p50 ms", o -> o.replyP50Nanos() / NANOS_PER_MILLI),
                Column.compared("p99", o -> o.replyP99Nanos() / NANOS_PER_MILLI),
                Column.compared("delivery p50 ms", o -> o.wayP50Nanos() / NANOS_PER_MILLI),
                Column.compared("p99", o -> o.wayP99Nanos() / NANOS_PER_MILLI),
                Column.compared("resident, average, MB", o -> o.residentAverage() / MEGABYTE),
                Column.compared("most", o -> o.residentMost() / MEGABYTE),
                Column.of("lost", Outcome::lost),
                Column.of("idle %", o -> 100 * o.idleShare()));
        table(
                Row.Kind.OVERLOAD,
                Column.compared("resident, average, MB", o -> o.residentAverage() / MEGABYTE),
                Column.compared("most", o -> o.residentMost() / MEGABYTE),
                Column.compared("accepted spans/s", Outcome::spansPerSecond),
                Column.of("refused %", o -> 100 * o.refusedShare()),
                Column.of("CPU %", Outcome::cpuPercent),
                Column.of("lost", Outcome::lost));
        List<Aim> aims = new Aims(results).all();
        page.addAll(Aim.table(aims, Report::number));
        page.add(verdict(aims));
        return page;
    }

    private void table(Row.Kind kind, Column... columns) {
        List<Row> rows = results.rows(kind);
        if (rows.isEmpty()) {
            return;
        }
        page.add("| " + kind.label() + " | by | whose | "
                + String.join(" | ", Arrays.stream(columns).map(Column::head).toList()) + " |");
        page.add("|---|---|---" + "|---".repeat(columns.length) + "|");
        for (Row row : rows) {
            for (Contestant contestant : results.contestants(row)) {
                page.add(cells(
                        row, contestant.label(), columns, column -> results.median(row, contestant, column.figure)));
                if (!contestant.isOurs() && results.contestants(row).contains(Contestant.SLUICE)) {
                    page.add(cells(
                            row,
                            "*ours / " + contestant.label() + "*",
                            columns,
                            column -> column.compared ? results.ratio(row, contestant, column.figure) : Double.NaN));
                }
            }
        }
        page.add("");
    }

    private static String cells(Row row, String whose, Column[] columns, ToDoubleFunction<Column> value) {
        StringBuilder line =
                new StringBuilder("| " + row.title() + " | " + row.way().label() + " | " + whose);
        for (Column column : columns) {
            line.append(" | ").append(number(value.applyAsDouble(column)));
        }
        return line.append(" |").toString();
    }

    private String verdict(List<Aim> aims) {
        boolean alone = results.rows(Row.Kind.SATURATION).stream()
                .noneMatch(row -> results.contestants(row).stream().anyMatch(each -> !each.isOurs()));
        if (alone || aims.isEmpty()) {
            return "verdict: no peer";
        }
        return Aim.verdict(aims, Report::number);
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "";
        } else if (Double.isInfinite(value)) {
            return "∞";
        }
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 || value == 0 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }
}
