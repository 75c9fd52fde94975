package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.sluice.config.ShownFigures;
import io.sluice.exporter.PipelineDefaults;
import io.sluice.exporter.PipelineSettings;
import io.sluice.exporter.Signal;
import io.sluice.runtime.time.Clock;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class PipelinesTest {

    @TempDir
    Path directory;

    private final FakeTransport transport = new FakeTransport(true);
    private final Sluiceway way = new Sluiceway(Clock.system(), PipelinesTest::fail, PipelinesTest::fail);
    private Path accounts;

    @BeforeEach
    void nameFile() {
        accounts = directory.resolve("accounts");
    }

    private static void fail(Throwable failure) {
        throw new AssertionError(failure);
    }

    @Test
    void spans_areDelivered_andTheAccountIsToldAtTheEnd() throws Exception {
        SdkTracerProvider provider =
                SdkTracerProvider.builder().addSpanProcessor(way.spanInlet()).build();
        way.start(() -> Pipelines.start(settings(), (where, handle) -> transport, Optional.empty()));

        endSpans(provider, 1000);
        assertThat(provider.shutdown().join(20, TimeUnit.SECONDS).isSuccess()).isTrue();

        assertThat(transport.items).containsExactly(Map.entry(Signal.TRACES, 1000));
        assertThat(Files.readAllLines(accounts))
                .singleElement()
                .asString()
                .contains("\"signal\":\"traces\"", "\"offered\":1000,", "\"delivered\":1000,", "\"pending\":0");
    }

    @Test
    void flush_endsWhenWhatIsHeldIsDelivered() {
        SdkTracerProvider provider =
                SdkTracerProvider.builder().addSpanProcessor(way.spanInlet()).build();
        way.start(() -> Pipelines.start(settings(), (where, handle) -> transport, Optional.empty()));

        endSpans(provider, 3);

        assertThat(provider.forceFlush().join(20, TimeUnit.SECONDS).isSuccess()).isTrue();
        assertThat(transport.items).containsEntry(Signal.TRACES, 3);
        provider.close();
    }

    @Test
    void flush_whileTheDestinationIsSilent_isFalseWhenItsTimeIsOver_andHoldsNoThread() throws Exception {
        FakeTransport silent = new FakeTransport(false);
        SdkTracerProvider provider =
                SdkTracerProvider.builder().addSpanProcessor(way.spanInlet()).build();
        AgentSettings all = settings();
        AgentSettings brief = new AgentSettings(
                all.signals(), flushTimeouts(Duration.ofMillis(800)), 1, false, Optional.empty(), ShownFigures.NOWHERE);
        way.start(() -> Pipelines.start(brief, (where, handle) -> silent, Optional.empty()));
        endSpans(provider, 3);

        List<CompletableResultCode> flushes = new java.util.ArrayList<>();
        for (int i = 0; i < 100; i++) {
            flushes.add(provider.forceFlush());
        }
        assertThat(ourThreads()).hasSizeLessThan(10);
        for (CompletableResultCode flush : flushes) {
            assertThat(flush.join(20, TimeUnit.SECONDS).isDone()).isTrue();
            assertThat(flush.isSuccess()).isFalse();
        }
        provider.close();
    }

    @Test
    void flush_ofMetricsThatCannotBeCollected_isFalse() {
        MetricInlet inlet = way.metricInlet(everyMillis(3_600_000));
        SdkMeterProvider provider =
                SdkMeterProvider.builder().registerMetricReader(inlet).build();
        CountDownLatch never = new CountDownLatch(1);
        provider.get("test").gaugeBuilder("stuck").buildWithCallback(measurement -> {
            try {
                never.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        AgentSettings all = settings();
        AgentSettings brief = new AgentSettings(
                all.signals(), flushTimeouts(Duration.ofMillis(100)), 1, false, Optional.empty(), ShownFigures.NOWHERE);
        way.start(() -> Pipelines.start(brief, (where, handle) -> transport, Optional.of(inlet)));

        CompletableResultCode flush = provider.forceFlush().join(20, TimeUnit.SECONDS);
        assertThat(flush.isDone()).isTrue();
        assertThat(flush.isSuccess()).isFalse();
        never.countDown();
        provider.close();
    }

    @Test
    void metrics_areCollectedPeriodically_onFlush_andAtTheEnd() throws Exception {
        MetricInlet inlet = way.metricInlet(everyMillis(20));
        SdkMeterProvider provider =
                SdkMeterProvider.builder().registerMetricReader(inlet).build();
        provider.get("test").counterBuilder("one").build().add(1);
        way.start(() -> Pipelines.start(settings(), (where, handle) -> transport, Optional.of(inlet)));

        provider.forceFlush().join(20, TimeUnit.SECONDS);
        int flushed = transport.items.get(Signal.METRICS);
        await(() -> transport.items.get(Signal.METRICS) > flushed
                || provider.forceFlush().isDone());
        provider.shutdown().join(20, TimeUnit.SECONDS);

        assertThat(transport.items.get(Signal.METRICS)).isGreaterThan(flushed);
        assertThat(Files.readAllLines(accounts)).singleElement().asString().contains("\"pending\":0");
    }

    @Test
    void ownFigures_leaveAsMetrics_unlessSwitchedOff() throws Exception {
        for (boolean wanted : List.of(true, false)) {
            Sluiceway one = new Sluiceway(Clock.system(), PipelinesTest::fail, PipelinesTest::fail);
            FakeTransport far = new FakeTransport(true);
            MetricInlet inlet = one.metricInlet(everyMillis(3_600_000));
            SdkMeterProvider provider =
                    SdkMeterProvider.builder().registerMetricReader(inlet).build();
            one.observe(provider);
            AgentSettings all = settings();
            AgentSettings obeyed = new AgentSettings(
                    all.signals(),
                    all.flushTimeouts(),
                    all.workerThreads(),
                    false,
                    Optional.empty(),
                    new ShownFigures(wanted, Optional.empty(), Optional.empty(), false));
            one.start(() -> Pipelines.start(obeyed, (where, handle) -> far, Optional.of(inlet)));

            assertThat(provider.forceFlush().join(20, TimeUnit.SECONDS).isSuccess())
                    .isTrue();
            if (wanted) { // the first flush may have been asked for before the figures were registered
                await(() -> provider.forceFlush().join(20, TimeUnit.SECONDS).isDone()
                        && far.items.getOrDefault(Signal.METRICS, 0) > 20);
            }
            int own = far.items.getOrDefault(Signal.METRICS, 0);
            provider.shutdown().join(20, TimeUnit.SECONDS);

            assertThat(own > 20).isEqualTo(wanted);
        }
    }

    @Test
    void applicationsCallback_thatHangs_delaysTheEndByItsShareOnly() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        MetricInlet inlet = way.metricInlet(everyMillis(3_600_000));
        SdkMeterProvider provider =
                SdkMeterProvider.builder().registerMetricReader(inlet).build();
        provider.get("test").gaugeBuilder("stuck").buildWithCallback(measurement -> {
            try {
                never.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        way.start(() -> Pipelines.start(settings(), (where, handle) -> transport, Optional.of(inlet)));

        CompletableResultCode result = provider.shutdown().join(20, TimeUnit.SECONDS);

        assertThat(result.isDone()).isTrue();
        assertThat(Files.readAllLines(accounts)).singleElement().asString().contains("\"offered\":0,");
        never.countDown();
    }

    @Test
    void silentDestination_costsTheDrainTimeout_andEverySpanIsAccountedFor() throws Exception {
        FakeTransport silent = new FakeTransport(false);
        SdkTracerProvider provider =
                SdkTracerProvider.builder().addSpanProcessor(way.spanInlet()).build();
        way.start(() -> Pipelines.start(settings(), (where, handle) -> silent, Optional.empty()));

        endSpans(provider, 10);
        long begunNanos = System.nanoTime();
        CompletableResultCode result = provider.shutdown().join(20, TimeUnit.SECONDS);

        assertThat(result.isSuccess()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - begunNanos)).isLessThan(Duration.ofSeconds(8));
        assertThat(Files.readAllLines(accounts))
                .singleElement()
                .asString()
                .contains(
                        "\"offered\":10,", "\"delivered\":0,", "\"dropped\":{\"drain_deadline\":10}", "\"pending\":0");
    }

    @Test
    void threads_areDaemons_withoutContextLoader_andEnd() throws Exception {
        SdkTracerProvider provider =
                SdkTracerProvider.builder().addSpanProcessor(way.spanInlet()).build();
        way.start(() -> Pipelines.start(settings(), (where, handle) -> transport, Optional.empty()));
        endSpans(provider, 1);
        provider.forceFlush().join(20, TimeUnit.SECONDS);

        List<Thread> ours = ourThreads();
        assertThat(ours).isNotEmpty().allSatisfy(thread -> {
            assertThat(thread.isDaemon()).isTrue();
            assertThat(thread.getContextClassLoader()).isNull();
        });

        provider.shutdown().join(20, TimeUnit.SECONDS);
        await(() -> ours.stream().noneMatch(Thread::isAlive));
    }

    @Test
    void figures_areSeenOverJmx_fromTheirTimeOn_andGoneAfterTheEnd() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName ofTraces = new ObjectName("io.sluice.exporter:type=Pipeline,name=\"traces\"");
        ObjectName ofAnother = new ObjectName("io.sluice.exporter:type=Pipeline,name=\"traces 2\"");
        SdkTracerProvider provider = seenOverJmx(way);
        await(() -> server.isRegistered(ofTraces));
        SdkTracerProvider another =
                seenOverJmx(new Sluiceway(Clock.system(), PipelinesTest::fail, PipelinesTest::fail));
        await(() -> server.isRegistered(ofAnother));

        endSpans(provider, 12);
        provider.forceFlush().join(20, TimeUnit.SECONDS);

        assertThat(server.getAttribute(ofTraces, "Signal")).isEqualTo("traces");
        assertThat(server.getAttribute(ofTraces, "OfferedItems")).isEqualTo(12L);
        assertThat(server.getAttribute(ofTraces, "AcceptedItems")).isEqualTo(12L);
        assertThat(server.getAttribute(ofTraces, "DeliveredItems")).isEqualTo(12L);
        assertThat(server.getAttribute(ofTraces, "RejectedItems")).isEqualTo(0L);
        assertThat(server.getAttribute(ofTraces, "PendingItems")).isEqualTo(0L);
        assertThat((int) server.getAttribute(ofTraces, "Permits")).isPositive();
        assertThat((long) server.getAttribute(ofTraces, "AttemptNanosP99")).isNotNegative();
        assertThat(server.getAttribute(ofAnother, "OfferedItems")).isEqualTo(0L);
        ObjectName ofRuntime = new ObjectName("io.sluice.runtime:type=Runtime,name=\"agent\"");
        ObjectName ofAnotherRuntime = new ObjectName("io.sluice.runtime:type=Runtime,name=\"agent 2\"");
        await(() -> server.isRegistered(ofRuntime) && server.isRegistered(ofAnotherRuntime));
        assertThat((int) server.getAttribute(ofRuntime, "AliveTasks")).isPositive();
        provider.shutdown().join(20, TimeUnit.SECONDS);
        another.shutdown().join(20, TimeUnit.SECONDS);
        assertThat(server.queryNames(new ObjectName("io.sluice.exporter:*"), null))
                .isEmpty();
    }

    private SdkTracerProvider seenOverJmx(Sluiceway own) {
        SdkTracerProvider provider =
                SdkTracerProvider.builder().addSpanProcessor(own.spanInlet()).build();
        AgentSettings all = settings();
        AgentSettings shown = new AgentSettings(
                Map.of(Signal.TRACES, requireNonNull(all.signals().get(Signal.TRACES))),
                all.flushTimeouts(),
                1,
                false,
                Optional.empty(),
                new ShownFigures(false, Optional.of(Duration.ofMillis(1)), Optional.empty(), true));
        own.start(() -> Pipelines.start(shown, (where, handle) -> transport, Optional.empty()));
        return provider;
    }

    private static List<Thread> ourThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("sluice-"))
                .toList();
    }

    private static void endSpans(SdkTracerProvider provider, int count) {
        for (int i = 0; i < count; i++) {
            provider.get("test").spanBuilder("span").startSpan().end();
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static MetricPreferences everyMillis(long millis) {
        return MetricPreferences.defaults().withInterval(Duration.ofMillis(millis));
    }

    private AgentSettings settings() {
        Map<Signal, PipelineSettings> signals = new EnumMap<>(Signal.class);
        for (Signal signal : Signal.ofApplications()) {
            signals.put(
                    signal,
                    withDrainTimeout(
                            PipelineDefaults.settings(signal, URI.create("http://localhost/v1/" + signal.key()))));
        }
        return new AgentSettings(
                signals, flushTimeouts(Duration.ofSeconds(20)), 1, false, Optional.of(accounts), ShownFigures.NOWHERE);
    }

    private static Map<Signal, Duration> flushTimeouts(Duration timeout) {
        Map<Signal, Duration> timeouts = new EnumMap<>(Signal.class);
        for (Signal signal : Signal.ofApplications()) {
            timeouts.put(signal, timeout);
        }
        return timeouts;
    }

    private static PipelineSettings withDrainTimeout(PipelineSettings settings) {
        var batch = settings.batch();
        return new PipelineSettings(
                new io.sluice.batching.BatchSettings(
                        batch.maxQueueItems(),
                        batch.batchItems(),
                        batch.maxBatchItems(),
                        batch.maxBatchBytes(),
                        batch.maxBatchAge(),
                        batch.overflow(),
                        Duration.ofSeconds(2)),
                settings.retry(),
                settings.transport(),
                settings.maxConcurrentExports(),
                settings.maxRequestBytes());
    }
}
