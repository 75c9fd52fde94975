package io.sluice.examples.collector;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;

class MetricsTextTest {

    @Test
    void text_hasALineForEachMetric() {
        MetricsText text = new MetricsText("shop");
        text.add(metric("jvm.memory.used", "By")
                .setSum(Sum.newBuilder().addDataPoints(whole(40 << 20)).addDataPoints(whole(5 << 20)))
                .build());
        text.add(metric("jvm.cpu.recent_utilization", "1")
                .setGauge(Gauge.newBuilder()
                        .addDataPoints(NumberDataPoint.newBuilder().setAsDouble(0.25)))
                .build());
        text.add(metric("queue.length", "{item}")
                .setGauge(Gauge.newBuilder().addDataPoints(whole(3)).addDataPoints(whole(1_700)))
                .build());
        text.add(metric("http.server.request.duration", "s")
                .setHistogram(Histogram.newBuilder()
                        .addDataPoints(
                                HistogramDataPoint.newBuilder().setCount(3).setSum(0.012))
                        .addDataPoints(
                                HistogramDataPoint.newBuilder().setCount(1).setSum(0.004)))
                .build());
        text.add(metric("empty", "ms")
                .setExponentialHistogram(
                        ExponentialHistogram.newBuilder().addDataPoints(ExponentialHistogramDataPoint.newBuilder()))
                .build());
        text.add(metric("old", "ms")
                .setSummary(Summary.newBuilder()
                        .addDataPoints(SummaryDataPoint.newBuilder().setCount(2).setSum(3)))
                .build());
        text.add(metric("none", "").build());

        assertThat(text.finish()).hasValue("""
                        metrics  shop  7 metrics
                          jvm.memory.used                    45.0 MiB  (2 points)
                          jvm.cpu.recent_utilization         0.250
                          queue.length                       3 item to 1,700 item  (2 points)
                          http.server.request.duration       4 recorded, mean 4.0 ms  (2 points)
                          empty                              0 recorded
                          old                                2 recorded, mean 1.5 ms
                          none                               no data  (0 points)
                        """);
    }

    @Test
    void text_ofNothing_isEmpty() {
        assertThat(new MetricsText("shop").finish()).isEmpty();
    }

    private static Metric.Builder metric(String name, String unit) {
        return Metric.newBuilder().setName(name).setUnit(unit);
    }

    private static NumberDataPoint whole(long value) {
        return NumberDataPoint.newBuilder().setAsInt(value).build();
    }
}
