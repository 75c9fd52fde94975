package io.sluice.agent.otel;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.sluice.exporter.AnswerCode;
import io.sluice.exporter.ExportObserver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long exports and attempts take, recorded as they end: the SDK has no histograms that are read later. Once a batch,
 * on the runtime's workers; recording takes no lock that is held for long.
 */
final class SelfDurations implements ExportObserver {

    private static final double NANOS_PER_SECOND = 1e9;

    private static final AttributeKey<Long> HTTP_STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<Long> GRPC_STATUS = AttributeKey.longKey("rpc.grpc.status_code");

    /** From a collector next door to one that is tried again for minutes. */
    private static final List<Double> BOUNDS =
            List.of(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0);

    private final DoubleHistogram exports;
    private final DoubleHistogram attempts;

    /** There are few ways to end. */
    private final Map<End, Attributes> attributes = new ConcurrentHashMap<>();

    private final Attributes exporter;

    SelfDurations(MeterProvider meters, SelfNames names) {
        Meter meter = meters.get("io.sluice");
        this.exporter = names.exporter();
        this.exports = histogram(
                meter, "otel.sdk.exporter.operation.duration", "The duration of exporting a batch, retries included.");
        this.attempts = histogram(meter, "sluice.attempt.duration", "The duration of one request to the destination.");
    }

    private static DoubleHistogram histogram(Meter meter, String name, String description) {
        return meter.histogramBuilder(name)
                .setUnit("s")
                .setDescription(description)
                .setExplicitBucketBoundariesAdvice(BOUNDS)
                .build();
    }

    @Override
    public void attemptEnded(long nanos, String error, Optional<AnswerCode> code) {
        attempts.record(nanos / NANOS_PER_SECOND, attributes(new End(error, code)));
    }

    @Override
    public void exportEnded(long nanos, String error, Optional<AnswerCode> code) {
        exports.record(nanos / NANOS_PER_SECOND, attributes(new End(error, code)));
    }

    private Attributes attributes(End end) {
        return attributes.computeIfAbsent(end, this::attributesOf);
    }

    private Attributes attributesOf(End end) {
        AttributesBuilder built = exporter.toBuilder();
        if (!end.error().isEmpty()) {
            built.put(SelfMetrics.ERROR_TYPE, end.error());
        }
        AnswerCode code = end.code().orElse(null);
        if (code instanceof AnswerCode.Http http) {
            built.put(HTTP_STATUS, http.status());
        } else if (code instanceof AnswerCode.Grpc grpc) {
            built.put(GRPC_STATUS, grpc.code());
        }
        return built.build();
    }

    /** How something ended. */
    private record End(String error, Optional<AnswerCode> code) {}
}
