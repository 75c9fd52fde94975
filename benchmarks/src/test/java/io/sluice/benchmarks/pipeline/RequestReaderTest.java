package io.sluice.benchmarks.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.exporter.Signal;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What the sink counts, in messages that protobuf-java wrote. */
class RequestReaderTest {

    private final Tally tally = new Tally();

    @Test
    void spans_areCountedByTheirIds() {
        RequestReader.count(Signal.TRACES, spans(1, 2, 3), tally);
        RequestReader.count(Signal.TRACES, spans(3, 7), tally);

        assertThat(tally.counts()).isEqualTo("distinct 4 received 5 requests 2");
    }

    @Test
    void spans_fromBeforeTheReset_areNotCounted() {
        RequestReader.count(Signal.TRACES, spans(1, 2), tally);
        tally.reset(3);
        RequestReader.count(Signal.TRACES, spans(2, 3, 4), tally);

        assertThat(tally.counts()).isEqualTo("distinct 2 received 2 requests 1");
    }

    @Test
    void logs_areCountedByTheirTimes() {
        ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
        request.addResourceLogsBuilder()
                .addScopeLogsBuilder()
                .addLogRecords(LogRecord.newBuilder().setTimeUnixNano(5).setSeverityText("INFO"))
                .addLogRecords(LogRecord.newBuilder().setTimeUnixNano(6));

        RequestReader.count(Signal.LOGS, request.build().toByteArray(), tally);

        assertThat(tally.counts()).isEqualTo("distinct 2 received 2 requests 1");
    }

    @Test
    void points_areCounted_ifTheyAreTheApplications() {
        Sum sum = Sum.newBuilder()
                .addDataPoints(NumberDataPoint.newBuilder().setAsInt(1))
                .addDataPoints(NumberDataPoint.newBuilder().setAsInt(2))
                .build();
        Histogram histogram = Histogram.newBuilder()
                .addDataPoints(HistogramDataPoint.newBuilder().setCount(3))
                .build();
        ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
        request.addResourceMetricsBuilder()
                .addScopeMetricsBuilder()
                .addMetrics(Metric.newBuilder().setName("shop.counter.0").setSum(sum))
                .addMetrics(Metric.newBuilder().setName("shop.explicit.0").setHistogram(histogram))
                .addMetrics(Metric.newBuilder().setName("otel.sdk.reader").setHistogram(histogram));

        RequestReader.count(Signal.METRICS, request.build().toByteArray(), tally);

        assertThat(tally.counts()).isEqualTo("distinct 3 received 3 requests 1");
    }

    private static byte[] spans(long... ids) {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        for (long id : ids) {
            ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).putLong(0, id);
            request.addResourceSpansBuilder()
                    .addScopeSpansBuilder()
                    .addSpans(Span.newBuilder()
                            .setTraceId(ByteString.copyFrom(new byte[16]))
                            .setSpanId(ByteString.copyFrom(bytes))
                            .setName("GET /orders/{id}"));
        }
        return request.build().toByteArray();
    }
}
