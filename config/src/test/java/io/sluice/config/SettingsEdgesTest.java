package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.config.source.SettingsSources;
import io.sluice.exporter.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each setting of the table at the edges of what it allows, and configurations drawn from those edges. */
class SettingsEdgesTest {

    /** A setting, texts that are values, texts that are none. */
    private record Edges(String key, List<String> good, List<String> bad) {}

    private static final List<String> DURATIONS = List.of("1", "1ms", "90s", "5 m", "2h", "36500d");
    private static final List<String> NO_DURATIONS =
            List.of("-1", "1.5s", "1w", "s", "36501d", "9223372036854775807", "999999999999999999h");
    private static final List<String> URLS =
            List.of("http://a", "HTTPS://a:65535/", "http://127.0.0.1:1/x%20y/", "http://[::1]:4318/p", "unix:///s");
    private static final List<String> NO_URLS = List.of(
            "a",
            "//a",
            "http:/a",
            "http://a:0",
            "http://a:65536",
            "httpss://a",
            "http://a#f",
            "http://a b",
            "unix:s",
            "unix://a/s");
    private static final List<String> HEADERS = List.of("a=", "a=b", " a = b , c=d%2Ce,", "x=y=z");
    private static final List<String> NO_HEADERS = List.of("=b", "a", "a=b,c", "a b=c", "a=%0A", "a=%E2%82%AC", "a=%4");
    private static final List<String> FLAGS = List.of("true", "FALSE");
    private static final List<String> NO_FLAGS = List.of("1", "yes", "truefalse");

    private static final List<String> PATHS = List.of("a", "/tmp/a b");
    private static final List<String> NO_PATHS = List.of("a\0b");
    private static final String HEADERS_FILE = headersFile();

    /** Each only together with the other; see SettingsTlsTest. */
    private static final List<String> PAIR = List.of(
            "otel.exporter.otlp.client.key",
            "otel.exporter.otlp.client.certificate",
            "sluice.sidecar.tls.certificate",
            "sluice.sidecar.tls.key",
            "sluice.sidecar.tls.client.certificates");

    private static final List<Edges> ALL = List.of(
            new Edges("otel.exporter.otlp.endpoint", URLS, NO_URLS),
            new Edges("otel.exporter.otlp.headers", HEADERS, NO_HEADERS),
            new Edges("otel.exporter.otlp.compression", List.of("none", "gzip", "GZIP"), List.of("zip", "gzip,none")),
            new Edges("otel.exporter.otlp.timeout", with("0", DURATIONS), NO_DURATIONS),
            new Edges("otel.exporter.otlp.protocol", List.of("http/protobuf", "grpc"), List.of("http/json", "http")),
            new Edges("otel.exporter.otlp.certificate", PATHS, NO_PATHS),
            new Edges("sluice.headers.file", List.of(HEADERS_FILE), List.of("nowhere/headers", "a\0b")),
            new Edges("otel.bsp.schedule.delay", DURATIONS, with("0", NO_DURATIONS)),
            integers("otel.bsp.max.queue.size", 1, 16_777_216),
            integers("otel.bsp.max.export.batch.size", 1, 1_048_576),
            new Edges("otel.bsp.export.timeout", with("0", DURATIONS), NO_DURATIONS),
            new Edges("otel.blrp.schedule.delay", DURATIONS, with("0ms", NO_DURATIONS)),
            integers("otel.blrp.max.queue.size", 1, 16_777_216),
            integers("otel.blrp.max.export.batch.size", 1, 1_048_576),
            new Edges("otel.blrp.export.timeout", with("0", DURATIONS), NO_DURATIONS),
            new Edges("otel.metric.export.timeout", with("0", DURATIONS), NO_DURATIONS),
            integers("sluice.batch.max.items", 1, 1_048_576),
            sizes("sluice.batch.max.bytes", 1024, 67_108_864),
            new Edges("sluice.batch.min.interval", with("0", DURATIONS), NO_DURATIONS),
            integers("sluice.max.concurrent.exports", 1, 1024),
            new Edges(
                    "sluice.overflow", List.of("drop-newest", "DROP-OLDEST", "block"), List.of("drop", "drop_newest")),
            new Edges("sluice.overflow.block.timeout", DURATIONS, with("0", NO_DURATIONS)),
            new Edges("sluice.drain.timeout", with("0", DURATIONS), NO_DURATIONS),
            new Edges("sluice.drain.retry", FLAGS, NO_FLAGS),
            new Edges("sluice.connect.timeout", DURATIONS, with("0", NO_DURATIONS)),
            integers("sluice.compression.level", 1, 9),
            sizes("sluice.max.request.bytes", 1024, 67_108_864),
            sizes("sluice.max.response.bytes", 1024, 67_108_864),
            new Edges("sluice.connection.max.age", DURATIONS, with("0", NO_DURATIONS)),
            new Edges("sluice.tls.reload.interval", with("0", DURATIONS), NO_DURATIONS),
            new Edges("sluice.tls.minimum.version", List.of("1.2", "1.3"), List.of("1.1", "1", "TLSv1.2")),
            new Edges("otel.java.exporter.otlp.retry.disabled", List.of("true", "false", "perhaps"), List.of()),
            new Edges("sluice.retry.initial.backoff", List.of("1", "5s"), with("0", NO_DURATIONS)),
            new Edges("sluice.retry.max.backoff", List.of("5s", "36500d"), with("0", NO_DURATIONS)),
            new Edges("sluice.retry.multiplier", List.of("1", "1.0", "10"), List.of("0.99", "10.01", "Infinity", "x")),
            new Edges("sluice.retry.max.elapsed", with("0", DURATIONS), NO_DURATIONS),
            integers("sluice.retry.max.attempts", 1, 1_048_576),
            sizes("sluice.retry.max.queued.bytes", 0, 1L << 40),
            integers("sluice.runtime.workers", 1, 256),
            new Edges("sluice.account.file", PATHS, NO_PATHS),
            new Edges("sluice.account.log", FLAGS, NO_FLAGS),
            new Edges("sluice.self.metrics", FLAGS, NO_FLAGS),
            new Edges("sluice.log.interval", List.of("1s", "5m"), with("999ms", NO_DURATIONS)),
            new Edges("sluice.jmx", FLAGS, NO_FLAGS),
            new Edges("sluice.jmx.delay", with("0", DURATIONS), NO_DURATIONS),
            new Edges("sluice.jmx.runtime", FLAGS, NO_FLAGS),
            new Edges(
                    "sluice.sidecar.listen",
                    List.of(
                            "127.0.0.1:0",
                            "[::1]:65535",
                            "localhost:1",
                            "a:0,a:0,b:1",
                            "unix:/s",
                            "unix:/" + "x".repeat(106)),
                    List.of(
                            ":1",
                            "a:",
                            "a:b",
                            "a:-1",
                            "a:65536",
                            "::1:1",
                            "[]:1",
                            "a",
                            "a:1,",
                            "a:1,a:1",
                            "unix:",
                            "unix:s",
                            "unix:/s/",
                            "unix:/s,unix:/s",
                            "unix:/" + "x".repeat(107))),
            sizes("sluice.sidecar.max.custody.bytes", 65_536, 1L << 40),
            sizes("sluice.sidecar.max.request.bytes", 1024, 67_108_864),
            sizes("sluice.sidecar.max.compressed.bytes", 1024, 67_108_864),
            integers("sluice.sidecar.max.connections", 1, 1_048_576),
            sizes("sluice.sidecar.max.header.bytes", 1024, 1_048_576),
            new Edges("sluice.sidecar.head.timeout", DURATIONS, with("0", NO_DURATIONS)),
            new Edges("sluice.sidecar.body.timeout", DURATIONS, with("0", NO_DURATIONS)),
            new Edges("sluice.sidecar.write.timeout", DURATIONS, with("0", NO_DURATIONS)),
            new Edges("sluice.sidecar.idle.timeout", DURATIONS, with("0", NO_DURATIONS)),
            new Edges("sluice.sidecar.connection.max.age", with("0", DURATIONS), NO_DURATIONS),
            integers("sluice.sidecar.http2.max.streams", 1, 65_536),
            sizes("sluice.sidecar.http2.window.bytes", 65_535, 16_777_216),
            integers("sluice.sidecar.http2.max.resets", 1, 1_048_576),
            integers("sluice.sidecar.http2.max.control.frames", 1, 1_048_576),
            integers("sluice.sidecar.http2.max.continuations", 1, 1024),
            new Edges("sluice.sidecar.http2.flood.window", List.of("1s", "5m"), with("999ms", NO_DURATIONS)),
            new Edges("sluice.sidecar.tls.required", FLAGS, NO_FLAGS),
            new Edges(
                    "sluice.sidecar.sender.header",
                    List.of("x-tenant", "X-Scope-OrgID", "a"),
                    List.of("x tenant", "a:b", "\u00e4")),
            integers("sluice.sidecar.max.senders", 1, 65_536),
            integers("sluice.sidecar.metrics.max.senders", 0, 1_024),
            new Edges("sluice.sidecar.self.metrics.interval", with("0", DURATIONS), NO_DURATIONS),
            new Edges("sluice.sidecar.ack", List.of("custody", "DELIVERY"), List.of("both", "true")),
            new Edges("sluice.sidecar.ack.timeout", DURATIONS, with("0", NO_DURATIONS)),
            new Edges(
                    "sluice.sidecar.cors.allowed.origins",
                    List.of("*", "https://a.example", "http://*.a:80, https://b"),
                    List.of("a", "https://", "https://a/", "https://a,", "https://a b")),
            new Edges("sluice.sidecar.auth.file", PATHS, NO_PATHS),
            new Edges("sluice.sidecar.auth.header", List.of("x-api-key", "Authorization"), List.of("a b", "a:", "é")),
            sizes("sluice.sidecar.max.bytes.per.second", 1024, 1L << 40),
            new Edges("sluice.sidecar.batch.delay", DURATIONS, with("0", NO_DURATIONS)));

    private static String headersFile() {
        try {
            Path file = Files.createTempFile("headers", ".txt");
            file.toFile().deleteOnExit();
            return Files.writeString(file, "a=b").toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Edges integers(String key, int least, int most) {
        return new Edges(
                key,
                List.of(Integer.toString(least), Integer.toString(most)),
                List.of(Integer.toString(least - 1), Integer.toString(most + 1), "1.0", "x", "99999999999"));
    }

    private static Edges sizes(String key, long least, long most) {
        return new Edges(
                key,
                List.of(Long.toString(least), most + "b", (most >> 20) + "MiB", (most >> 10) + " k"),
                List.of(Long.toString(least - 1), Long.toString(most + 1), "1e6", "1MB", "999999999999999999g"));
    }

    private static List<String> with(String one, List<String> others) {
        List<String> all = new ArrayList<>(others);
        all.add(one);
        return all;
    }

    private static SluiceSettings load(Map<String, String> values) {
        return SettingsLoader.load(List.of(SettingsSources.map("test", values)));
    }

    static Stream<Arguments> goodEdges() {
        return ALL.stream().flatMap(each -> each.good().stream().map(text -> Arguments.of(each.key(), text)));
    }

    static Stream<Arguments> badEdges() {
        return ALL.stream().flatMap(each -> each.bad().stream().map(text -> Arguments.of(each.key(), text)));
    }

    @ParameterizedTest
    @MethodSource("goodEdges")
    void goodEdge_isTaken_andExplainedWithItsOrigin(String key, String text) {
        assertThat(load(Map.of(key, text)).effective())
                .filteredOn(setting -> setting.origin().equals("test"))
                .extracting(EffectiveSetting::name)
                .containsExactly(key);
    }

    @ParameterizedTest
    @MethodSource("badEdges")
    void badEdge_isOneProblem(String key, String text) {
        SettingsException refused = catchThrowableOfType(SettingsException.class, () -> load(Map.of(key, text)));
        assertThat(refused).as("accepted: %s", text).isNotNull();
        assertThat(refused.problems()).hasSize(1);
        assertThat(refused.problems().get(0)).startsWith(key + " is ").contains("(test); allowed: ");
    }

    @Test
    void table_isCoveredByTheseEdges() {
        List<String> ours =
                new ArrayList<>(Keys.all().stream().map(SettingKey::name).toList());
        ours.removeAll(Keys.ofTheSdk().stream().map(SettingKey::name).toList());
        ours.remove("sluice.config.file");
        ours.removeAll(PAIR);
        assertThat(ALL).extracting(Edges::key).containsExactlyElementsOf(ours);
    }

    /** What explain prints of a configuration, read again, is the same configuration. Headers are masked and left out. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void explain_readBack_givesTheSameSettings_whateverIsSet(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            Map<String, String> values = drawn(random);
            SluiceSettings first = load(values);
            Map<String, String> printed = new HashMap<>();
            SettingsReference.explain(first)
                    .lines()
                    .filter(line -> line.endsWith("[test]"))
                    .forEach(line -> {
                        int equals = line.indexOf(" = ");
                        printed.put(
                                line.substring(0, equals).strip(),
                                line.substring(equals + 3, line.length() - "  [test]".length()));
                    });
            assertThat(printed).as("seed %s, round %s", seed, round).isEqualTo(values);
            assertThat(load(printed)).isEqualTo(first);
        }
    }

    private static Map<String, String> drawn(Random random) {
        Map<String, String> values = new HashMap<>();
        for (Edges each : ALL) {
            if (!each.key().endsWith(".headers") && random.nextBoolean()) {
                String key = each.key();
                if (key.startsWith("otel.exporter.otlp.") && random.nextBoolean()) {
                    Signal signal = Signal.values()[random.nextInt(Signal.values().length)];
                    key = key.replace("otlp.", "otlp." + signal.key() + ".");
                }
                values.put(key, each.good().get(random.nextInt(each.good().size())));
            }
        }
        if (values.containsValue("grpc")) {
            // It has no paths, and most of the endpoints have one.
            values.keySet().removeIf(key -> key.endsWith(".endpoint"));
        }
        return values;
    }
}
