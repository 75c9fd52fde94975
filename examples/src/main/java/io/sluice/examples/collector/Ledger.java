package io.sluice.examples.collector;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counts what arrives, by id where there is one. Any thread. */
public final class Ledger {

    private final boolean keepsIds;
    // All guarded by this.
    private long keptSpans;
    private final List<SpanRecord> spans = new ArrayList<>();
    private final List<SpanRecord> forgottenSpans = new ArrayList<>();
    private final Map<String, Long> dataPoints = new TreeMap<>();
    private long logRecords;
    private long malformedRequests;
    private long refusedRequests;

    /** @param keepsIds whether a report is wanted; otherwise memory does not grow with what arrives */
    Ledger(boolean keepsIds) {
        this.keepsIds = keepsIds;
    }

    synchronized void keep(ExportTraceServiceRequest request) {
        keptSpans += spans(request);
        addTo(spans, request);
    }

    synchronized void forget(ExportTraceServiceRequest request) {
        addTo(forgottenSpans, request);
    }

    private void addTo(List<SpanRecord> list, ExportTraceServiceRequest request) {
        if (!keepsIds) {
            return;
        }
        request.getResourceSpansList()
                .forEach(resource -> resource.getScopeSpansList()
                        .forEach(scope -> scope.getSpansList().forEach(span -> list.add(SpanRecord.of(span)))));
    }

    synchronized void keep(ExportMetricsServiceRequest request) {
        request.getResourceMetricsList()
                .forEach(resource -> resource.getScopeMetricsList()
                        .forEach(scope -> scope.getMetricsList()
                                .forEach(metric -> dataPoints.merge(metric.getName(), points(metric), Long::sum))));
    }

    synchronized void keep(ExportLogsServiceRequest request) {
        request.getResourceLogsList()
                .forEach(resource ->
                        resource.getScopeLogsList().forEach(scope -> logRecords += scope.getLogRecordsCount()));
    }

    synchronized void addMalformed() {
        malformedRequests++;
    }

    synchronized void addRefused() {
        refusedRequests++;
    }

    synchronized Report report() {
        return new Report(
                malformedRequests,
                refusedRequests,
                List.copyOf(spans),
                List.copyOf(forgottenSpans),
                new TreeMap<>(dataPoints),
                logRecords);
    }

    /** One line for people. */
    synchronized String summary() {
        long points = dataPoints.values().stream().mapToLong(Long::longValue).sum();
        return String.format(
                Locale.ROOT,
                "%,d spans, %,d data points of %,d metrics, %,d log records; %,d malformed requests",
                keptSpans,
                points,
                dataPoints.size(),
                logRecords,
                malformedRequests);
    }

    static long spans(ExportTraceServiceRequest request) {
        return request.getResourceSpansList().stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .mapToLong(ScopeSpans::getSpansCount)
                .sum();
    }

    /** Data points of one metric. */
    public static long points(Metric metric) {
        return switch (metric.getDataCase()) {
            case GAUGE -> metric.getGauge().getDataPointsCount();
            case SUM -> metric.getSum().getDataPointsCount();
            case HISTOGRAM -> metric.getHistogram().getDataPointsCount();
            case EXPONENTIAL_HISTOGRAM -> metric.getExponentialHistogram().getDataPointsCount();
            case SUMMARY -> metric.getSummary().getDataPointsCount();
            case DATA_NOT_SET -> 0;
        };
    }
}
