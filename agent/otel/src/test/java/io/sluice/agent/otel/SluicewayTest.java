package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.sluice.exporter.Signal;
import io.sluice.runtime.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SluicewayTest {

    private final LinkedBlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final Sluiceway way = new Sluiceway(Clock.system(), failures::add, failures::add);

    @Test
    void start_returnsAtOnce_andSpansEndedMeanwhileArrive() throws Exception {
        CountDownLatch mayOpen = new CountDownLatch(1);
        FakeOutlets outlets = new FakeOutlets(true);
        SdkTracerProvider provider = tracing(Sampler.alwaysOn());
        way.start(() -> {
            mayOpen.await();
            return outlets;
        });

        end(provider, "early");
        assertThat(outlets.spans).isEmpty();
        mayOpen.countDown();
        provider.shutdown().join(10, TimeUnit.SECONDS);

        assertThat(outlets.spans).extracting(SpanData::getName).containsExactly("early");
        assertThat(outlets.refusedEarly).containsEntry(Signal.TRACES, 0L);
    }

    @Test
    void starter_isDaemonThread_thatKeepsNothingOfTheApplication() throws Exception {
        CompletableFuture<Thread> starter = new CompletableFuture<>();
        CompletableFuture<Boolean> hasContextLoader = new CompletableFuture<>();
        way.start(() -> {
            hasContextLoader.complete(Thread.currentThread().getContextClassLoader() != null);
            starter.complete(Thread.currentThread());
            return new FakeOutlets(true);
        });

        assertThat(starter.get().isDaemon()).isTrue();
        assertThat(hasContextLoader.get()).isFalse();
    }

    @Test
    void unsampledSpans_stayOutside() {
        FakeOutlets outlets = new FakeOutlets(true);
        SdkTracerProvider provider = tracing(Sampler.alwaysOff());
        way.start(() -> outlets);

        end(provider, "unsampled");
        provider.shutdown().join(10, TimeUnit.SECONDS);

        assertThat(outlets.spans).isEmpty();
    }

    @Test
    void shutdown_acceptsSpans_thatOtherHooksStillEnd() throws Exception {
        FakeOutlets outlets = new FakeOutlets(true);
        SdkTracerProvider provider = tracing(Sampler.alwaysOn());
        Tracer tracer = provider.get("test");
        way.start(() -> outlets);
        var open = tracer.spanBuilder("open").startSpan();

        Thread hook = new Thread(() -> provider.shutdown().join(10, TimeUnit.SECONDS));
        hook.start();
        while (!outlets.hurried.contains(Signal.TRACES)) {
            Thread.onSpinWait();
        }
        tracer.spanBuilder("late").startSpan().end();
        open.end();
        hook.join();

        assertThat(outlets.spans).extracting(SpanData::getName).containsExactlyInAnyOrder("late", "open");
    }

    @Test
    void shutdown_keepsHalfOfItsTime_whenSpanNeverEnds() {
        FakeOutlets outlets = new FakeOutlets(true);
        SdkTracerProvider provider = tracing(Sampler.alwaysOn());
        way.start(() -> outlets);
        provider.get("test").spanBuilder("leaked").startSpan();

        provider.shutdown().join(10, TimeUnit.SECONDS);

        Duration left = outlets.closed.get(Signal.TRACES);
        assertThat(left).isBetween(Duration.ofMillis(1), Duration.ofSeconds(2));
    }

    @Test
    void lastClose_waitsForAllSignals_andStopsTheRuntime() throws Exception {
        FakeOutlets outlets = new FakeOutlets(false);
        SpanInlet spans = way.spanInlet();
        LogInlet logs = way.logInlet();
        way.start(() -> outlets);

        CompletableResultCode traces = spans.shutdown();
        assertThat(traces.isDone()).isFalse();
        Thread hook = new Thread(logs::shutdown);
        hook.start();
        while (!outlets.closed.containsKey(Signal.LOGS)) {
            Thread.onSpinWait();
        }
        outlets.drained(Signal.LOGS);
        assertThat(outlets.stopped.getCount()).isEqualTo(1);
        outlets.drained(Signal.TRACES);
        hook.join();

        assertThat(outlets.stopped.getCount()).isZero();
        assertThat(outlets.closed.get(Signal.LOGS)).isLessThan(outlets.closed.get(Signal.TRACES));
    }

    @Test
    void close_longAfterAnother_hasTimeOfItsOwn() throws Exception {
        AtomicLong now = new AtomicLong(1_000);
        Sluiceway slow = new Sluiceway(now::get, failures::add, failures::add);
        FakeOutlets outlets = new FakeOutlets(true);
        LogInlet logs = slow.logInlet();
        slow.metricInlet(MetricPreferences.defaults());
        CountDownLatch started = new CountDownLatch(1);
        slow.start(() -> outlets);
        slow.flush(Signal.LOGS).whenComplete(started::countDown);
        started.await();

        slow.close(Signal.METRICS);
        now.addAndGet(TimeUnit.SECONDS.toNanos(60));
        logs.shutdown();

        assertThat(outlets.closed).containsEntry(Signal.LOGS, outlets.drainTimeout());
    }

    @Test
    void close_isIdempotent() {
        FakeOutlets outlets = new FakeOutlets(true);
        LogInlet logs = way.logInlet();
        way.start(() -> outlets);

        assertThat(logs.shutdown().isSuccess()).isTrue();
        assertThat(logs.shutdown().isSuccess()).isTrue();
        assertThat(outlets.closed).hasSize(1);
    }

    @Test
    void startFailure_isToldOnce_andHurtsNobody() throws Exception {
        SdkTracerProvider provider = tracing(Sampler.alwaysOn());
        IllegalArgumentException reason = new IllegalArgumentException("bad");
        way.start(() -> {
            throw reason;
        });

        assertThat(failures.poll(10, TimeUnit.SECONDS)).isSameAs(reason);
        end(provider, "lost");
        assertThat(provider.forceFlush().join(10, TimeUnit.SECONDS).isSuccess()).isFalse();
        assertThat(provider.shutdown().join(10, TimeUnit.SECONDS).isDone()).isTrue();
        assertThat(failures).isEmpty();
    }

    @Test
    void flush_waitsForTheStart() throws Exception {
        CountDownLatch mayOpen = new CountDownLatch(1);
        FakeOutlets outlets = new FakeOutlets(true);
        way.spanInlet();
        way.start(() -> {
            mayOpen.await();
            return outlets;
        });

        CompletableResultCode flushed = way.flush(Signal.TRACES);
        assertThat(flushed.isDone()).isFalse();
        mayOpen.countDown();

        assertThat(flushed.join(10, TimeUnit.SECONDS).isSuccess()).isTrue();
        assertThat(outlets.flushed).isEqualTo(List.of(Signal.TRACES));
    }

    private SdkTracerProvider tracing(Sampler sampler) {
        return SdkTracerProvider.builder()
                .setSampler(sampler)
                .addSpanProcessor(way.spanInlet())
                .build();
    }

    private static void end(SdkTracerProvider provider, String name) {
        provider.get("test").spanBuilder(name).startSpan().end();
    }
}
