package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.batching.Overflow;
import io.sluice.config.source.SettingsSource;
import io.sluice.config.source.SettingsSources;
import io.sluice.exporter.Compression;
import io.sluice.exporter.PipelineSettings;
import io.sluice.exporter.Signal;
import io.sluice.exporter.TransportSettings;
import io.sluice.exporter.grpc.GrpcTransportSettings;
import io.sluice.exporter.transport.HttpTransportSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsLoaderTest {

    @TempDir
    Path directory;

    private static SluiceSettings load(String... pairs) {
        return SettingsLoader.load(List.of(flags(pairs)));
    }

    private static SettingsSource flags(String... pairs) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.put(pairs[i], pairs[i + 1]);
        }
        return SettingsSources.map("test", values);
    }

    private static PipelineSettings traces(String... pairs) {
        return load(pairs).pipeline(Signal.TRACES);
    }

    private static List<String> problems(String... pairs) {
        return catchThrowableOfType(SettingsException.class, () -> load(pairs)).problems();
    }

    // ---- defaults and standard names --------------------------------------------------------------------------

    @Test
    void load_nothing_givesTheDefaults() {
        PipelineSettings traces = traces();
        assertThat(traces.transport().endpoint()).isEqualTo(URI.create("http://localhost:4318/v1/traces"));
        assertThat(traces.batch().batchItems()).isEqualTo(512);
        assertThat(traces.batch().maxBatchItems()).isEqualTo(8192);
        assertThat(traces.batch().maxBatchAge()).isEqualTo(Duration.ofSeconds(5));
        assertThat(traces.maxConcurrentExports()).isEqualTo(8);
        assertThat(load().sidecar().receiver().listen()).hasToString("[127.0.0.1:4317, 127.0.0.1:4318]");
        assertThat(load().pipeline(Signal.LOGS).batch().maxBatchAge()).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({
        "http://collector:4318, http://collector:4318/v1/traces",
        "http://collector:4318/, http://collector:4318/v1/traces",
        "http://collector/prefix, http://collector/prefix/v1/traces",
        "http://collector/prefix/, http://collector/prefix/v1/traces",
        "http://[::1]:4318, http://[::1]:4318/v1/traces",
        "unix:///run/otel.sock, unix:///run/otel.sock:/v1/traces",
        "unix:///run/otel.sock:/p, unix:///run/otel.sock:/p/v1/traces",
    })
    void endpoint_general_getsTheSignalsPath(String set, String expected) {
        assertThat(traces("otel.exporter.otlp.endpoint", set).transport().endpoint())
                .isEqualTo(URI.create(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "http://c:1/own, http://c:1/own",
        "http://c:1/, http://c:1/",
        "http://c:1, http://c:1/",
        "unix:///s:/own, unix:///s:/own",
        "unix:///s, unix:///s:/v1/traces",
    })
    void endpoint_ofTheSignal_isUsedAsItIs(String set, String expected) {
        PipelineSettings traces =
                traces("otel.exporter.otlp.endpoint", "http://general", "otel.exporter.otlp.traces.endpoint", set);
        assertThat(traces.transport().endpoint()).isEqualTo(URI.create(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "otel.exporter.otlp.endpoint, http://c:1, http://c:1",
        "otel.exporter.otlp.endpoint, http://c:1/, http://c:1/",
        "otel.exporter.otlp.traces.endpoint, http://c:1, http://c:1",
        "otel.exporter.otlp.endpoint, unix:///run/otel.sock, unix:///run/otel.sock",
        "otel.exporter.otlp.timeout, 1s, http://localhost:4317",
    })
    void endpoint_forGrpc_isUsedAsItIs(String key, String set, String expected) {
        SluiceSettings settings = load("otel.exporter.otlp.protocol", "grpc", key, set);
        TransportSettings traces = settings.pipeline(Signal.TRACES).transport();
        assertThat(traces).isInstanceOf(GrpcTransportSettings.class);
        assertThat(traces.endpoint()).isEqualTo(URI.create(expected));
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void maxRequestBytes_areWhatIsUsualForTheProtocol_unlessSet() {
        SluiceSettings usual = load("otel.exporter.otlp.metrics.protocol", "grpc");
        assertThat(usual.pipeline(Signal.METRICS).maxRequestBytes()).isEqualTo(4 << 20);
        assertThat(usual.pipeline(Signal.TRACES).maxRequestBytes()).isEqualTo(64 << 20);
        assertThat(SettingsReference.explain(usual))
                .containsPattern("sluice.metrics.max.request.bytes +?= 4194304 +\\[default]");
        SluiceSettings set = load(
                "otel.exporter.otlp.protocol", "grpc",
                "sluice.max.request.bytes", "1MiB",
                "sluice.logs.max.request.bytes", "2MiB");
        assertThat(set.pipeline(Signal.TRACES).maxRequestBytes()).isEqualTo(1 << 20);
        assertThat(set.pipeline(Signal.LOGS).maxRequestBytes()).isEqualTo(2 << 20);
    }

    @Test
    void protocol_ofASignal_changesItsDefaultEndpointOnly() {
        SluiceSettings settings = load("otel.exporter.otlp.metrics.protocol", "GRPC");
        assertThat(settings.pipeline(Signal.METRICS).transport())
                .isInstanceOf(GrpcTransportSettings.class)
                .extracting(TransportSettings::endpoint)
                .isEqualTo(URI.create("http://localhost:4317"));
        assertThat(settings.pipeline(Signal.LOGS).transport())
                .isInstanceOf(HttpTransportSettings.class)
                .extracting(TransportSettings::endpoint)
                .isEqualTo(URI.create("http://localhost:4318/v1/logs"));
        assertThat(SettingsReference.explain(settings))
                .containsPattern("otel.exporter.otlp.metrics.endpoint += http://localhost:4317 ")
                .containsPattern("otel.exporter.otlp.logs.endpoint += http://localhost:4318/v1/logs ");
    }

    @ParameterizedTest
    @CsvSource({
        "otel.exporter.otlp.endpoint, http://c:4317/v1/traces, otel.exporter.otlp.timeout, 1s",
        "otel.exporter.otlp.traces.endpoint, http://c:4317/p, otel.exporter.otlp.endpoint, http://c:4317",
    })
    void endpoint_withAPath_isAProblemForGrpc(String key, String value, String otherKey, String other) {
        assertThat(problems("otel.exporter.otlp.protocol", "grpc", key, value, otherKey, other))
                .containsExactly(key + " is \"" + value
                        + "\" (test); allowed: http://host[:port] or https:// without path or query, for gRPC has its own paths,"
                        + " or unix:///path/to.sock");
    }

    @Test
    void headers_thatGrpcCannotSend_areAProblemForGrpcOnly_withoutTheirValues() {
        for (String headers : List.of("a!b=s3cret", "a=s3cret%C3%A9", "grpc-timeout=s3cret", "a-bin=s3cret")) {
            assertThat(load("otel.exporter.otlp.headers", headers).warnings()).isEmpty();
            assertThat(problems("otel.exporter.otlp.protocol", "grpc", "otel.exporter.otlp.headers", headers))
                    .singleElement()
                    .asString()
                    .startsWith("otel.exporter.otlp.headers is ")
                    .contains("allowed: for grpc, names of letters")
                    .doesNotContain("s3cret");
        }
    }

    @Test
    void portOfTheOtherProtocol_isAWarning() {
        assertThat(load("otel.exporter.otlp.endpoint", "http://c:4317").warnings())
                .containsExactly("otel.exporter.otlp.endpoint is \"http://c:4317\" (test); port 4317 is usually that of"
                        + " grpc, and the protocol is http/protobuf");
        assertThat(load("otel.exporter.otlp.logs.endpoint", "http://c:4318", "otel.exporter.otlp.logs.protocol", "grpc")
                        .warnings())
                .containsExactly("otel.exporter.otlp.logs.endpoint is \"http://c:4318\" (test); port 4318 is usually"
                        + " that of http/protobuf, and the protocol is grpc");
        assertThat(load("otel.exporter.otlp.endpoint", "http://c:4318").warnings())
                .isEmpty();
        assertThat(load("otel.exporter.otlp.endpoint", "http://c:4317", "otel.exporter.otlp.protocol", "grpc")
                        .warnings())
                .isEmpty();
    }

    @Test
    void signalSettings_comeBeforeGeneralOnes() {
        SluiceSettings settings = load(
                "otel.exporter.otlp.timeout", "2000",
                "otel.exporter.otlp.metrics.timeout", "3s",
                "otel.exporter.otlp.compression", "gzip",
                "otel.exporter.otlp.logs.compression", "none",
                "sluice.logs.compression.level", "9",
                "sluice.max.response.bytes", "1MiB",
                "sluice.logs.max.response.bytes", "2KiB");
        assertThat(settings.pipeline(Signal.TRACES).transport().exportTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.pipeline(Signal.TRACES).transport().maxResponseBytes())
                .isEqualTo(1 << 20);
        assertThat(settings.pipeline(Signal.LOGS).transport().maxResponseBytes())
                .isEqualTo(2 << 10);
        assertThat(settings.pipeline(Signal.METRICS).transport().exportTimeout())
                .isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.pipeline(Signal.TRACES).transport().compression()).isEqualTo(Compression.GZIP);
        assertThat(settings.pipeline(Signal.LOGS).transport().compression()).isEqualTo(Compression.NONE);
        assertThat(settings.pipeline(Signal.TRACES).transport().common().compressionLevel())
                .isEqualTo(1);
        assertThat(settings.pipeline(Signal.LOGS).transport().common().compressionLevel())
                .isEqualTo(9);
    }

    @Test
    void headers_areDecodedAndMaskedInExplain() {
        SluiceSettings settings = load("otel.exporter.otlp.headers", "authorization=Bearer%20s3cret, x-team = a+b");
        assertThat(settings.pipeline(Signal.TRACES).transport().headers())
                .containsExactlyInAnyOrderEntriesOf(Map.of("authorization", "Bearer s3cret", "x-team", "a+b"));
        assertThat(SettingsReference.explain(settings)).doesNotContain("s3cret").contains("authorization=***");
    }

    @ParameterizedTest
    @CsvSource({
        "otel.exporter.otlp.headers, authorization: Bearer s3cret",
        "otel.exporter.otlp.headers, s3cret",
        "otel.exporter.otlp.headers, Bearer s3cret=",
        "otel.exporter.otlp.headers, 'authorization=Bearer a,s3cret'",
        "otel.exporter.otlp.traces.headers, =s3cret",
        "otel.exporter.otlp.endpoint, http://user:s3cret@host",
        "otel.exporter.otlp.endpoint, http://s3cret@host:port",
        "otel.exporter.otlp.logs.endpoint, https://user:s3cret@host",
    })
    void badValue_thatMayBeASecret_isMasked(String key, String value) {
        assertThat(problems(key, value)).hasSize(1).allMatch(line -> line.startsWith(key) && !line.contains("s3cret"));
    }

    @Test
    void batchSize_beyondTheQueue_isAWarning() {
        SluiceSettings settings = load("otel.bsp.max.export.batch.size", "100", "otel.bsp.max.queue.size", "50");
        assertThat(settings.warnings())
                .containsExactly(
                        "otel.bsp.max.export.batch.size is \"100\" (test); more than the queue holds: batches of"
                                + " 50 instead");
        assertThat(load("otel.blrp.max.queue.size", "50").warnings()).isEmpty();
        assertThat(load("otel.blrp.max.queue.size", "50")
                        .pipeline(Signal.LOGS)
                        .batch()
                        .batchItems())
                .isEqualTo(50);
    }

    @Test
    void budget_ofMoreThanHalfOfTheHeap_isWarnedOf() {
        long half = Runtime.getRuntime().maxMemory() / 2;
        assertThat(load("sluice.sidecar.max.custody.bytes", Long.toString(half)).warnings())
                .isEmpty();
        assertThat(load("sluice.sidecar.max.custody.bytes", Long.toString(half + 1))
                        .warnings())
                .singleElement()
                .asString()
                .startsWith("sluice.sidecar.max.custody.bytes is \"" + (half + 1) + "\"")
                .contains("more than half of the heap of ");
    }

    @Test
    void batchSize_explicit_isAlsoTheLargest() {
        assertThat(traces("otel.bsp.max.export.batch.size", "100").batch().maxBatchItems())
                .isEqualTo(100);
        assertThat(traces("otel.bsp.max.export.batch.size", "100", "otel.bsp.max.queue.size", "50")
                        .batch()
                        .batchItems())
                .isEqualTo(50);
    }

    @Test
    void queueSize_explicit_isHonoured() {
        SluiceSettings settings = load("otel.bsp.max.queue.size", "2048", "otel.blrp.max.queue.size", "7");
        assertThat(settings.pipeline(Signal.TRACES).batch().maxQueueItems()).isEqualTo(2048);
        assertThat(settings.pipeline(Signal.LOGS).batch().maxQueueItems()).isEqualTo(7);
    }

    @Test
    void overflow_isReadForEachSignal_andForTheSignalAlone() {
        SluiceSettings settings = load(
                "sluice.overflow", "drop-oldest",
                "sluice.logs.overflow", "block",
                "sluice.logs.overflow.block.timeout", "7ms");
        assertThat(settings.pipeline(Signal.TRACES).batch().overflow()).isEqualTo(Overflow.DROP_OLDEST);
        assertThat(settings.pipeline(Signal.LOGS).batch().overflow())
                .isEqualTo(new Overflow.Block(Duration.ofMillis(7)));
        assertThat(load().pipeline(Signal.TRACES).batch().overflow()).isEqualTo(Overflow.DROP_NEWEST);
        assertThat(problems("sluice.traces.overflow", "wait"))
                .containsExactly(
                        "sluice.traces.overflow is \"wait\" (test); allowed: drop-newest or drop-oldest or block");
    }

    @Test
    void exportTimeouts_boundFlushes_andZeroIsNoLimit() {
        SluiceSettings settings = load("otel.bsp.export.timeout", "7000", "otel.metric.export.timeout", "0");
        assertThat(settings.flushTimeouts())
                .containsEntry(Signal.TRACES, Duration.ofSeconds(7))
                .containsEntry(Signal.LOGS, Duration.ofSeconds(30))
                .hasEntrySatisfying(Signal.METRICS, limit -> assertThat(limit).isGreaterThan(Duration.ofDays(30)));
    }

    @Test
    void timeoutOfZero_isNoLimit() {
        assertThat(traces("otel.exporter.otlp.timeout", "0").transport().exportTimeout())
                .isGreaterThan(Duration.ofDays(30));
    }

    @Test
    void retryDisabled_meansOneAttempt_andOverrulesTheBudget() {
        assertThat(traces("otel.java.exporter.otlp.retry.disabled", "true")
                        .retry()
                        .maxElapsed())
                .isEqualTo(Duration.ZERO);
        assertThat(load("otel.java.exporter.otlp.retry.disabled", "TRUE", "sluice.retry.max.elapsed", "1m")
                        .warnings())
                .singleElement()
                .asString()
                .contains("sluice.retry.max.elapsed is \"1m\" (test)", "overrules it");
        assertThat(traces("otel.java.exporter.otlp.retry.disabled", "no")
                        .retry()
                        .maxElapsed())
                .isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void drainRetry_isRead() {
        assertThat(traces().retry().inDrain()).isTrue();
        assertThat(traces("sluice.drain.retry", "false").retry().inDrain()).isFalse();
    }

    @Test
    void settingsOfUpstream_withoutMeaningHere_areAcceptedAndExplained() {
        SluiceSettings settings = load(
                "otel.java.exporter.memory_mode", "immutable_data",
                "otel.experimental.otlp.buffer-size", "64KiB",
                "otel.experimental.sdk.telemetry.version", "latest",
                "otel.span.event.count.limit", "12");
        assertThat(settings.warnings()).isEmpty();
        assertThat(SettingsReference.explain(settings))
                .containsPattern("otel.java.exporter.memory_mode += immutable_data +\\[test]")
                .containsPattern("otel.experimental.otlp.buffer-size += 64KiB +\\[test]")
                .containsPattern("otel.span.event.count.limit += 12 +\\[test]");
    }

    // ---- precedence -------------------------------------------------------------------------------------------

    @Test
    void sources_firstWins_andOriginsAreNamed() throws IOException {
        Path file = directory.resolve("sluice.properties");
        Files.writeString(file, "sluice.drain.timeout=1s\nsluice.retry.multiplier=3\nsluice.connect.timeout=4s\n");
        SettingsSource flags = flags("sluice.drain.timeout", "2s");
        SettingsSource environment = SettingsSources.environment(Map.of(
                "SLUICE_DRAIN_TIMEOUT", "3s", "SLUICE_RETRY_MULTIPLIER", "2", "SLUICE_CONFIG_FILE", file.toString()));
        SluiceSettings settings = SettingsLoader.load(List.of(flags, environment));
        PipelineSettings traces = settings.pipeline(Signal.TRACES);
        assertThat(traces.batch().drainTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(traces.retry().multiplier()).isEqualTo(2);
        assertThat(traces.transport().connectTimeout()).isEqualTo(Duration.ofSeconds(4));
        assertThat(settings.effective())
                .extracting(EffectiveSetting::name, EffectiveSetting::origin)
                .contains(
                        org.assertj.core.groups.Tuple.tuple("sluice.drain.timeout", "test"),
                        org.assertj.core.groups.Tuple.tuple(
                                "sluice.retry.multiplier", "environment variable SLUICE_RETRY_MULTIPLIER"),
                        org.assertj.core.groups.Tuple.tuple("sluice.connect.timeout", "file " + file),
                        org.assertj.core.groups.Tuple.tuple("sluice.batch.max.items", "default"));
    }

    @Test
    void explain_ofDefaultsThatAreComputed_givesWhatApplies() {
        SluiceSettings settings = load("otel.exporter.otlp.endpoint", "http://far/x", "otel.blrp.max.queue.size", "9");
        assertThat(SettingsReference.explain(settings))
                .containsPattern("otel.exporter.otlp.traces.endpoint += http://far/x/v1/traces +\\[default]")
                .containsPattern("otel.bsp.max.queue.size += "
                        + settings.pipeline(Signal.TRACES).batch().maxQueueItems() + " +\\[default]")
                .containsPattern("otel.blrp.max.queue.size += 9 +\\[test]")
                .containsPattern("sluice.sidecar.max.custody.bytes += "
                        + settings.sidecar().custody().maxBytes() + " +\\[default]");
    }

    @Test
    void emptyValue_countsAsNotSet() {
        assertThat(traces("otel.exporter.otlp.endpoint", "  ").transport().endpoint())
                .isEqualTo(URI.create("http://localhost:4318/v1/traces"));
    }

    // ---- bad values -------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "otel.exporter.otlp.endpoint | localhost:4318",
                "otel.exporter.otlp.endpoint | ftp://secure:4318",
                "otel.exporter.otlp.endpoint | http://host:99999",
                "otel.exporter.otlp.endpoint | http://host/?q=1",
                "otel.exporter.otlp.endpoint | http://",
                "otel.exporter.otlp.traces.endpoint | ftp://host",
                "otel.exporter.otlp.protocol | http/json",
                "otel.exporter.otlp.compression | brotli",
                "otel.exporter.otlp.timeout | -5",
                "otel.exporter.otlp.timeout | soon",
                "otel.exporter.otlp.timeout | 5 parsecs",
                "otel.exporter.otlp.timeout | 99999999999999999999",
                "otel.exporter.otlp.timeout | 999999999999999999d",
                "otel.exporter.otlp.headers | novalue",
                "otel.exporter.otlp.headers | bad name=x",
                "otel.exporter.otlp.headers | x=%0D%0Aevil",
                "otel.exporter.otlp.headers | x=%zz",
                "otel.bsp.max.queue.size | 0",
                "otel.bsp.max.queue.size | many",
                "otel.bsp.max.export.batch.size | 0",
                "otel.bsp.schedule.delay | 0",
                "sluice.batch.max.bytes | 1TiB",
                "sluice.batch.max.bytes | 1023",
                "sluice.max.concurrent.exports | 0",
                "sluice.max.concurrent.exports | 1025",
                "sluice.retry.multiplier | 0.5",
                "sluice.retry.multiplier | NaN",
                "sluice.runtime.workers | 0",
                "sluice.account.log | perhaps",
                "sluice.sidecar.listen | 4318",
                "sluice.sidecar.listen | ::1:4318",
                "sluice.sidecar.listen | host:65536",
                "sluice.sidecar.tls.certificate | /only/one",
                "sluice.sidecar.tls.key | /only/one",
                "sluice.sidecar.tls.client.certificates | /alone",
            })
    void badValue_isNamedWithKeyValueOriginAndWhatIsAllowed(String key, String value) {
        List<String> problems = problems(key, value);
        assertThat(problems).isNotEmpty();
        assertThat(problems.get(0)).startsWith(key + " is \"").contains("(test); allowed: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "otel.exporter.otlp.headers | authorization: Bearer s3cret",
                "otel.exporter.otlp.headers | authorization=Bearer a,s3cret",
                "otel.exporter.otlp.endpoint | http://user:s3cret@host:4318",
            })
    void badValue_withASecret_doesNotShowIt(String key, String value) {
        assertThat(problems(key, value)).isNotEmpty().noneMatch(line -> line.contains("s3cret"));
    }

    @Test
    void problems_areReportedAllAtOnce() {
        assertThat(problems(
                        "otel.bsp.max.queue.size", "0", "sluice.retry.multiplier", "x", "sluice.drian.timeout", "1s"))
                .hasSize(3)
                .anyMatch(line ->
                        line.contains("sluice.drian.timeout (test) is no setting; did you mean sluice.drain.timeout?"));
    }

    @Test
    void backoffs_inTheWrongOrder_areRefused() {
        assertThat(problems("sluice.retry.initial.backoff", "10s", "sluice.retry.max.backoff", "5s"))
                .isNotEmpty()
                .allMatch(line -> line.contains("at least sluice.retry.initial.backoff, which is 10000 ms"));
    }

    @Test
    void unknownVariables_areWarnedOf_becauseOthersMayHaveSetThem() {
        SettingsSource environment = SettingsSources.environment(Map.of("SLUICE_DRIAN_TIMEOUT", "1s"));
        assertThat(SettingsLoader.load(List.of(environment)).warnings())
                .containsExactly(
                        "sluice.drian.timeout (environment variable SLUICE_DRIAN_TIMEOUT) is no setting; did you"
                                + " mean sluice.drain.timeout?");
    }

    /** In a namespace with a service of the name "sluice" each pod gets these. */
    @Test
    void kubernetesServiceLinks_areNotTakenForSettings() {
        Map<String, String> links = new HashMap<>();
        for (String service : List.of("SLUICE", "SLUICE_SIDECAR")) {
            links.put(service + "_SERVICE_HOST", "10.0.0.1");
            links.put(service + "_SERVICE_PORT", "4318");
            links.put(service + "_SERVICE_PORT_OTLP_HTTP", "4318");
            links.put(service + "_PORT", "tcp://10.0.0.1:4318");
            links.put(service + "_PORT_4318_TCP", "tcp://10.0.0.1:4318");
            links.put(service + "_PORT_4318_TCP_PROTO", "tcp");
            links.put(service + "_PORT_4318_TCP_PORT", "4318");
            links.put(service + "_PORT_4318_TCP_ADDR", "10.0.0.1");
        }
        assertThat(SettingsLoader.load(List.of(SettingsSources.environment(links)))
                        .warnings())
                .isEmpty();
    }

    @Test
    void variablesThatOnlyResembleServiceLinks_areStillWarnedOf() {
        SettingsSource environment = SettingsSources.environment(
                Map.of("SLUICE_PORT_4318_XYZ", "1", "SLUICE_PORT_TCP", "1", "SLUICE_HOST", "a"));
        assertThat(SettingsLoader.load(List.of(environment)).warnings()).hasSize(3);
    }

    @Test
    void settingsOfTheSdk_areExplained_andLeftForItToRefuse() {
        SluiceSettings settings = load(
                "otel.service.name", "shop",
                "otel.resource.attributes", "team=a,place=b%20c",
                "otel.sdk.disabled", "perhaps",
                "otel.metric.export.interval", "soon",
                "otel.traces.exporter", "otlp,console");
        assertThat(settings.warnings())
                .containsExactly("otel.metric.export.interval is \"soon\" (test); allowed: a duration like 200ms, 5s or"
                        + " 2m, or milliseconds; 1ms to 36500d");
        assertThat(SettingsReference.explain(settings))
                .containsPattern("otel.service.name +?= shop +\\[test]")
                .containsPattern("otel.traces.exporter +?= otlp,console +\\[test]")
                .containsPattern("otel.metrics.exporter +?= otlp +\\[default]");
    }

    @Test
    void unknownOtelSettings_areLeftAlone() {
        assertThat(load("otel.propagators", "b3", "otel.java.whatever", "x")).isNotNull();
    }

    @Test
    void configFile_missing_isNamed() {
        assertThatThrownBy(() ->
                        load("sluice.config.file", directory.resolve("absent").toString()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("cannot read the settings file " + directory.resolve("absent"));
    }

    // ---- edges ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"1, PT0.001S", "250ms, PT0.25S", "5s, PT5S", "2m, PT2M", "1h, PT1H", "1d, PT24H", "7 s, PT7S"})
    void durations_areReadInAllUnits(String text, Duration expected) {
        assertThat(traces("otel.exporter.otlp.timeout", text).transport().exportTimeout())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"1024, 1024", "2KiB, 2048", "1MiB, 1048576", "64m, 67108864", "4096b, 4096"})
    void sizes_areReadInAllUnits(String text, int expected) {
        assertThat(traces("sluice.batch.max.bytes", text).batch().maxBatchBytes())
                .isEqualTo(expected);
    }

    @Test
    void listen_addresses_areReadInAllForms() {
        assertThat(listen("[::1]:0")).containsExactly(new HostPort("::1", 0));
        assertThat(listen("0.0.0.0:4318, unix:/run/sluice.sock"))
                .containsExactly(new HostPort("0.0.0.0", 4318), new SocketFile(Path.of("/run/sluice.sock")));
        assertThat(listen("unix:///run/sluice.sock")).hasToString("[unix:/run/sluice.sock]");
    }

    private static List<ListenAddress> listen(String text) {
        return load("sluice.sidecar.listen", text).sidecar().receiver().listen();
    }

    /** What explain prints of a configuration, read again, is the same configuration. */
    @Test
    void explain_readBack_givesTheSameSettings() {
        SluiceSettings first = load(
                "otel.exporter.otlp.endpoint", "http://far:1/x",
                "otel.bsp.schedule.delay", "123",
                "sluice.batch.max.bytes", "1MiB",
                "sluice.retry.multiplier", "2.5",
                "sluice.account.file", "/tmp/account",
                "sluice.sidecar.listen", "[::1]:99");
        Map<String, String> printed = new HashMap<>();
        for (EffectiveSetting setting : first.effective()) {
            if (!setting.origin().equals("default")) {
                printed.put(setting.name(), setting.value());
            }
        }
        SluiceSettings second = SettingsLoader.load(List.of(SettingsSources.map("test", printed)));
        assertThat(second).isEqualTo(first);
        assertThat(printed).hasSize(6);
    }

    @Test
    void settingsPage_isUpToDate() throws IOException {
        Path page = Path.of("..", "docs", "settings.md");
        if (Boolean.getBoolean("sluice.write.docs")) {
            Files.writeString(page, SettingsReference.markdown());
        }
        assertThat(page)
                .as(
                        "write it with ./mvnw -pl config -am test -Dtest=SettingsLoaderTest -DargLine=-Dsluice.write.docs=true")
                .content()
                .isEqualTo(SettingsReference.markdown());
    }
}
