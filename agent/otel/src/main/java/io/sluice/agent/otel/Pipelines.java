package io.sluice.agent.otel;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.batching.RefuseReason;
import io.sluice.config.source.SettingsSource;
import io.sluice.exporter.Encoder;
import io.sluice.exporter.ExportPipeline;
import io.sluice.exporter.PipelineSettings;
import io.sluice.exporter.Signal;
import io.sluice.exporter.Transport;
import io.sluice.exporter.otlp.BufferPool;
import io.sluice.exporter.otlp.LogEncoder;
import io.sluice.exporter.otlp.MetricEncoder;
import io.sluice.exporter.otlp.SpanEncoder;
import io.sluice.exporter.transport.NettyLogs;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.TaskOptions;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The pipelines of one SDK on one runtime: what stands behind the gates.
 *
 * <p>What takes several steps, some of which wait, runs on the runtime's blocking threads: a flush, a collection, the
 * end.
 */
final class Pipelines implements Outlets {

    /**
     * Idle buffers that are kept for the next batches of all signals: what the largest batch needs while it is made and
     * sent, and the one before it; in a small heap, less.
     */
    private static final long IDLE_BUFFER_BYTES =
            Math.min(16L << 20, Runtime.getRuntime().maxMemory() / 64);

    /** Name lookups, collections, flushes and the end of each signal, all at once. */
    private static final int BLOCKING_THREADS = 16;

    /** What the runtime's threads may take to end. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private final AsyncRuntime runtime;
    private final Handle handle;
    private final AgentSettings settings;
    private final AccountReport report;
    private final BufferPool buffers = new BufferPool(IDLE_BUFFER_BYTES);

    private final ShownPipelines beans = new ShownPipelines();

    /** Filled by the constructor. */
    private final Map<Signal, SignalLine<?>> lines = new EnumMap<>(Signal.class);

    private final Optional<SignalLine<SpanData>> spans;
    private final Optional<SignalLine<LogRecordData>> logs;

    /** Metrics are collected on threads of the runtime, so they never wait. */
    private final Consumer<MetricData> metrics;

    private final Optional<MetricInlet> metricInlet;

    /** The loop of periodic collections. */
    private final Optional<JoinHandle<Void>> collecting;

    private Pipelines(
            AsyncRuntime runtime, AgentSettings settings, Transports transports, Optional<MetricInlet> metricInlet) {
        this.runtime = runtime;
        this.handle = runtime.handle();
        this.settings = settings;
        this.report =
                new AccountReport(settings.accountLines() ? Diagnostics::print : line -> {}, settings.accountFile());
        this.spans = start(Signal.TRACES, new SpanEncoder(buffers), transports);
        this.logs = start(Signal.LOGS, new LogEncoder(buffers), transports);
        this.metrics = now(start(Signal.METRICS, new MetricEncoder(buffers), transports));
        this.metricInlet = metricInlet;
        this.collecting = metricInlet.map(this::collectPeriodically);
        settings.figures().beansAfter().ifPresent(this::showBeans);
        settings.figures().lineEach().ifPresent(this::printLines);
    }

    private void showBeans(Duration delay) {
        Callable<Void> registration = () -> {
            lines.forEach((signal, line) -> beans.show(line::stats, signal.key()));
            if (settings.figures().ofRuntime()) {
                beans.show(runtime);
            }
            return null;
        };
        handle.spawn(TaskOptions.named("show beans"), new Later(handle, delay, registration, Pipelines::notShown))
                .detach();
    }

    private static void notShown(Throwable failure) {
        Diagnostics.print("not seen over JMX: " + failure);
    }

    private void printLines(Duration interval) {
        Callable<Void> lookAround = () -> {
            lines.values().forEach(line -> Diagnostics.print(StatusLine.of(line.stats())));
            return null;
        };
        handle.spawn(TaskOptions.named("print figures"), new IntervalLoop(handle, interval, lookAround, failure -> {}))
                .detach();
    }

    /**
     * Reads the settings and starts what they say.
     *
     * @param sources of settings, earlier ones first
     * @throws IllegalArgumentException naming everything that is wrong with the settings
     */
    static Outlets open(List<SettingsSource> sources, Set<Signal> signals, Optional<MetricInlet> metricInlet) {
        NettyLogs.silenceOwnCopy();
        return start(
                AgentSettings.load(sources, signals),
                (where, handle) -> where.open(handle, Diagnostics::log),
                metricInlet);
    }

    /** Starts a runtime and on it a pipeline for each signal of {@code settings}. */
    static Pipelines start(AgentSettings settings, Transports transports, Optional<MetricInlet> metricInlet) {
        AsyncRuntime runtime = AsyncRuntime.builder()
                .workerThreads(settings.workerThreads())
                .maxBlockingThreads(BLOCKING_THREADS)
                .onUncaught(Diagnostics::uncaught)
                .build();
        boolean started = false;
        try {
            Pipelines pipelines = new Pipelines(runtime, settings, transports, metricInlet);
            started = true;
            return pipelines;
        } finally {
            if (!started) {
                runtime.shutdown(GRACE);
            }
        }
    }

    /** Starts the pipeline of {@code signal} if it is to be exported. */
    private <T> Optional<SignalLine<T>> start(Signal signal, Encoder<T> encoder, Transports transports) {
        PipelineSettings obeyed = settings.signals().get(signal);
        if (obeyed == null) {
            return Optional.empty();
        }
        Transport transport = transports.open(obeyed.transport(), handle);
        SignalLine<T> line = new SignalLine<>(
                runtime,
                ExportPipeline.start(signal.key(), obeyed, encoder, transport, Diagnostics::log, handle),
                transport,
                SelfNames.of(signal, obeyed.transport()));
        lines.put(signal, line);
        return Optional.of(line);
    }

    private static <T> Consumer<T> asPolicySays(Optional<SignalLine<T>> line) {
        return line.<Consumer<T>>map(present -> present::offer).orElse(item -> {});
    }

    private static <T> Consumer<T> now(Optional<SignalLine<T>> line) {
        return line.<Consumer<T>>map(present -> present::offerNow).orElse(item -> {});
    }

    private JoinHandle<Void> collectPeriodically(MetricInlet inlet) {
        Callable<Void> collection = () -> {
            inlet.collect(metrics);
            return null;
        };
        return handle.spawn(
                TaskOptions.named("collect metrics"),
                new IntervalLoop(handle, inlet.interval(), collection, Pipelines::collectionFailed));
    }

    private static void collectionFailed(Throwable failure) {
        Diagnostics.log(Level.WARNING, "metrics: a collection failed", failure);
    }

    @Override
    public Consumer<SpanData> spans() {
        return asPolicySays(spans);
    }

    @Override
    public Consumer<SpanData> keptSpans() {
        return now(spans);
    }

    @Override
    public Consumer<LogRecordData> logs() {
        return asPolicySays(logs);
    }

    @Override
    public Consumer<LogRecordData> keptLogs() {
        return now(logs);
    }

    @Override
    public void observe(MeterProvider meters) {
        if (settings.figures().asMetrics()) {
            lines.forEach((signal, line) -> line.observe(meters, signal));
        }
    }

    @Override
    public void refusedEarly(Signal signal, long items) {
        SignalLine<?> line = lines.get(signal);
        if (line != null && items > 0) {
            line.account().refused(RefuseReason.QUEUE_FULL, items);
        }
    }

    @Override
    public Duration drainTimeout() {
        return settings.drainTimeout();
    }

    @Override
    public void hurry(Signal signal, Duration timeout) {
        SignalLine<?> line = lines.get(signal);
        if (line != null) {
            line.hurry(timeout);
        }
    }

    /** Waits as a task, not on a thread: many flushes may be asked for while the destination does not answer. */
    @Override
    public CompletableResultCode flush(Signal signal) {
        SignalLine<?> line = lines.get(signal);
        if (line == null) {
            return CompletableResultCode.ofSuccess();
        }
        if (signal == Signal.METRICS) {
            return flushMetrics(line);
        }
        CompletableResultCode result = new CompletableResultCode();
        flush(line, settings.flushTimeout(signal), true, result);
        return result;
    }

    private CompletableResultCode flushMetrics(SignalLine<?> line) {
        long deadlineNanos = nowNanos() + settings.flushTimeout(Signal.METRICS).toNanos();
        return onBlockingThread(result -> {
            boolean collected = collect(left(deadlineNanos), inlet -> inlet.collect(metrics));
            flush(line, left(deadlineNanos), collected, result);
        });
    }

    /** @param sofar false if something went wrong before */
    private void flush(SignalLine<?> line, Duration limit, boolean sofar, CompletableResultCode result) {
        handle.spawn(TaskOptions.named("flush"), new FlushTask(handle, line.flush(), limit, sofar, result))
                .detach();
    }

    private Duration left(long deadlineNanos) {
        return Duration.ofNanos(Math.max(0, deadlineNanos - nowNanos()));
    }

    @Override
    public CompletableResultCode close(Signal signal, Duration timeout) {
        long deadlineNanos = nowNanos() + timeout.toNanos();
        SignalLine<?> line = lines.get(signal);
        if (line == null) {
            return CompletableResultCode.ofSuccess();
        }
        return onBlockingThread(result -> {
            boolean collected = true;
            if (signal == Signal.METRICS) {
                collecting.ifPresent(JoinHandle::abort);
                collected = collect(timeout.dividedBy(2), inlet -> inlet.collectLast(metrics));
            }
            boolean inTime = line.close(left(deadlineNanos));
            report.tell(signal, line.account().snapshot());
            end(result, collected && inTime);
        });
    }

    private long nowNanos() {
        return handle.timeDriver().clock().nanoTime();
    }

    /** One more collection, on a thread of its own; goes on without it when {@code limit} passes. Whether it succeeded. */
    private boolean collect(Duration limit, Consumer<MetricInlet> collection) throws Exception {
        JoinHandle<Void> collected = handle.spawnBlocking(() -> {
            metricInlet.ifPresent(collection);
            return null;
        });
        try {
            runtime.blockOn(handle.timeout(limit, collected));
            return true;
        } catch (TimeoutException late) {
            Diagnostics.print("metrics: a collection did not end in time and is left out; some callback of the"
                    + " application does not return");
        } catch (JoinException failed) {
            collectionFailed(failed);
        }
        return false;
    }

    /** What is done on a thread that may wait, and ends the result. */
    @FunctionalInterface
    private interface Step {
        void run(CompletableResultCode result) throws Exception;
    }

    /** The result fails if the step throws, and if the runtime ends before the step has begun. */
    private CompletableResultCode onBlockingThread(Step step) {
        CompletableResultCode result = new CompletableResultCode();
        handle.spawnBlocking(() -> {
                    boolean threw = true;
                    try {
                        step.run(result);
                        threw = false;
                    } finally {
                        if (threw) {
                            result.fail();
                        }
                    }
                    return null;
                })
                .detach();
        return result;
    }

    private static void end(CompletableResultCode result, boolean success) {
        if (success) {
            result.succeed();
        } else {
            result.fail();
        }
    }

    @Override
    public void stop() {
        beans.close();
        runtime.shutdown(GRACE);
    }
}
