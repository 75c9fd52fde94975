package io.sluice.examples.collector;

import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The text of one export's metrics: a headline and one line for each. One thread. */
final class MetricsText {

    private static final int NAME_COLUMNS = 34;

    private final String service;
    private final StringBuilder lines = new StringBuilder();
    private int metrics;

    MetricsText(String service) {
        this.service = service;
    }

    void add(Metric metric) {
        metrics++;
        long points = Ledger.points(metric);
        lines.append(String.format(
                Locale.ROOT,
                "  %-" + NAME_COLUMNS + "s %s%s\n",
                Printable.text(metric.getName(), NAME_COLUMNS),
                summary(metric),
                points == 1 ? "" : "  (" + points + " points)"));
    }

    /** Empty if nothing was added; otherwise ends with a line end. */
    Optional<String> finish() {
        return metrics == 0
                ? Optional.empty()
                : Optional.of("metrics  " + service + "  " + metrics + (metrics == 1 ? " metric" : " metrics") + "\n"
                        + lines);
    }

    /** All points of the metric in a few words: sums are added up, levels given as a range. */
    private static String summary(Metric metric) {
        return switch (metric.getDataCase()) {
            case SUM ->
                Units.value(
                        metric.getSum().getDataPointsList().stream()
                                .mapToDouble(MetricsText::value)
                                .sum(),
                        metric.getUnit());
            case GAUGE -> range(metric.getGauge().getDataPointsList(), metric.getUnit());
            case HISTOGRAM ->
                distribution(
                        metric.getHistogram().getDataPointsList().stream()
                                .mapToLong(point -> point.getCount())
                                .sum(),
                        metric.getHistogram().getDataPointsList().stream()
                                .mapToDouble(point -> point.getSum())
                                .sum(),
                        metric.getUnit());
            case EXPONENTIAL_HISTOGRAM ->
                distribution(
                        metric.getExponentialHistogram().getDataPointsList().stream()
                                .mapToLong(point -> point.getCount())
                                .sum(),
                        metric.getExponentialHistogram().getDataPointsList().stream()
                                .mapToDouble(point -> point.getSum())
                                .sum(),
                        metric.getUnit());
            case SUMMARY ->
                distribution(
                        metric.getSummary().getDataPointsList().stream()
                                .mapToLong(point -> point.getCount())
                                .sum(),
                        metric.getSummary().getDataPointsList().stream()
                                .mapToDouble(point -> point.getSum())
                                .sum(),
                        metric.getUnit());
            case DATA_NOT_SET -> "no data";
        };
    }

    private static String range(List<NumberDataPoint> points, String unit) {
        double least = points.stream().mapToDouble(MetricsText::value).min().orElse(0);
        double most = points.stream().mapToDouble(MetricsText::value).max().orElse(0);
        return least == most ? Units.value(least, unit) : Units.value(least, unit) + " to " + Units.value(most, unit);
    }

    private static double value(NumberDataPoint point) {
        return point.hasAsInt() ? point.getAsInt() : point.getAsDouble();
    }

    private static String distribution(long count, double sum, String unit) {
        return String.format(Locale.ROOT, "%,d recorded", count)
                + (count == 0 ? "" : ", mean " + Units.value(sum / count, unit));
    }
}
