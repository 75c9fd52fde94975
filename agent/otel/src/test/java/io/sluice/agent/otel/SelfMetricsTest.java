package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.sluice.batching.AccountSnapshot;
import io.sluice.exporter.AnswerCode;
import io.sluice.exporter.PipelineStats;
import io.sluice.exporter.Signal;
import io.sluice.runtime.HistogramSnapshot;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The figures as an SDK's reader sees them. */
class SelfMetricsTest {

    private static final String SPAN_PROCESSOR = "batching_span_processor";
    private static final String SPAN_EXPORTER = "otlp_http_span_exporter";

    private final Reader reader = new Reader();
    private final SdkMeterProvider meters =
            SdkMeterProvider.builder().registerMetricReader(reader).build();

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void spans_haveTheConventionsNamesUnitsAndAttributes() {
        register(Signal.TRACES, "http://collector/v1/traces");
        Map<String, MetricData> metrics = collect();

        assertThat(metrics.get("otel.sdk.processor.span.queue.size").getUnit()).isEqualTo("{span}");
        assertThat(values(metrics, "otel.sdk.processor.span.queue.size")).containsOnly(Map.entry("", 7L));
        assertThat(values(metrics, "otel.sdk.processor.span.queue.capacity")).containsOnly(Map.entry("", 100L));
        assertThat(values(metrics, "otel.sdk.processor.span.processed"))
                .containsOnly(
                        Map.entry("", 80L),
                        Map.entry("queue_full", 9L),
                        Map.entry("already_shutdown", 2L),
                        Map.entry("too_large", 1L));
        assertThat(values(metrics, "otel.sdk.exporter.span.inflight")).containsOnly(Map.entry("", 11L));
        assertThat(values(metrics, "otel.sdk.exporter.span.exported"))
                .containsOnly(Map.entry("", 60L), Map.entry("rejected", 5L), Map.entry("retries_exhausted", 4L));
        Attributes processor = attributes(metrics, "otel.sdk.processor.span.queue.size");
        assertThat(processor.asMap())
                .containsOnly(
                        Map.entry(AttributeKey.stringKey("otel.component.type"), SPAN_PROCESSOR),
                        Map.entry(AttributeKey.stringKey("otel.component.name"), SPAN_PROCESSOR + "/sluice"));
        Attributes exporter = attributes(metrics, "otel.sdk.exporter.span.inflight");
        assertThat(exporter.asMap())
                .containsOnly(
                        Map.entry(AttributeKey.stringKey("otel.component.type"), SPAN_EXPORTER),
                        Map.entry(AttributeKey.stringKey("otel.component.name"), SPAN_EXPORTER + "/sluice"),
                        Map.entry(AttributeKey.stringKey("server.address"), "collector"),
                        Map.entry(AttributeKey.longKey("server.port"), 80L));
    }

    @Test
    void levels_areUpDownCounters_andTheRestCounters() {
        register(Signal.TRACES, "http://collector:4318/v1/traces");
        collect().values().forEach(metric -> {
            assertThat(metric.getType()).as(metric.getName()).isEqualTo(MetricDataType.LONG_SUM);
            boolean level = metric.getName()
                    .matches(
                            ".*(queue\\.(size|capacity|waiting)|inflight|pending|permits\\..*|held|retry_room|connections)");
            assertThat(metric.getLongSumData().isMonotonic())
                    .as(metric.getName())
                    .isEqualTo(!level);
        });
    }

    @Test
    void logsAndMetrics_haveNamesOfTheirOwn_andMetricsNoProcessor() {
        register(Signal.LOGS, "http://collector:4318/v1/logs");
        register(Signal.METRICS, "http://collector:4318/v1/metrics");
        Map<String, MetricData> metrics = collect();

        assertThat(metrics)
                .containsKeys(
                        "otel.sdk.processor.log.processed",
                        "otel.sdk.exporter.log.exported",
                        "otel.sdk.exporter.metric_data_point.exported",
                        "otel.sdk.exporter.metric_data_point.inflight")
                .doesNotContainKey("otel.sdk.processor.metric_data_point.queue.size");
        assertThat(metrics.get("otel.sdk.exporter.log.exported").getUnit()).isEqualTo("{log_record}");
        assertThat(metrics.get("otel.sdk.exporter.metric_data_point.exported").getUnit())
                .isEqualTo("{data_point}");
    }

    @Test
    void ours_areToldForEachSignal() {
        register(Signal.TRACES, "http://collector:4318/v1/traces");
        register(Signal.LOGS, "http://collector:4318/v1/logs");
        Map<String, MetricData> metrics = collect();

        Map<String, Long> refused = points(
                metrics,
                "sluice.items.refused",
                attributes -> attributes.get(AttributeKey.stringKey("sluice.signal")) + " "
                        + attributes.get(AttributeKey.stringKey("sluice.reason")));
        assertThat(refused)
                .containsOnly(
                        Map.entry("traces closed", 2L),
                        Map.entry("traces queue_full", 3L),
                        Map.entry("logs closed", 2L),
                        Map.entry("logs queue_full", 3L));
        assertThat(sum(metrics, "sluice.bytes.held")).isEqualTo(2 * 1_000L);
        assertThat(sum(metrics, "sluice.bytes.sent")).isEqualTo(2 * 4_000L);
        assertThat(sum(metrics, "sluice.permits.used")).isEqualTo(2 * 3L);
        assertThat(sum(metrics, "sluice.attempts.failed")).isEqualTo(2 * 6L);
        assertThat(sum(metrics, "sluice.backoff.time")).isEqualTo(2 * 1_500L);
    }

    @Test
    void page_namesEveryMetric_andNoOther() throws IOException {
        for (Signal signal : Signal.ofApplications()) {
            register(signal, "http://collector:4318/v1/" + signal.key());
        }
        SelfDurations durations =
                new SelfDurations(meters, SelfNames.of(Signal.TRACES, "http", URI.create("http://c:4318")));
        durations.exportEnded(1, "", Optional.empty());
        durations.attemptEnded(1, "", Optional.empty());
        String page = Files.readString(Path.of("..", "..", "docs", "metrics.md"));
        Set<String> named = new TreeSet<>();
        for (String line : page.lines().toList()) {
            if (line.startsWith("| `")) {
                Pattern.compile("`((otel\\.sdk|sluice)\\.[a-z_.]+)`")
                        .matcher(line.substring(0, line.indexOf('|', 2)))
                        .results()
                        .forEach(name -> named.add(name.group(1)));
            }
        }

        assertThat(named).isEqualTo(collect().keySet());
    }

    @Test
    void closedCallback_isReadNoMore() {
        register(Signal.TRACES, "http://collector:4318/v1/traces").close();

        assertThat(collect()).isEmpty();
    }

    @Test
    void durations_areRecordedInSeconds_withTheKindOfFailure() {
        SelfDurations durations =
                new SelfDurations(meters, SelfNames.of(Signal.TRACES, "grpc", URI.create("http://c:4317")));
        durations.exportEnded(1_500_000_000L, "", Optional.of(new AnswerCode.Grpc(0)));
        durations.exportEnded(2_000_000_000L, "drain_deadline", Optional.empty());
        durations.attemptEnded(30_000_000L, "", Optional.of(new AnswerCode.Http(200)));
        Map<String, MetricData> metrics = collect();

        MetricData operation = metrics.get("otel.sdk.exporter.operation.duration");
        assertThat(operation.getUnit()).isEqualTo("s");
        assertThat(operation.getHistogramData().getPoints())
                .extracting(point -> point.getAttributes().get(AttributeKey.stringKey("error.type")) + " "
                        + point.getSum() + " "
                        + point.getAttributes().get(AttributeKey.longKey("rpc.grpc.status_code")) + " "
                        + point.getAttributes().get(AttributeKey.stringKey("otel.component.type")))
                .containsExactlyInAnyOrder(
                        "null 1.5 0 otlp_grpc_span_exporter", "drain_deadline 2.0 null otlp_grpc_span_exporter");
        assertThat(metrics.get("sluice.attempt.duration").getHistogramData().getPoints())
                .singleElement()
                .satisfies(point -> {
                    assertThat(point.getSum()).isEqualTo(0.03);
                    assertThat(point.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
                            .isEqualTo(200L);
                });
    }

    private AutoCloseable0 register(Signal signal, String endpoint) {
        var callback = SelfMetrics.register(
                meters, () -> stats(signal), signal, SelfNames.of(signal, "http", URI.create(endpoint)));
        return callback::close;
    }

    /** Closes without an exception. */
    private interface AutoCloseable0 {
        void close();
    }

    /** Accepted 90: 60 delivered, 5 rejected, 7 evicted or too large unsent, 4 given up, 11 on their way, the rest queued. */
    private static PipelineStats stats(Signal signal) {
        AccountSnapshot account = new AccountSnapshot(
                94,
                new TreeMap<>(Map.of("queue_full", 3L, "closed", 2L)),
                60,
                5,
                new TreeMap<>(Map.of("evicted", 6L, "too_large", 1L, "retries_exhausted", 4L)));
        return new PipelineStats(
                signal,
                account,
                new TreeMap<>(Map.of("evicted", 6L, "too_large", 1L)),
                new PipelineStats.Queue(7, 100, 0),
                new PipelineStats.Exports(80, 2, 11, 8, 3, HistogramSnapshot.empty()),
                new PipelineStats.Attempts(
                        20,
                        new TreeMap<>(Map.of("unreachable", 5L, "rejected", 1L)),
                        1_500_000_000L,
                        HistogramSnapshot.empty()),
                new PipelineStats.Bytes(1_000, 500, 9_000, 4_000, 100, 2));
    }

    private Map<String, MetricData> collect() {
        return reader.collect().stream().collect(Collectors.toMap(MetricData::getName, Function.identity()));
    }

    private static Map<String, Long> values(Map<String, MetricData> metrics, String name) {
        return points(metrics, name, attributes -> {
            String error = attributes.get(AttributeKey.stringKey("error.type"));
            return error == null ? "" : error;
        });
    }

    private static Map<String, Long> points(
            Map<String, MetricData> metrics, String name, Function<Attributes, String> key) {
        return metrics.get(name).getLongSumData().getPoints().stream()
                .collect(Collectors.toMap(point -> key.apply(point.getAttributes()), LongPointData::getValue));
    }

    private static long sum(Map<String, MetricData> metrics, String name) {
        return metrics.get(name).getLongSumData().getPoints().stream()
                .mapToLong(LongPointData::getValue)
                .sum();
    }

    private static Attributes attributes(Map<String, MetricData> metrics, String name) {
        return metrics.get(name).getLongSumData().getPoints().iterator().next().getAttributes();
    }

    /** Collects when the test asks. */
    private static final class Reader implements MetricReader {
        private CollectionRegistration registration = CollectionRegistration.noop();

        Collection<MetricData> collect() {
            return registration.collectAllMetrics();
        }

        @Override
        public void register(CollectionRegistration given) {
            registration = given;
        }

        @Override
        public CompletableResultCode forceFlush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public AggregationTemporality getAggregationTemporality(InstrumentType type) {
            return AggregationTemporality.CUMULATIVE;
        }
    }
}
