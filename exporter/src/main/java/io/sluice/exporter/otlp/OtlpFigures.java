package io.sluice.exporter.otlp;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes figures that a program has of itself as an OTLP request, without an SDK. Source: {@code
 * opentelemetry/proto/metrics/v1/metrics.proto}.
 */
public final class OtlpFigures {

    private static final int CUMULATIVE = 2;
    private static final String SCOPE = "io.sluice";
    private static final String SERVICE_NAME = "service.name";

    private OtlpFigures() {}

    /** Whether a figure only grows. */
    public enum Kind {
        /** Since the program began. */
        COUNTER,
        /** Of this moment. */
        GAUGE
    }

    /**
     * One metric.
     *
     * @param unit as in the OpenTelemetry semantic conventions
     * @param about one sentence for people
     */
    public record Figure(String name, String unit, String about, Kind kind, List<Point> points) {
        public Figure {
            requireNonNull(name, "name");
            requireNonNull(unit, "unit");
            requireNonNull(about, "about");
            requireNonNull(kind, "kind");
            points = List.copyOf(points);
        }
    }

    /** One value and what it is of. */
    public record Point(Map<String, String> attributes, double value) {
        public Point {
            requireNonNull(attributes, "attributes");
        }
    }

    /** Points of all figures: what the request counts for. */
    public static int items(List<Figure> figures) {
        return figures.stream().mapToInt(figure -> figure.points().size()).sum();
    }

    /**
     * The request.
     *
     * @param serviceName of the program
     * @param startEpochNanos when counters began
     * @param epochNanos when the figures were read
     */
    public static byte[] request(List<Figure> figures, String serviceName, long startEpochNanos, long epochNanos) {
        ProtoOutput out = new ProtoOutput(new BufferPool(0), 0);
        out.begin(OtlpFields.ExportMetricsServiceRequest.RESOURCE_METRICS);
        out.begin(OtlpFields.ResourceMetrics.RESOURCE);
        attribute(out, OtlpFields.Resource.ATTRIBUTES, SERVICE_NAME, serviceName);
        out.end();
        out.begin(OtlpFields.ResourceMetrics.SCOPE_METRICS);
        out.begin(OtlpFields.ScopeMetrics.SCOPE);
        out.optionalString(OtlpFields.InstrumentationScope.NAME, SCOPE);
        out.end();
        for (Figure figure : figures) {
            out.begin(OtlpFields.ScopeMetrics.METRICS);
            figure(out, figure, startEpochNanos, epochNanos);
            out.end();
        }
        out.end();
        out.end();
        return Arrays.copyOf(out.array(), out.position());
    }

    private static void figure(ProtoOutput out, Figure figure, long startEpochNanos, long epochNanos) {
        out.optionalString(OtlpFields.Metric.NAME, figure.name());
        out.optionalString(OtlpFields.Metric.DESCRIPTION, figure.about());
        out.optionalString(OtlpFields.Metric.UNIT, figure.unit());
        boolean counter = figure.kind() == Kind.COUNTER;
        out.begin(counter ? OtlpFields.Metric.SUM : OtlpFields.Metric.GAUGE);
        for (Point point : figure.points()) {
            out.begin(counter ? OtlpFields.Sum.DATA_POINTS : OtlpFields.Gauge.DATA_POINTS);
            out.optionalFixed64(OtlpFields.NumberDataPoint.START_TIME_UNIX_NANO, counter ? startEpochNanos : 0);
            out.optionalFixed64(OtlpFields.NumberDataPoint.TIME_UNIX_NANO, epochNanos);
            out.real(OtlpFields.NumberDataPoint.AS_DOUBLE, point.value());
            point.attributes()
                    .forEach((key, value) -> attribute(out, OtlpFields.NumberDataPoint.ATTRIBUTES, key, value));
            out.end();
        }
        if (counter) {
            out.optionalVarint(OtlpFields.Sum.AGGREGATION_TEMPORALITY, CUMULATIVE);
            out.optionalBool(OtlpFields.Sum.IS_MONOTONIC, true);
        }
        out.end();
    }

    private static void attribute(ProtoOutput out, int field, String key, String value) {
        out.begin(field);
        out.optionalString(OtlpFields.KeyValue.KEY, key);
        out.begin(OtlpFields.KeyValue.VALUE);
        out.string(OtlpFields.AnyValue.STRING_VALUE, value);
        out.end();
        out.end();
    }
}
