package io.sluice.agent.otel;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.exporter.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Outlets that keep what they get and drain when the test says so. */
final class FakeOutlets implements Outlets {

    final List<SpanData> spans = Collections.synchronizedList(new ArrayList<>());
    final List<LogRecordData> logs = Collections.synchronizedList(new ArrayList<>());
    final Map<Signal, Long> refusedEarly = new ConcurrentHashMap<>();
    final Map<Signal, Duration> closed = new ConcurrentHashMap<>();
    final List<Signal> hurried = Collections.synchronizedList(new ArrayList<>());
    final List<Signal> flushed = Collections.synchronizedList(new ArrayList<>());
    final List<MeterProvider> observers = Collections.synchronizedList(new ArrayList<>());
    final CountDownLatch stopped = new CountDownLatch(1);

    private final Map<Signal, CompletableResultCode> drains = Collections.synchronizedMap(new EnumMap<>(Signal.class));
    private final boolean drainAtOnce;

    FakeOutlets(boolean drainAtOnce) {
        this.drainAtOnce = drainAtOnce;
    }

    /** Ends the drain of {@code signal}, now or as soon as it begins. */
    void drained(Signal signal) {
        drainOf(signal).succeed();
    }

    private CompletableResultCode drainOf(Signal signal) {
        return drains.computeIfAbsent(signal, unused -> new CompletableResultCode());
    }

    @Override
    public Consumer<SpanData> keptSpans() {
        return spans();
    }

    @Override
    public Consumer<LogRecordData> keptLogs() {
        return logs();
    }

    @Override
    public Consumer<SpanData> spans() {
        return spans::add;
    }

    @Override
    public Consumer<LogRecordData> logs() {
        return logs::add;
    }

    @Override
    public void observe(MeterProvider meters) {
        observers.add(meters);
    }

    @Override
    public void refusedEarly(Signal signal, long items) {
        refusedEarly.put(signal, items);
    }

    @Override
    public Duration drainTimeout() {
        return Duration.ofSeconds(4);
    }

    @Override
    public CompletableResultCode flush(Signal signal) {
        flushed.add(signal);
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public void hurry(Signal signal, Duration timeout) {
        hurried.add(signal);
    }

    @Override
    public CompletableResultCode close(Signal signal, Duration timeout) {
        closed.put(signal, timeout);
        return drainAtOnce ? CompletableResultCode.ofSuccess() : drainOf(signal);
    }

    @Override
    public void stop() {
        stopped.countDown();
    }
}
