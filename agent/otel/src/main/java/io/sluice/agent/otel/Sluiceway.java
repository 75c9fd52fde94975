package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.batching.BatchDefaults;
import io.sluice.exporter.Signal;
import io.sluice.runtime.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of one SDK's telemetry out of this JVM, from its start in the background to its drain.
 *
 * <p><b>Start.</b> {@link #start} only starts a thread; what is ended before the pipelines run waits at the gates. If
 * they cannot run, one line says why, and the gates let everything vanish.
 *
 * <p><b>Drain.</b> The first shutdown of an inlet sets the one deadline that all signals share. Each inlet that is shut
 * down begins to drain its signal and returns; the last one waits for all of them, because what calls it, a shutdown
 * hook as a rule, waits for the results a fixed 10 seconds at most, and not at all for inlets of another provider.
 */
final class Sluiceway {

    /** The time in which no span may have been started or ended before a shutdown accepts no more. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** What the end of a drain may take after its deadline: dropping what is left, telling the account. */
    private static final long AFTER_DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Clock clock;
    private final Consumer<? super Throwable> onStartFailure;
    private final Shield shield;
    private final Gate<SpanData> spans;
    private final Gate<LogRecordData> logs;
    private final CompletableFuture<Outlets> outlets = new CompletableFuture<>();
    private final AtomicBoolean givenUp = new AtomicBoolean();

    /** Guarded by this: signals that have an inlet which was not shut down. */
    private final Set<Signal> flowing = EnumSet.noneOf(Signal.class);

    /** Guarded by this: signals whose inlet was shut down. */
    private final Map<Signal, CompletableResultCode> draining = new EnumMap<>(Signal.class);

    /** Guarded by this: when the drain began whose time runs now, or ran last; null before. */
    private @Nullable Long drainBeganNanos;

    /**
     * @param onStartFailure told once should the pipelines not run
     * @param onBug told of a failure in our own code that the application must not see
     */
    Sluiceway(Clock clock, Consumer<? super Throwable> onStartFailure, Consumer<? super Throwable> onBug) {
        this.clock = requireNonNull(clock, "clock");
        this.shield = new Shield(onBug);
        this.spans = new Gate<>(heldItems(), shield);
        this.logs = new Gate<>(heldItems(), shield);
        this.onStartFailure = requireNonNull(onStartFailure, "onStartFailure");
    }

    /** One of an application that makes its SDK itself: what goes wrong is told on standard error. */
    static Sluiceway ofLibrary() {
        return new Sluiceway(Clock.system(), Diagnostics::notStarted, bug -> Diagnostics.uncaught("inlet", bug));
    }

    /** As many as the pipeline's own inbox would hold by default. */
    private static int heldItems() {
        return BatchDefaults.maxQueueItems(Runtime.getRuntime().maxMemory());
    }

    /** Keeps what fails in an inlet from the application. */
    Shield shield() {
        return shield;
    }

    /** An inlet for spans; a shutdown waits for it from here on. */
    SpanInlet spanInlet() {
        flows(Signal.TRACES);
        return new SpanInlet(spans, new SpanActivity(clock), this);
    }

    /** An inlet for log records; a shutdown waits for it from here on. */
    LogInlet logInlet() {
        flows(Signal.LOGS);
        return new LogInlet(logs, this);
    }

    /** A shutdown waits for the metric inlet from here on. */
    MetricInlet metricInlet(MetricPreferences preferences) {
        flows(Signal.METRICS);
        return new MetricInlet(preferences, this);
    }

    private synchronized void flows(Signal signal) {
        flowing.add(signal);
    }

    /** Calls {@code opening}, which builds the pipelines, on a thread of its own and returns at once. Once. */
    void start(Callable<Outlets> opening) {
        Thread starter = new Thread(null, () -> open(opening), "sluice-start", 0, false);
        starter.setDaemon(true);
        starter.setContextClassLoader(null);
        try {
            starter.start();
        } catch (RuntimeException | OutOfMemoryError noThread) {
            giveUp(noThread);
        }
    }

    private void open(Callable<Outlets> opening) {
        try {
            Outlets opened = opening.call();
            opened.refusedEarly(Signal.TRACES, spans.open(opened.keptSpans(), opened.spans()));
            opened.refusedEarly(Signal.LOGS, logs.open(opened.keptLogs(), opened.logs()));
            if (!outlets.complete(opened)) {
                // Too late: a shutdown has waited for this and given up.
                spans.wall();
                logs.wall();
                opened.stop();
            }
        } catch (Throwable failure) {
            giveUp(failure);
        }
    }

    private void giveUp(Throwable failure) {
        spans.wall();
        logs.wall();
        try {
            if (givenUp.compareAndSet(false, true)) {
                // Before anybody who shuts down may go on, and with him the JVM.
                onStartFailure.accept(failure);
            }
        } finally {
            outlets.completeExceptionally(failure);
        }
    }

    /** Registers the pipelines' own figures with {@code meters}, as soon as they run. Any thread; does not wait. */
    void observe(MeterProvider meters) {
        CompletableFuture<?> unused = outlets.thenAccept(opened -> {
            shield.run(() -> opened.observe(meters));
        });
    }

    /** Exports what waits now, of all signals. Any thread; does not wait. */
    void sendNow() {
        List<Signal> signals;
        synchronized (this) {
            signals = List.copyOf(flowing);
        }
        signals.forEach(this::flush);
    }

    /** Exports what waits now, as soon as the pipelines run. Any thread; does not wait. */
    CompletableResultCode flush(Signal signal) {
        CompletableResultCode result = new CompletableResultCode();
        CompletableFuture<?> unused = outlets.whenComplete((opened, failure) -> {
            if (failure == null) {
                CompletableResultCode flushed = shield.result(() -> opened.flush(signal));
                flushed.whenComplete(() -> complete(result, flushed.isSuccess()));
            } else {
                result.fail();
            }
        });
        return result;
    }

    private static void complete(CompletableResultCode result, boolean success) {
        if (success) {
            result.succeed();
        } else {
            result.fail();
        }
    }

    /**
     * Waits, on the thread that shuts down, while other shutdown hooks still end spans. Half of the drain's time at most:
     * the other half is kept for delivering, should some span never end.
     */
    void awaitLastSpans(SpanActivity activity) {
        long beganNanos = beginDrain();
        Outlets opened = awaitStart(beganNanos);
        if (opened != null) {
            opened.hurry(Signal.TRACES, left(beganNanos, opened));
            activity.awaitQuiet(QUIET_NANOS, beganNanos + opened.drainTimeout().toNanos() / 2);
        }
    }

    /** Accepts no more of {@code signal} and drains it. Idempotent. The call for the last signal waits for all. */
    CompletableResultCode close(Signal signal) {
        long beganNanos = beginDrain();
        Outlets opened = awaitStart(beganNanos);
        if (opened == null) {
            return CompletableResultCode.ofFailure();
        }
        Duration left = left(beganNanos, opened);
        CompletableResultCode drained;
        List<CompletableResultCode> all;
        synchronized (this) {
            if (!flowing.remove(signal)) {
                return draining.getOrDefault(signal, CompletableResultCode.ofSuccess());
            }
            drained = opened.close(signal, left);
            draining.put(signal, drained);
            all = flowing.isEmpty() ? List.copyOf(draining.values()) : List.of();
        }
        if (!all.isEmpty()) {
            CompletableResultCode.ofAll(all).join(left.toNanos() + AFTER_DEADLINE_NANOS, TimeUnit.NANOSECONDS);
            opened.stop();
        }
        return drained;
    }

    /** What is left of the drain's time; zero or more. */
    private Duration left(long beganNanos, Outlets opened) {
        return Duration.ofNanos(Math.max(0, beganNanos + opened.drainTimeout().toNanos() - clock.nanoTime()));
    }

    /**
     * When the drain that all signals share began: now, if none is running. One whose time has passed is over: providers
     * may be shut down long after each other.
     */
    private synchronized long beginDrain() {
        long nowNanos = clock.nanoTime();
        if (drainBeganNanos == null
                || nowNanos - drainBeganNanos > drainTimeout().toNanos()) {
            drainBeganNanos = nowNanos;
        }
        return drainBeganNanos;
    }

    /** What a drain may take; the default until the pipelines run. */
    Duration drainTimeout() {
        Outlets opened = outlets.isCompletedExceptionally() ? null : outlets.getNow(null);
        return opened == null ? BatchDefaults.DRAIN_TIMEOUT : opened.drainTimeout();
    }

    /** The pipelines, should they come up in time; null if not, and then nobody waits for them again. */
    private @Nullable Outlets awaitStart(long beganNanos) {
        long untilNanos = beganNanos + BatchDefaults.DRAIN_TIMEOUT.toNanos();
        try {
            return outlets.get(Math.max(0, untilNanos - clock.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException notStarted) {
            return null;
        } catch (TimeoutException late) {
            giveUp(new TimeoutException(
                    "the start did not end within " + BatchDefaults.DRAIN_TIMEOUT.toSeconds() + " s"));
            return null;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return outlets.isDone() && !outlets.isCompletedExceptionally() ? outlets.getNow(null) : null;
        }
    }
}
