package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.ReadWriteLogRecord;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.sluice.runtime.time.Clock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Faults in every place behind the SPI: whatever fails, and however, the application's threads get no exception, nothing
 * waits for ever, and one line says so.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(20)
class HostSafetyTest {

    /** What code of ours, or what it calls, may throw. */
    enum Fault {
        RUNTIME(() -> new IllegalStateException("on purpose")),
        LINKAGE(() -> new NoClassDefFoundError("io/sluice/Gone")),
        OUT_OF_MEMORY(() -> new OutOfMemoryError("on purpose")),
        STACK_OVERFLOW(StackOverflowError::new);

        private final Supplier<Throwable> thrown;

        Fault(Supplier<Throwable> thrown) {
            this.thrown = thrown;
        }

        /** Throws it, undeclared if it is checked. */
        RuntimeException raise() {
            Throwable fault = thrown.get();
            if (fault instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) fault;
        }
    }

    /** What the pipelines are asked for; each may throw. */
    private static final List<String> OUTLETS = List.of(
            "spans",
            "keptSpans",
            "logs",
            "keptLogs",
            "observe",
            "refusedEarly",
            "drainTimeout",
            "flush",
            "hurry",
            "close",
            "stop");

    private static final SpanContext SAMPLED = SpanContext.create(
            "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", TraceFlags.getSampled(), TraceState.getDefault());

    private final List<Throwable> notStarted = new CopyOnWriteArrayList<>();
    private final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final FakeOutlets outlets = new FakeOutlets(true);

    static Stream<Arguments> faultsOfOutlets() {
        return OUTLETS.stream().flatMap(method -> Stream.of(Fault.values()).map(fault -> Arguments.of(method, fault)));
    }

    @ParameterizedTest
    @MethodSource("faultsOfOutlets")
    void pipelinesThatThrow_reachNobody_andAreToldOnce(String method, Fault fault) {
        Sluiceway way = new Sluiceway(Clock.system(), notStarted::add, bugs::add);
        live(way, () -> faultyOutlets(method, fault));

        assertThat(notStarted.size() + bugs.size()).as(method).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void pipelineThatThrows_forEachItem_isToldOnce(Fault fault) {
        Sluiceway way = new Sluiceway(Clock.system(), notStarted::add, bugs::add);
        live(way, () -> throwingInlets(fault));

        assertThat(bugs).hasSize(1);
        assertThat(notStarted).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void pipelinesThatCannotBeBuilt_areToldOnce(Fault fault) {
        Sluiceway way = new Sluiceway(Clock.system(), notStarted::add, bugs::add);
        live(way, () -> {
            throw fault.raise();
        });

        assertThat(notStarted).hasSize(1);
        assertThat(bugs).isEmpty();
    }

    /** An application's whole life with an SDK: every method of every inlet is called, twice at the end. */
    private void live(Sluiceway way, Supplier<Outlets> opening) {
        SpanInlet spans = way.spanInlet();
        LogInlet logs = way.logInlet();
        MetricInlet metrics = way.metricInlet(MetricPreferences.defaults());
        SdkTracerProvider tracers =
                SdkTracerProvider.builder().addSpanProcessor(spans).build();
        SdkLoggerProvider loggers =
                SdkLoggerProvider.builder().addLogRecordProcessor(logs).build();
        SdkMeterProvider meters =
                SdkMeterProvider.builder().registerMetricReader(metrics).build();
        List<CompletableResultCode> flushes = new ArrayList<>();
        assertThatCode(() -> {
                    way.observe(meters);
                    use(tracers, loggers, meters);
                    way.start(opening::get);
                    flushes.add(tracers.forceFlush());
                    flushes.add(loggers.forceFlush());
                    flushes.add(meters.forceFlush());
                    use(tracers, loggers, meters);
                    tracers.shutdown();
                    loggers.shutdown();
                    meters.shutdown();
                    spans.shutdown();
                    logs.shutdown();
                    metrics.shutdown();
                })
                .doesNotThrowAnyException();
        flushes.forEach(flush -> assertThat(flush.join(5, TimeUnit.SECONDS).isDone())
                .as("a flush ends")
                .isTrue());
    }

    private static void use(SdkTracerProvider tracers, SdkLoggerProvider loggers, SdkMeterProvider meters) {
        for (int i = 0; i < 3; i++) {
            tracers.get("test").spanBuilder("work").startSpan().end();
            loggers.get("test").logRecordBuilder().setBody("hello").emit();
            meters.get("test").counterBuilder("count").build().add(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void itemsThatCannotBeRead_reachNobody(Fault fault) {
        Sluiceway way = new Sluiceway(Clock.system(), notStarted::add, bugs::add);
        SpanInlet spans = way.spanInlet();
        ReadableSpan span = faulty(ReadableSpan.class, "toSpanData", fault);
        ReadWriteLogRecord log = faulty(ReadWriteLogRecord.class, "toLogRecordData", fault);

        assertThatCode(() -> {
                    spans.onEnd(span);
                    way.logInlet().onEmit(Context.root(), log);
                })
                .doesNotThrowAnyException();
        assertThat(bugs).hasSize(1);
        assertThat(spans.toString()).as("the span is over all the same").contains("open=0");
    }

    @ParameterizedTest
    @EnumSource
    void settingsThatCannotBeRead_areTold_andNobodyExports(Fault fault) {
        Takeover takeover = takeover();

        assertThat(takeover.overrides(faulty(ConfigProperties.class, "getList", fault)))
                .containsOnlyKeys("otel.traces.exporter", "otel.metrics.exporter", "otel.logs.exporter")
                .allSatisfy((list, exporters) -> assertThat(exporters).isEqualTo("none"));
        takeover.spans(inlet -> bugs.add(new AssertionError("nothing is registered")));
        takeover.start();

        assertThat(lines).singleElement().asString().startsWith("not started: ");
        assertThat(bugs).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void sdkThatRefusesUs_isTold_andGoesOn(Fault fault) {
        Takeover takeover = takeover();

        assertThatCode(() -> {
                    takeover.shielded(fault::raise);
                    takeover.overrides(DefaultConfigProperties.createFromMap(Map.of()));
                    takeover.spans(inlet -> fault.raise());
                    takeover.logs(inlet -> fault.raise());
                    takeover.metrics(inlet -> fault.raise());
                    takeover.start();
                    takeover.complete(OpenTelemetrySdk.builder().build());
                })
                .doesNotThrowAnyException();
        assertThat(lines).hasSize(4).allMatch(line -> line.startsWith("not started: "));
    }

    private Takeover takeover() {
        return new Takeover((properties, signals, metrics) -> outlets, lines::add);
    }

    /** Whose inboxes throw whatever they are offered. */
    private Outlets throwingInlets(Fault fault) {
        Consumer<Object> inbox = item -> fault.raise();
        return proxy(
                Outlets.class,
                (called, arguments) -> called.getReturnType() == Consumer.class ? inbox : real(called, arguments));
    }

    /** Whose {@code method} throws; the others are the outlets'. */
    private Outlets faultyOutlets(String method, Fault fault) {
        return proxy(Outlets.class, (called, arguments) -> {
            if (called.getName().equals(method)) {
                throw fault.raise();
            }
            return real(called, arguments);
        });
    }

    private Object real(Method called, Object[] arguments) throws Throwable {
        try {
            return called.invoke(outlets, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    /** Whose {@code method} throws; it says that it is sampled, and nothing else. */
    private static <T> T faulty(Class<T> type, String method, Fault fault) {
        return proxy(type, (called, arguments) -> {
            if (called.getName().equals(method)) {
                throw fault.raise();
            }
            return called.getReturnType() == SpanContext.class ? SAMPLED : null;
        });
    }

    /** What a proxy does when it is called. */
    @FunctionalInterface
    private interface Answer {
        Object to(Method called, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, called, arguments) -> answer.to(called, arguments)));
    }
}
