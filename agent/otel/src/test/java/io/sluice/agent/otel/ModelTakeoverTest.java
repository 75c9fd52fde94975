package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.agent.otel.Models.Batch;
import io.sluice.agent.otel.Models.Encoding;
import io.sluice.agent.otel.Models.Exporter;
import io.sluice.agent.otel.Models.Http;
import io.sluice.config.source.SettingsSource;
import io.sluice.exporter.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ModelTakeoverTest {

    private final List<String> diagnostics = new ArrayList<>();
    private final List<DeclaredExport> exports = new ArrayList<>();
    private final CompletableFuture<List<SettingsSource>> opened = new CompletableFuture<>();
    private final CompletableFuture<Set<Signal>> signals = new CompletableFuture<>();
    private final Models.File file = new Models.File();

    private void apply() {
        new ModelTakeover(
                        () -> {
                            DeclaredExport export = new DeclaredExport(
                                    (sources, exported, metrics) -> {
                                        opened.complete(sources);
                                        signals.complete(exported);
                                        return new FakeOutlets(true);
                                    },
                                    diagnostics::add);
                            exports.add(export);
                            return export;
                        },
                        diagnostics::add)
                .apply(new ModelNode(file));
    }

    private static Batch http(String endpoint) {
        return new Batch(new Exporter(new Http(endpoint, Encoding.PROTOBUF), null));
    }

    private static Batch grpc(String endpoint) {
        return new Batch(new Exporter(null, new Http(endpoint, Encoding.PROTOBUF)));
    }

    private static Models.Provider provider(Object... processors) {
        Models.Provider provider = new Models.Provider();
        provider.getProcessors().addAll(List.of(processors));
        return provider;
    }

    private static String key(ModelNode node) {
        return String.valueOf(node.component("sluice").orElseThrow().get(ModelTakeover.KEY));
    }

    @Test
    void batchOfOtlp_becomesOurs_inModelsOfBothVersions() {
        Models.Processor newer = new Models.Processor().setBatch(http("http://one/v1/traces"));
        Models.OlderProcessor older = new Models.OlderProcessor().withBatch(grpc("http://two"));
        file.setTracerProvider(provider(newer));
        file.setLoggerProvider(provider(older));

        apply();

        assertThat(newer.getBatch()).isNull();
        assertThat(older.getBatch()).isNull();
        assertThat(exports).hasSize(1);
        assertThat(key(new ModelNode(newer))).isEqualTo(exports.get(0).key());
        assertThat(key(new ModelNode(older))).isEqualTo(exports.get(0).key());
        assertThat(diagnostics).isEmpty();
    }

    @Test
    void pipelines_startWithTheLastPart_andObeyTheFileOnly() throws Exception {
        Models.Processor spans = new Models.Processor().setBatch(http("http://one/v1/traces"));
        Models.Processor logs = new Models.Processor().setBatch(grpc("http://two"));
        file.setTracerProvider(provider(spans));
        file.setLoggerProvider(provider(logs));
        apply();
        DeclaredExport export =
                DeclaredExport.pending(key(new ModelNode(spans))).orElseThrow();

        export.spans();
        assertThat(opened).isNotDone();
        export.logs();

        List<SettingsSource> sources = opened.get(10, TimeUnit.SECONDS);
        assertThat(signals.get(10, TimeUnit.SECONDS)).containsExactlyInAnyOrder(Signal.TRACES, Signal.LOGS);
        assertThat(sources.get(0).get("otel.exporter.otlp.traces.endpoint")).isEqualTo("http://one/v1/traces");
        assertThat(sources.get(0).get("otel.exporter.otlp.logs.protocol")).isEqualTo("grpc");
        assertThat(sources.get(0).get("otel.bsp.max.queue.size")).isEqualTo("77");
        assertThat(sources.get(0).get("otel.exporter.otlp.traces.headers")).isEqualTo("api-key=a%20b%2Cc");
        assertThat(sources.subList(1, sources.size()))
                .allSatisfy(source -> assertThat(source.get("user.home"))
                        .as("only what is ours comes from elsewhere")
                        .isNull());
        assertThat(DeclaredExport.pending(export.key())).isEmpty();
        export.way().close(Signal.TRACES);
        export.way().close(Signal.LOGS);
    }

    @Test
    void secondPipelineOfASignal_belongsToAnotherExport() {
        Models.Processor first = new Models.Processor().setBatch(http("http://one/v1/traces"));
        Models.Processor second = new Models.Processor().setBatch(http("http://two/v1/traces"));
        file.setTracerProvider(provider(first, second));

        apply();

        assertThat(exports).hasSize(2);
        assertThat(key(new ModelNode(first))).isNotEqualTo(key(new ModelNode(second)));
    }

    @Test
    void otherExporters_andOtlpInJson_areLeftAlone() {
        Models.Processor console = new Models.Processor().setBatch(new Batch(new Exporter(null, null)));
        Models.Processor json =
                new Models.Processor().setBatch(new Batch(new Exporter(new Http("http://one", Encoding.JSON), null)));
        file.setTracerProvider(provider(console, json));

        apply();

        assertThat(console.getBatch()).isNotNull();
        assertThat(json.getBatch()).isNotNull();
        assertThat(exports).isEmpty();
        assertThat(diagnostics)
                .containsExactly("traces with encoding json are left to the OpenTelemetry SDK's exporter");
    }

    @Test
    void periodicReader_standsUnderPull_withItsLimits() {
        Models.Reader reader = new Models.Reader();
        Models.Periodic periodic = new Models.Periodic();
        periodic.setExporter(new Exporter(new Http("http://one/v1/metrics", Encoding.PROTOBUF), null));
        reader.setPeriodic(periodic);
        Models.Meters meters = new Models.Meters();
        meters.getReaders().add(reader);
        file.setMeterProvider(meters);

        apply();

        assertThat(reader.getPeriodic()).isNull();
        Models.Pull pull = requireNonNull(reader.getPull());
        assertThat(pull.getCardinalityLimits()).isEqualTo("limits");
        ModelNode exporter = new ModelNode(requireNonNull(pull.getExporter()));
        DeclaredExport export = DeclaredExport.pending(key(exporter)).orElseThrow();
        assertThat(export.metrics().interval().toMillis()).isEqualTo(1234);
        export.way().close(Signal.METRICS);
    }

    @Test
    void componentOfTheUser_takesTheSameAsBatch_andAnySetting() throws Exception {
        Models.Processor spans = new Models.Processor();
        spans.setExtensionProperty(
                "sluice",
                Map.of(
                        "max_queue_size",
                        9,
                        "exporter",
                        Map.of("otlp_http", Map.of("endpoint", "http://one/v1/traces")),
                        "settings",
                        Map.of("sluice.max.concurrent.exports", 3)));
        file.setTracerProvider(provider(spans));
        apply();

        DeclaredExport.pending(key(new ModelNode(spans))).orElseThrow().spans();

        SettingsSource source = opened.get(10, TimeUnit.SECONDS).get(0);
        assertThat(source.get("otel.bsp.max.queue.size")).isEqualTo("9");
        assertThat(source.get("otel.exporter.otlp.traces.endpoint")).isEqualTo("http://one/v1/traces");
        assertThat(source.get("sluice.max.concurrent.exports")).isEqualTo("3");
        exports.get(0).way().close(Signal.TRACES);
    }

    @Test
    void modelThatIsUsedTwice_getsAnExportEachTime() {
        Models.Processor spans = new Models.Processor().setBatch(http("http://one/v1/traces"));
        file.setTracerProvider(provider(spans));

        apply();
        String first = key(new ModelNode(spans));
        apply();

        assertThat(exports).hasSize(2);
        assertThat(key(new ModelNode(spans))).isNotEqualTo(first);
    }

    @Test
    void propagators_areTheDefaultOnes_unlessNamed() {
        apply();
        assertThat(requireNonNull(file.getPropagator()).getCompositeList()).isEqualTo("tracecontext,baggage");

        file.getPropagator().setCompositeList("b3");
        apply();
        assertThat(file.getPropagator().getCompositeList()).isEqualTo("b3");
    }

    @Test
    void disabledFile_isLeftAlone() {
        Models.Processor spans = new Models.Processor().setBatch(http("http://one/v1/traces"));
        file.setTracerProvider(provider(spans));
        file.setDisabled(true);

        apply();

        assertThat(spans.getBatch()).isNotNull();
        assertThat(file.getPropagator()).isNull();
    }
}
