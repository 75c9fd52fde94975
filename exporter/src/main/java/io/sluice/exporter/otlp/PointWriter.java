package io.sluice.exporter.otlp;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExemplarData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongExemplarData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import java.util.List;

/** Writes the data points of metrics, one method a kind. */
final class PointWriter {

    private final ProtoOutput out;
    private final ValueWriter values;

    PointWriter(OtlpEncoder.Scratch scratch) {
        this.out = scratch.out;
        this.values = scratch.values;
    }

    void number(int field, PointData point) {
        out.begin(field);
        out.optionalFixed64(OtlpFields.NumberDataPoint.START_TIME_UNIX_NANO, point.getStartEpochNanos());
        out.optionalFixed64(OtlpFields.NumberDataPoint.TIME_UNIX_NANO, point.getEpochNanos());
        if (point instanceof LongPointData number) {
            out.fixed64(OtlpFields.NumberDataPoint.AS_INT, number.getValue());
        } else if (point instanceof DoublePointData number) {
            out.real(OtlpFields.NumberDataPoint.AS_DOUBLE, number.getValue());
        }
        exemplars(OtlpFields.NumberDataPoint.EXEMPLARS, point.getExemplars());
        values.attributes(OtlpFields.NumberDataPoint.ATTRIBUTES, point.getAttributes());
        out.end();
    }

    void histogram(int field, HistogramPointData point) {
        out.begin(field);
        out.optionalFixed64(OtlpFields.HistogramDataPoint.START_TIME_UNIX_NANO, point.getStartEpochNanos());
        out.optionalFixed64(OtlpFields.HistogramDataPoint.TIME_UNIX_NANO, point.getEpochNanos());
        out.optionalFixed64(OtlpFields.HistogramDataPoint.COUNT, point.getCount());
        out.real(OtlpFields.HistogramDataPoint.SUM, point.getSum());
        packedCounts(point.getCounts());
        packedBounds(point.getBoundaries());
        exemplars(OtlpFields.HistogramDataPoint.EXEMPLARS, point.getExemplars());
        values.attributes(OtlpFields.HistogramDataPoint.ATTRIBUTES, point.getAttributes());
        if (point.hasMin()) {
            out.real(OtlpFields.HistogramDataPoint.MIN, point.getMin());
        }
        if (point.hasMax()) {
            out.real(OtlpFields.HistogramDataPoint.MAX, point.getMax());
        }
        out.end();
    }

    private void packedCounts(List<Long> counts) {
        if (!counts.isEmpty()) {
            out.beginPackedFixed64(OtlpFields.HistogramDataPoint.BUCKET_COUNTS, counts.size());
            for (long count : counts) {
                out.packedFixed64(count);
            }
        }
    }

    private void packedBounds(List<Double> bounds) {
        if (!bounds.isEmpty()) {
            out.beginPackedFixed64(OtlpFields.HistogramDataPoint.EXPLICIT_BOUNDS, bounds.size());
            for (double bound : bounds) {
                out.packedFixed64(Double.doubleToRawLongBits(bound));
            }
        }
    }

    void exponentialHistogram(int field, ExponentialHistogramPointData point) {
        out.begin(field);
        values.attributes(OtlpFields.ExponentialHistogramDataPoint.ATTRIBUTES, point.getAttributes());
        out.optionalFixed64(OtlpFields.ExponentialHistogramDataPoint.START_TIME_UNIX_NANO, point.getStartEpochNanos());
        out.optionalFixed64(OtlpFields.ExponentialHistogramDataPoint.TIME_UNIX_NANO, point.getEpochNanos());
        out.optionalFixed64(OtlpFields.ExponentialHistogramDataPoint.COUNT, point.getCount());
        out.real(OtlpFields.ExponentialHistogramDataPoint.SUM, point.getSum());
        out.optionalSint32(OtlpFields.ExponentialHistogramDataPoint.SCALE, point.getScale());
        out.optionalFixed64(OtlpFields.ExponentialHistogramDataPoint.ZERO_COUNT, point.getZeroCount());
        buckets(OtlpFields.ExponentialHistogramDataPoint.POSITIVE, point.getPositiveBuckets());
        buckets(OtlpFields.ExponentialHistogramDataPoint.NEGATIVE, point.getNegativeBuckets());
        exemplars(OtlpFields.ExponentialHistogramDataPoint.EXEMPLARS, point.getExemplars());
        if (point.hasMin()) {
            out.real(OtlpFields.ExponentialHistogramDataPoint.MIN, point.getMin());
        }
        if (point.hasMax()) {
            out.real(OtlpFields.ExponentialHistogramDataPoint.MAX, point.getMax());
        }
        out.end();
    }

    private void buckets(int field, ExponentialHistogramBuckets buckets) {
        out.begin(field);
        out.optionalSint32(OtlpFields.Buckets.OFFSET, buckets.getOffset());
        List<Long> counts = buckets.getBucketCounts();
        if (!counts.isEmpty()) {
            out.begin(OtlpFields.Buckets.BUCKET_COUNTS);
            for (long count : counts) {
                out.packedVarint(count);
            }
            out.end();
        }
        out.end();
    }

    void summary(int field, SummaryPointData point) {
        out.begin(field);
        out.optionalFixed64(OtlpFields.SummaryDataPoint.START_TIME_UNIX_NANO, point.getStartEpochNanos());
        out.optionalFixed64(OtlpFields.SummaryDataPoint.TIME_UNIX_NANO, point.getEpochNanos());
        out.optionalFixed64(OtlpFields.SummaryDataPoint.COUNT, point.getCount());
        out.optionalReal(OtlpFields.SummaryDataPoint.SUM, point.getSum());
        for (ValueAtQuantile value : point.getValues()) {
            out.begin(OtlpFields.SummaryDataPoint.QUANTILE_VALUES);
            out.optionalReal(OtlpFields.ValueAtQuantile.QUANTILE, value.getQuantile());
            out.optionalReal(OtlpFields.ValueAtQuantile.VALUE, value.getValue());
            out.end();
        }
        values.attributes(OtlpFields.SummaryDataPoint.ATTRIBUTES, point.getAttributes());
        out.end();
    }

    private void exemplars(int field, List<? extends ExemplarData> exemplars) {
        for (ExemplarData exemplar : exemplars) {
            out.begin(field);
            out.optionalFixed64(OtlpFields.Exemplar.TIME_UNIX_NANO, exemplar.getEpochNanos());
            if (exemplar instanceof LongExemplarData number) {
                out.fixed64(OtlpFields.Exemplar.AS_INT, number.getValue());
            } else if (exemplar instanceof DoubleExemplarData number) {
                out.real(OtlpFields.Exemplar.AS_DOUBLE, number.getValue());
            }
            SpanContext context = exemplar.getSpanContext();
            if (context.isValid()) {
                out.optionalHex(OtlpFields.Exemplar.SPAN_ID, context.getSpanId());
                out.optionalHex(OtlpFields.Exemplar.TRACE_ID, context.getTraceId());
            }
            values.attributes(OtlpFields.Exemplar.FILTERED_ATTRIBUTES, exemplar.getFilteredAttributes());
            out.end();
        }
    }
}
