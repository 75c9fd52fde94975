package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.opentelemetry.sdk.logs.ReadWriteLogRecord;
import io.sluice.exporter.Signal;
import java.util.EnumSet;
import java.util.Optional;

/**
 * Sends the log records of one logger provider, in the place of a batch processor and its exporter.
 *
 * <pre>{@code
 * SdkLoggerProvider loggers = SdkLoggerProvider.builder()
 *         .addLogRecordProcessor(SluiceLogRecordProcessor.builder().endpoint("http://collector:4318").build())
 *         .build();
 * }</pre>
 *
 * <p>Emitting a record never waits, unless {@code sluice.overflow} says so, and never throws. {@link #forceFlush()}
 * succeeds when all that was held has been delivered. {@link #shutdown()} delivers what is held until the drain timeout
 * has passed; what is left is counted. Should the settings be wrong, one line on standard error says so and nothing is
 * sent.
 *
 * <p>It has a runtime of its own, one thread; {@link SluiceExport} shares one among signals.
 */
public final class SluiceLogRecordProcessor implements LogRecordProcessor {

    private final Sluiceway way;
    private final LogInlet inlet;

    private SluiceLogRecordProcessor(Builder builder) {
        way = Sluiceway.ofLibrary();
        inlet = way.logInlet();
        EnumSet<Signal> signals = EnumSet.of(Signal.LOGS);
        var sources = builder.sources(signals);
        way.start(() -> Pipelines.open(sources, signals, Optional.empty()));
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Lets the pipeline's own figures leave as metrics of {@code meters}. To be called once. */
    public SluiceLogRecordProcessor observe(MeterProvider meters) {
        way.observe(requireNonNull(meters, "meters"));
        return this;
    }

    @Override
    public void onEmit(Context context, ReadWriteLogRecord logRecord) {
        inlet.onEmit(context, logRecord);
    }

    @Override
    public CompletableResultCode forceFlush() {
        return inlet.forceFlush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return inlet.shutdown();
    }

    @Override
    public String toString() {
        return "SluiceLogRecordProcessor";
    }

    /** Settings of one processor. */
    public static final class Builder extends BatchOptions<Builder> {

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /** Starts in the background; records that are emitted before the pipeline runs are kept. */
        public SluiceLogRecordProcessor build() {
            return new SluiceLogRecordProcessor(this);
        }
    }
}
