package io.sluice.benchmarks.pipeline;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.metrics.View;
import io.sluice.exporter.Signal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * 10,000 series in ten instruments: four counters, three histograms and three exponential histograms, 1,000 sets of
 * attributes each, collected every second.
 */
final class MeteredApplication implements Application {

    /** What the names of all instruments begin with; the SDK has a few of its own. */
    static final String INSTRUMENTS = "shop.";

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int FLUSH_SECONDS = 10;
    private static final int SETS = 1_000;
    private static final int COUNTERS = 4;
    private static final int HISTOGRAMS = 3;
    private static final int EXPONENTIAL = 3;
    private static final int SERIES = (COUNTERS + HISTOGRAMS + EXPONENTIAL) * SETS;
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");

    private final AtomicLong collections = new AtomicLong();
    private final AtomicLong updates = new AtomicLong();
    private final SdkMeterProvider provider;
    private final Attributes[] attributes = new Attributes[SETS];
    private final LongCounter[] counters = new LongCounter[COUNTERS];
    private final DoubleHistogram[] histograms = new DoubleHistogram[HISTOGRAMS + EXPONENTIAL];

    MeteredApplication(Pipeline pipeline, String endpoint) {
        SdkMeterProviderBuilder builder = SdkMeterProvider.builder()
                .registerView(
                        InstrumentSelector.builder()
                                .setName(INSTRUMENTS + "exponential.*")
                                .build(),
                        View.builder()
                                .setAggregation(Aggregation.base2ExponentialBucketHistogram())
                                .build());
        switch (pipeline.side()) {
            case SLUICE ->
                builder.registerMetricReader(SluiceSide.start(pipeline, endpoint, Signal.METRICS, INTERVAL)
                        .metricReader());
            case UPSTREAM -> builder.registerMetricReader(UpstreamSide.metrics(pipeline, endpoint, INTERVAL));
            case SDK_ALONE -> {}
        }
        provider = builder.build();
        fill(provider.get("io.sluice.benchmarks"));
        for (int i = 0; i < SERIES; i++) {
            item();
        }
    }

    private void fill(Meter meter) {
        for (int i = 0; i < SETS; i++) {
            attributes[i] = Attributes.of(ROUTE, "/orders/{id}/items/" + i, STATUS, 200L);
        }
        for (int i = 0; i < counters.length; i++) {
            counters[i] = meter.counterBuilder(INSTRUMENTS + "counter." + i).build();
        }
        for (int i = 0; i < histograms.length; i++) {
            String kind = INSTRUMENTS + (i < HISTOGRAMS ? "explicit." : "exponential.");
            histograms[i] = meter.histogramBuilder(kind + i).setUnit("ms").build();
        }
        // Reports nothing, so it is no series: it only counts how often the reader collects.
        meter.gaugeBuilder("collections").buildWithCallback(gauge -> collections.incrementAndGet());
    }

    @Override
    public void item() {
        int update = (int) (updates.getAndIncrement() % SERIES);
        Attributes set = attributes[update % SETS];
        int instrument = update / SETS;
        if (instrument < COUNTERS) {
            counters[instrument].add(1, set);
        } else {
            histograms[instrument - COUNTERS].record(update % 997, set);
        }
    }

    @Override
    public long made() {
        return collections.get() * SERIES;
    }

    /** Twice if need be: upstream's reader refuses while a collection is on its way. */
    @Override
    public CompletableResultCode flush() {
        CompletableResultCode first = provider.forceFlush().join(FLUSH_SECONDS, TimeUnit.SECONDS);
        return first.isSuccess() ? first : provider.forceFlush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return provider.shutdown();
    }
}
