package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.sluice.config.source.SettingsSource;
import io.sluice.exporter.Signal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sluice for an application that builds its SDK itself. Autoconfigured SDKs and the agent need nothing of this.
 *
 * <pre>{@code
 * SluiceExport sluice = SluiceExport.builder()
 *         .endpoint("http://collector:4318")
 *         .start(Signal.TRACES, Signal.METRICS);
 * SdkTracerProvider.builder().addSpanProcessor(sluice.spanProcessor());
 * SdkMeterProvider meters = SdkMeterProvider.builder().registerMetricReader(sluice.metricReader()).build();
 * sluice.observe(meters);
 * }</pre>
 *
 * <p>All of them share one runtime. It ends with the last of them that the SDK shuts down, after what is held was
 * delivered or counted. Should the settings be wrong, one line on standard error says so and nothing is exported.
 */
public final class SluiceExport {

    private final Sluiceway way;
    private final @Nullable SpanInlet spans;
    private final @Nullable MetricInlet metrics;
    private final @Nullable LogInlet logs;

    private SluiceExport(Builder builder, Set<Signal> signals) {
        way = Sluiceway.ofLibrary();
        MetricPreferences preferences = MetricPreferences.defaults().withInterval(builder.metricInterval);
        spans = signals.contains(Signal.TRACES) ? way.spanInlet() : null;
        metrics = signals.contains(Signal.METRICS) ? way.metricInlet(preferences) : null;
        logs = signals.contains(Signal.LOGS) ? way.logInlet() : null;
        List<SettingsSource> sources = builder.sources(signals);
        way.start(() -> Pipelines.open(sources, signals, Optional.ofNullable(metrics)));
    }

    public static Builder builder() {
        return new Builder();
    }

    /** To be added to one tracer provider. */
    public SpanProcessor spanProcessor() {
        return exported(spans, Signal.TRACES);
    }

    /** To be registered with one meter provider. */
    public MetricReader metricReader() {
        return exported(metrics, Signal.METRICS);
    }

    /** To be added to one logger provider. */
    public LogRecordProcessor logRecordProcessor() {
        return exported(logs, Signal.LOGS);
    }

    /**
     * Lets this export's own figures leave as metrics of {@code meters}: queue, exports, failures, bytes, durations.
     * Nothing if {@code sluice.self.metrics} is false. To be called once, after the meter provider was built.
     */
    public SluiceExport observe(MeterProvider meters) {
        way.observe(requireNonNull(meters, "meters"));
        return this;
    }

    private static <I> I exported(@Nullable I inlet, Signal signal) {
        if (inlet == null) {
            throw new IllegalStateException(signal.key() + " was not named when the export was started");
        }
        return inlet;
    }

    /** Settings of one export. */
    public static final class Builder extends BatchOptions<Builder> {

        private Duration metricInterval = MetricPreferences.defaults().interval();

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /** The time between two collections of metrics. Default 60 s. */
        public Builder metricInterval(Duration interval) {
            if (interval.isNegative() || interval.isZero()) {
                throw new IllegalArgumentException("metricInterval is " + interval + "; allowed: more than zero");
            }
            this.metricInterval = interval;
            return this;
        }

        /**
         * Starts in the background; what the inlets get before the pipelines run is kept.
         *
         * @throws IllegalArgumentException for profiles, which no SDK records
         */
        public SluiceExport start(Signal first, Signal... others) {
            EnumSet<Signal> signals = EnumSet.of(first, others);
            if (!Signal.ofApplications().containsAll(signals)) {
                throw new IllegalArgumentException(
                        "the signals are " + signals + "; allowed: " + Signal.ofApplications());
            }
            return new SluiceExport(this, signals);
        }
    }
}
