package io.sluice.exporter.otlp;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.LongExemplarData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableDoubleExemplarData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableDoublePointData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableExponentialHistogramData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableGaugeData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableHistogramData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableHistogramPointData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableLongExemplarData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableLongPointData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableMetricData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableSumData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableSummaryData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableSummaryPointData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableValueAtQuantile;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Telemetry of every shape that the SDK can make, the same for the same seed. {@link #odd} adds what an application or a
 * processor can put in against the rules: half surrogate pairs, nulls in arrays, fewer attributes in total than there
 * are, and negative zeros where upstream takes them for the default.
 */
final class RandomTelemetry {

    private static final String[] TEXTS = {
        "",
        "a",
        "GET /orders/{id}",
        "żółć",
        "日本語テキスト",
        "emoji \uD83D\uDE80 rocket",
        "x".repeat(130),
        "\u0000\u007f\u0080\u07ff\u0800\uffff"
    };

    private static final String[] ODD_TEXTS = {"\uD83D", "half \uDE80 pair", "żó\uD83Dłć", "\uDE80\uD83D"};

    private final Random random;
    private final boolean odd;
    private final List<Resource> resources = new ArrayList<>();
    private final List<InstrumentationScopeInfo> scopes = new ArrayList<>();

    RandomTelemetry(long seed) {
        this(seed, false);
    }

    static RandomTelemetry odd(long seed) {
        return new RandomTelemetry(seed, true);
    }

    private RandomTelemetry(long seed, boolean odd) {
        random = new Random(seed);
        this.odd = odd;
        for (int i = 0; i < 3; i++) {
            resources.add(Resource.create(attributes(), i == 0 ? null : "https://schema/" + i));
            scopes.add(InstrumentationScopeInfo.builder("scope-" + i)
                    .setVersion(i == 0 ? "" : "1." + i)
                    .setSchemaUrl(i == 1 ? "https://scope/" + i : null)
                    .setAttributes(attributes())
                    .build());
        }
        scopes.add(InstrumentationScopeInfo.empty());
        resources.add(Resource.empty());
    }

    <T> List<T> some(int most, Supplier<T> one) {
        List<T> list = new ArrayList<>();
        int count = random.nextInt(most + 1);
        for (int i = 0; i < count; i++) {
            list.add(one.get());
        }
        return list;
    }

    private String text() {
        if (odd && random.nextInt(4) == 0) {
            return ODD_TEXTS[random.nextInt(ODD_TEXTS.length)];
        }
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private <T> T orNull(T value) {
        return odd && random.nextInt(4) == 0 ? null : value;
    }

    private int total(int kept) {
        return kept + random.nextInt(3) - (odd ? random.nextInt(3) : 0);
    }

    private long number() {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> random.nextInt(300) - 150;
            case 2 -> Long.MIN_VALUE;
            case 3 -> Long.MAX_VALUE;
            default -> random.nextLong();
        };
    }

    private long time() {
        return random.nextInt(5) == 0 ? 0 : 1_700_000_000_000_000_000L + random.nextInt();
    }

    private double real() {
        return switch (random.nextInt(5)) {
            case 0 -> 0.0;
            case 1 -> -0.0;
            case 2 -> Double.NaN;
            case 3 -> Double.NEGATIVE_INFINITY;
            default -> random.nextDouble() * 1e6;
        };
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    Attributes attributes() {
        AttributesBuilder builder = Attributes.builder();
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            String key = "key." + i;
            switch (random.nextInt(9)) {
                case 0 -> builder.put(AttributeKey.stringKey(key), text());
                case 1 -> builder.put(AttributeKey.longKey(key), number());
                case 2 -> builder.put(AttributeKey.doubleKey(key), real());
                case 3 -> builder.put(AttributeKey.booleanKey(key), random.nextBoolean());
                case 4 -> builder.put(AttributeKey.stringArrayKey(key), some(4, () -> orNull(text())));
                case 5 -> builder.put(AttributeKey.longArrayKey(key), some(4, () -> orNull(number())));
                case 6 -> builder.put(AttributeKey.doubleArrayKey(key), some(4, () -> orNull(real())));
                case 7 -> builder.put(AttributeKey.booleanArrayKey(key), some(4, () -> orNull(random.nextBoolean())));
                default -> builder.put(AttributeKey.valueKey(key), value(3));
            }
        }
        return builder.build();
    }

    private Value<?> value(int depth) {
        return switch (random.nextInt(depth == 0 ? 6 : 8)) {
            case 0 -> Value.of(text());
            case 1 -> Value.of(number());
            case 2 -> Value.of(real());
            case 3 -> Value.of(random.nextBoolean());
            case 4 -> Value.of(text().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            case 5 -> Value.empty();
            case 6 -> Value.of(some(3, () -> value(depth - 1)));
            default ->
                Value.of(some(3, () -> KeyValue.of("k" + random.nextInt(9), value(depth - 1)))
                        .toArray(new KeyValue[0]));
        };
    }

    private String hex(int bytes) {
        byte[] id = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            id[i] = (byte) (random.nextInt(255) + 1);
        }
        return HexFormat.of().formatHex(id);
    }

    private SpanContext context() {
        TraceStateBuilder state = TraceState.builder();
        if (random.nextInt(3) == 0) {
            state.put("vendor", "v" + random.nextInt(9)).put("other", "o");
        }
        TraceFlags flags = random.nextBoolean() ? TraceFlags.getSampled() : TraceFlags.getDefault();
        return random.nextBoolean()
                ? SpanContext.create(hex(16), hex(8), flags, state.build())
                : SpanContext.createFromRemoteParent(hex(16), hex(8), flags, state.build());
    }

    SpanData span() {
        List<EventData> events = some(3, () -> EventData.create(time(), text(), attributes(), random.nextInt(3) + 10));
        List<LinkData> links = some(
                3,
                () -> random.nextBoolean() ? LinkData.create(context()) : LinkData.create(context(), attributes(), 20));
        Attributes attributes = attributes();
        return TestSpanData.builder()
                .setSpanContext(context())
                .setParentSpanContext(random.nextInt(3) == 0 ? SpanContext.getInvalid() : context())
                .setResource(pick(resources))
                .setInstrumentationScopeInfo(pick(scopes))
                .setName(text())
                .setKind(pick(List.of(SpanKind.values())))
                .setStartEpochNanos(time())
                .setEndEpochNanos(time())
                .setHasEnded(true)
                .setAttributes(attributes)
                .setTotalAttributeCount(total(attributes.size()))
                .setEvents(events)
                .setTotalRecordedEvents(total(events.size()))
                .setLinks(links)
                .setTotalRecordedLinks(total(links.size()))
                .setStatus(StatusData.create(pick(List.of(StatusCode.values())), text()))
                .build();
    }

    LogRecordData log() {
        Attributes attributes = attributes();
        TestLogRecordData.Builder builder = TestLogRecordData.builder()
                .setResource(pick(resources))
                .setInstrumentationScopeInfo(pick(scopes))
                .setTimestamp(time(), java.util.concurrent.TimeUnit.NANOSECONDS)
                .setObservedTimestamp(time(), java.util.concurrent.TimeUnit.NANOSECONDS)
                .setSpanContext(random.nextBoolean() ? context() : SpanContext.getInvalid())
                .setSeverity(pick(List.of(Severity.values())))
                .setAttributes(attributes)
                .setTotalAttributeCount(total(attributes.size()));
        if (random.nextBoolean()) {
            builder.setSeverityText(text());
        }
        if (random.nextBoolean()) {
            builder.setBodyValue(value(4));
        }
        if (random.nextBoolean()) {
            builder.setEventName(text());
        }
        return builder.build();
    }

    private List<LongExemplarData> longExemplars() {
        return some(
                2,
                () -> ImmutableLongExemplarData.create(
                        attributes(), time(), random.nextBoolean() ? context() : SpanContext.getInvalid(), number()));
    }

    private List<DoubleExemplarData> doubleExemplars() {
        return some(
                2,
                () -> ImmutableDoubleExemplarData.create(
                        attributes(), time(), random.nextBoolean() ? context() : SpanContext.getInvalid(), real()));
    }

    private AggregationTemporality temporality() {
        return random.nextBoolean() ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
    }

    MetricData metric() {
        Resource resource = pick(resources);
        InstrumentationScopeInfo scope = pick(scopes);
        return switch (random.nextInt(7)) {
            case 0 ->
                ImmutableMetricData.createLongGauge(
                        resource, scope, text(), text(), text(), ImmutableGaugeData.create(some(3, this::longPoint)));
            case 1 ->
                ImmutableMetricData.createDoubleGauge(
                        resource, scope, text(), text(), text(), ImmutableGaugeData.create(some(3, this::doublePoint)));
            case 2 ->
                ImmutableMetricData.createLongSum(
                        resource,
                        scope,
                        text(),
                        text(),
                        text(),
                        ImmutableSumData.create(random.nextBoolean(), temporality(), some(3, this::longPoint)));
            case 3 ->
                ImmutableMetricData.createDoubleSum(
                        resource,
                        scope,
                        text(),
                        text(),
                        text(),
                        ImmutableSumData.create(random.nextBoolean(), temporality(), some(3, this::doublePoint)));
            case 4 ->
                ImmutableMetricData.createDoubleHistogram(
                        resource,
                        scope,
                        text(),
                        text(),
                        text(),
                        ImmutableHistogramData.create(temporality(), some(3, this::histogramPoint)));
            case 5 ->
                ImmutableMetricData.createExponentialHistogram(
                        resource,
                        scope,
                        text(),
                        text(),
                        text(),
                        ImmutableExponentialHistogramData.create(temporality(), some(3, this::exponentialPoint)));
            default ->
                ImmutableMetricData.createDoubleSummary(
                        resource,
                        scope,
                        text(),
                        text(),
                        text(),
                        ImmutableSummaryData.create(some(3, this::summaryPoint)));
        };
    }

    private io.opentelemetry.sdk.metrics.data.LongPointData longPoint() {
        return ImmutableLongPointData.create(time(), time(), attributes(), number(), longExemplars());
    }

    private io.opentelemetry.sdk.metrics.data.DoublePointData doublePoint() {
        return ImmutableDoublePointData.create(time(), time(), attributes(), real(), doubleExemplars());
    }

    private io.opentelemetry.sdk.metrics.data.HistogramPointData histogramPoint() {
        boolean bounds = random.nextBoolean();
        return ImmutableHistogramPointData.create(
                time(),
                time(),
                attributes(),
                real(),
                random.nextBoolean(),
                real(),
                random.nextBoolean(),
                real(),
                bounds ? List.of(1.0, 5.5, 100.0) : List.of(),
                bounds ? List.of(1L, 0L, 12345678901L, 3L) : List.of(7L),
                doubleExemplars());
    }

    private io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData exponentialPoint() {
        return ImmutableExponentialHistogramPointData.create(
                random.nextInt(40) - 20,
                real(),
                random.nextInt(100),
                random.nextBoolean(),
                real(),
                random.nextBoolean(),
                real(),
                buckets(),
                buckets(),
                time(),
                time(),
                attributes(),
                doubleExemplars());
    }

    private io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets buckets() {
        return ImmutableExponentialHistogramBuckets.create(
                3, random.nextInt(200) - 100, some(5, () -> (long) random.nextInt(1000)));
    }

    private io.opentelemetry.sdk.metrics.data.SummaryPointData summaryPoint() {
        return ImmutableSummaryPointData.create(
                time(),
                time(),
                attributes(),
                random.nextInt(1000),
                positiveZero(real()),
                some(3, () -> ImmutableValueAtQuantile.create(random.nextDouble(), positiveZero(real()))));
    }

    /** Upstream leaves out a negative zero as if it were the default; proto3 writes it, and so do we. */
    private double positiveZero(double value) {
        return odd ? value : value + 0.0;
    }
}
