package io.sluice.exporter.otlp;

import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.resources.Resource;
import io.sluice.exporter.Signal;

/**
 * Metrics as {@code ExportMetricsServiceRequest}; source: {@code opentelemetry/proto/metrics/v1/metrics.proto}. An item
 * is a metric, and counts for its data points.
 */
public final class MetricEncoder extends OtlpEncoder<MetricData> {

    public MetricEncoder(BufferPool pool) {
        super(Signal.METRICS, pool);
    }

    @Override
    public int count(MetricData metric) {
        return metric.getData().getPoints().size();
    }

    @Override
    public String describe(MetricData metric) {
        return "the metric \"" + metric.getName() + "\"";
    }

    @Override
    Resource resourceOf(MetricData metric) {
        return metric.getResource();
    }

    @Override
    InstrumentationScopeInfo scopeOf(MetricData metric) {
        return metric.getInstrumentationScopeInfo();
    }

    @Override
    void write(MetricData metric, Scratch scratch) {
        ProtoOutput out = scratch.out;
        out.optionalString(OtlpFields.Metric.NAME, metric.getName());
        out.optionalString(OtlpFields.Metric.DESCRIPTION, metric.getDescription());
        out.optionalString(OtlpFields.Metric.UNIT, metric.getUnit());
        PointWriter points = new PointWriter(scratch);
        switch (metric.getType()) {
            case LONG_GAUGE -> {
                out.begin(OtlpFields.Metric.GAUGE);
                metric.getLongGaugeData().getPoints().forEach(p -> points.number(OtlpFields.Gauge.DATA_POINTS, p));
            }
            case DOUBLE_GAUGE -> {
                out.begin(OtlpFields.Metric.GAUGE);
                metric.getDoubleGaugeData().getPoints().forEach(p -> points.number(OtlpFields.Gauge.DATA_POINTS, p));
            }
            case LONG_SUM -> sum(metric.getLongSumData(), points, out);
            case DOUBLE_SUM -> sum(metric.getDoubleSumData(), points, out);
            case HISTOGRAM -> {
                HistogramData data = metric.getHistogramData();
                out.begin(OtlpFields.Metric.HISTOGRAM);
                data.getPoints().forEach(p -> points.histogram(OtlpFields.Histogram.DATA_POINTS, p));
                out.optionalVarint(
                        OtlpFields.Histogram.AGGREGATION_TEMPORALITY, temporality(data.getAggregationTemporality()));
            }
            case EXPONENTIAL_HISTOGRAM -> {
                ExponentialHistogramData data = metric.getExponentialHistogramData();
                out.begin(OtlpFields.Metric.EXPONENTIAL_HISTOGRAM);
                data.getPoints()
                        .forEach(p -> points.exponentialHistogram(OtlpFields.ExponentialHistogram.DATA_POINTS, p));
                out.optionalVarint(
                        OtlpFields.ExponentialHistogram.AGGREGATION_TEMPORALITY,
                        temporality(data.getAggregationTemporality()));
            }
            case SUMMARY -> {
                out.begin(OtlpFields.Metric.SUMMARY);
                metric.getSummaryData().getPoints().forEach(p -> points.summary(OtlpFields.Summary.DATA_POINTS, p));
            }
        }
        out.end();
    }

    private static void sum(SumData<? extends PointData> data, PointWriter points, ProtoOutput out) {
        out.begin(OtlpFields.Metric.SUM);
        data.getPoints().forEach(p -> points.number(OtlpFields.Sum.DATA_POINTS, p));
        out.optionalVarint(OtlpFields.Sum.AGGREGATION_TEMPORALITY, temporality(data.getAggregationTemporality()));
        out.optionalBool(OtlpFields.Sum.IS_MONOTONIC, data.isMonotonic());
    }

    private static int temporality(AggregationTemporality temporality) {
        return switch (temporality) {
            case DELTA -> 1;
            case CUMULATIVE -> 2;
        };
    }
}
