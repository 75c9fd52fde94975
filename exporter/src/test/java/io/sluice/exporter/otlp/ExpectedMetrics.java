package io.sluice.exporter.otlp;

import static io.sluice.exporter.otlp.ExpectedMessages.attributes;
import static io.sluice.exporter.otlp.ExpectedMessages.id;
import static io.sluice.exporter.otlp.ExpectedMessages.text;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExemplarData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongExemplarData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import java.util.Collection;
import java.util.List;

/** The part of {@link ExpectedMessages} that is about metrics. */
final class ExpectedMetrics {

    private ExpectedMetrics() {}

    static Metric.Builder metric(MetricData metric) {
        Metric.Builder message = Metric.newBuilder()
                .setName(text(metric.getName()))
                .setDescription(text(metric.getDescription()))
                .setUnit(text(metric.getUnit()));
        return switch (metric.getType()) {
            case LONG_GAUGE ->
                message.setGauge(Gauge.newBuilder()
                        .addAllDataPoints(numbers(metric.getLongGaugeData().getPoints())));
            case DOUBLE_GAUGE ->
                message.setGauge(Gauge.newBuilder()
                        .addAllDataPoints(numbers(metric.getDoubleGaugeData().getPoints())));
            case LONG_SUM -> message.setSum(sum(metric.getLongSumData()));
            case DOUBLE_SUM -> message.setSum(sum(metric.getDoubleSumData()));
            case HISTOGRAM -> message.setHistogram(histogram(metric.getHistogramData()));
            case EXPONENTIAL_HISTOGRAM ->
                message.setExponentialHistogram(exponential(metric.getExponentialHistogramData()));
            case SUMMARY ->
                message.setSummary(Summary.newBuilder()
                        .addAllDataPoints(metric.getSummaryData().getPoints().stream()
                                .map(ExpectedMetrics::summaryPoint)
                                .toList()));
        };
    }

    private static Sum sum(SumData<? extends PointData> data) {
        return Sum.newBuilder()
                .setAggregationTemporality(temporality(data.getAggregationTemporality()))
                .setIsMonotonic(data.isMonotonic())
                .addAllDataPoints(numbers(data.getPoints()))
                .build();
    }

    private static Histogram histogram(HistogramData data) {
        return Histogram.newBuilder()
                .setAggregationTemporality(temporality(data.getAggregationTemporality()))
                .addAllDataPoints(data.getPoints().stream()
                        .map(ExpectedMetrics::histogramPoint)
                        .toList())
                .build();
    }

    private static ExponentialHistogram exponential(ExponentialHistogramData data) {
        return ExponentialHistogram.newBuilder()
                .setAggregationTemporality(temporality(data.getAggregationTemporality()))
                .addAllDataPoints(data.getPoints().stream()
                        .map(ExpectedMetrics::exponentialPoint)
                        .toList())
                .build();
    }

    private static io.opentelemetry.proto.metrics.v1.AggregationTemporality temporality(
            AggregationTemporality temporality) {
        return io.opentelemetry.proto.metrics.v1.AggregationTemporality.valueOf(
                "AGGREGATION_TEMPORALITY_" + temporality.name());
    }

    private static List<NumberDataPoint> numbers(Collection<? extends PointData> points) {
        return points.stream().map(ExpectedMetrics::number).toList();
    }

    private static NumberDataPoint number(PointData point) {
        NumberDataPoint.Builder message = NumberDataPoint.newBuilder()
                .setStartTimeUnixNano(point.getStartEpochNanos())
                .setTimeUnixNano(point.getEpochNanos())
                .addAllAttributes(attributes(point.getAttributes()))
                .addAllExemplars(exemplars(point));
        if (point instanceof LongPointData number) {
            message.setAsInt(number.getValue());
        } else {
            message.setAsDouble(((DoublePointData) point).getValue());
        }
        return message.build();
    }

    private static HistogramDataPoint histogramPoint(HistogramPointData point) {
        HistogramDataPoint.Builder message = HistogramDataPoint.newBuilder()
                .setStartTimeUnixNano(point.getStartEpochNanos())
                .setTimeUnixNano(point.getEpochNanos())
                .addAllAttributes(attributes(point.getAttributes()))
                .addAllExemplars(exemplars(point))
                .setCount(point.getCount())
                .setSum(point.getSum())
                .addAllBucketCounts(point.getCounts())
                .addAllExplicitBounds(point.getBoundaries());
        if (point.hasMin()) {
            message.setMin(point.getMin());
        }
        if (point.hasMax()) {
            message.setMax(point.getMax());
        }
        return message.build();
    }

    private static ExponentialHistogramDataPoint exponentialPoint(ExponentialHistogramPointData point) {
        ExponentialHistogramDataPoint.Builder message = ExponentialHistogramDataPoint.newBuilder()
                .setStartTimeUnixNano(point.getStartEpochNanos())
                .setTimeUnixNano(point.getEpochNanos())
                .addAllAttributes(attributes(point.getAttributes()))
                .addAllExemplars(exemplars(point))
                .setCount(point.getCount())
                .setSum(point.getSum())
                .setScale(point.getScale())
                .setZeroCount(point.getZeroCount())
                .setPositive(buckets(point.getPositiveBuckets()))
                .setNegative(buckets(point.getNegativeBuckets()));
        if (point.hasMin()) {
            message.setMin(point.getMin());
        }
        if (point.hasMax()) {
            message.setMax(point.getMax());
        }
        return message.build();
    }

    private static ExponentialHistogramDataPoint.Buckets buckets(ExponentialHistogramBuckets buckets) {
        return ExponentialHistogramDataPoint.Buckets.newBuilder()
                .setOffset(buckets.getOffset())
                .addAllBucketCounts(buckets.getBucketCounts())
                .build();
    }

    private static SummaryDataPoint summaryPoint(SummaryPointData point) {
        return SummaryDataPoint.newBuilder()
                .setStartTimeUnixNano(point.getStartEpochNanos())
                .setTimeUnixNano(point.getEpochNanos())
                .addAllAttributes(attributes(point.getAttributes()))
                .setCount(point.getCount())
                .setSum(point.getSum())
                .addAllQuantileValues(point.getValues().stream()
                        .map(value -> SummaryDataPoint.ValueAtQuantile.newBuilder()
                                .setQuantile(value.getQuantile())
                                .setValue(value.getValue())
                                .build())
                        .toList())
                .build();
    }

    private static List<Exemplar> exemplars(PointData point) {
        return point.getExemplars().stream().map(ExpectedMetrics::exemplar).toList();
    }

    private static Exemplar exemplar(ExemplarData exemplar) {
        Exemplar.Builder message = Exemplar.newBuilder()
                .setTimeUnixNano(exemplar.getEpochNanos())
                .addAllFilteredAttributes(attributes(exemplar.getFilteredAttributes()));
        if (exemplar instanceof LongExemplarData number) {
            message.setAsInt(number.getValue());
        } else {
            message.setAsDouble(((DoubleExemplarData) exemplar).getValue());
        }
        SpanContext context = exemplar.getSpanContext();
        if (context.isValid()) {
            message.setTraceId(id(context.getTraceId())).setSpanId(id(context.getSpanId()));
        }
        return message.build();
    }
}
