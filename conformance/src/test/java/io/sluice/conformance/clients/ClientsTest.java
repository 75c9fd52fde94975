package io.sluice.conformance.clients;

import static io.sluice.conformance.clients.Route.Language.GO;
import static io.sluice.conformance.clients.Route.Language.JAVA;
import static io.sluice.conformance.clients.Route.Language.JAVASCRIPT;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.exporter.testing.TestCertificates;
import io.sluice.exporter.testing.TestCertificates.Issued;
import io.sluice.exporter.testing.TestCertificates.Validity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every route is sent once, before the tests; each test looks at what became of one. Runs with {@code .ci/run clients}. */
@EnabledIfSystemProperty(named = "clients.programs", matches = ".+")
class ClientsTest {

    private static final int SPANS = 20;
    private static final String FORWARDED = "telemetrygen by a Collector";
    private static final String FORWARDED_BY_GRPC = "telemetrygen by a Collector over gRPC";
    private static final String SENT = "telemetrygen";

    private static Arrived direct;
    private static Arrived behind;
    private static Map<String, Arrived> before;

    static Stream<Route> routes() {
        return Stream.of(Route.Language.values())
                .flatMap(language -> Stream.of("http/protobuf", "grpc")
                        .map(protocol -> Route.of(language, protocol))
                        .flatMap(route -> Stream.of(route, route.gzipped())))
                .collect(Collectors.collectingAndThen(Collectors.toList(), routes -> {
                    routes.add(Route.of(JAVASCRIPT, "http/json"));
                    routes.add(Route.of(JAVASCRIPT, "http/json").gzipped());
                    routes.add(Route.of(GO, "http/protobuf").secure());
                    routes.add(Route.of(GO, "grpc").gzipped().secure());
                    return routes.stream();
                }));
    }

    @BeforeAll
    static void sendAll(@TempDir Path folder) throws Exception {
        Path programs = Path.of(System.getProperty("clients.programs"));
        Path sidecarJar = Path.of(System.getProperty("clients.sidecar"));
        try (Scene scene = new Scene(folder, programs.resolve("collector"), sidecarJar)) {
            Scene.Place collectorAlone = scene.collector("direct");
            Scene.Place collectorBehind = scene.collector("behind");
            Issued authority = TestCertificates.authority("Clients Authority");
            Path trusted = authority.writeCertificate(folder.resolve("authority.pem"));
            Scene.Place sidecar = scene.sidecar(
                    "sidecar", "http/protobuf", collectorBehind.url(false), certificates(authority, folder));
            Scene.Place overGrpc = scene.sidecar("sidecar-grpc", "grpc", collectorBehind.url(true), Map.of());
            Scene.Place collectorBefore = scene.collectorBefore("before", "otlp_http", sidecar.url(false));
            // Without http:, as grpc-go has it.
            Scene.Place collectorOverGrpc = scene.collectorBefore(
                    "before-grpc", "otlp_grpc", overGrpc.url(true).substring("http://".length()));
            for (Route route : routes().toList()) {
                // Half of them on a way that is gRPC behind the sidecar.
                Scene.Place entry = route.gzip() && !route.tls() ? overGrpc : sidecar;
                send(scene, programs, route, collectorAlone.url(route.isGrpc()), entry.url(route.isGrpc()), trusted);
            }
            for (String signal : List.of("traces", "metrics", "logs")) {
                generate(scene, programs, signal, FORWARDED, collectorBefore.httpPort());
                generate(scene, programs, signal, FORWARDED_BY_GRPC, collectorOverGrpc.httpPort());
                generate(scene, programs, signal, SENT, sidecar.httpPort());
            }
            scene.stop("before", collectorBefore);
            scene.stop("before-grpc", collectorOverGrpc);
            scene.stop("sidecar", sidecar);
            scene.stop("sidecar-grpc", overGrpc);
            scene.stop("behind", collectorBehind);
            scene.stop("direct", collectorAlone);
            direct = Arrived.read(collectorAlone.files());
            behind = Arrived.read(collectorBehind.files());
            before = Map.of(
                    FORWARDED, Arrived.read(collectorBefore.files()),
                    FORWARDED_BY_GRPC, Arrived.read(collectorOverGrpc.files()));
        }
    }

    private static Map<String, String> certificates(Issued authority, Path folder) throws Exception {
        Issued server = authority.issue("sidecar", Validity.GOOD, "localhost", "127.0.0.1");
        return Map.of(
                "SLUICE_SIDECAR_TLS_CERTIFICATE",
                server.writeCertificate(folder.resolve("server.pem")).toString(),
                "SLUICE_SIDECAR_TLS_REQUIRED",
                "false",
                "SLUICE_SIDECAR_TLS_KEY",
                server.writeKey(folder.resolve("server.key")).toString());
    }

    private static void send(Scene scene, Path programs, Route route, String direct, String sidecar, Path trusted)
            throws Exception {
        if (route.language() == JAVA) {
            JavaClient.send(route, direct, sidecar);
            return;
        }
        List<String> command = new ArrayList<>(
                switch (route.language()) {
                    case JAVA -> List.<String>of();
                    case GO -> List.of(programs.resolve("client").toString());
                    case PYTHON ->
                        List.of(
                                programs.resolve("python/bin/python").toString(),
                                programs.resolve("client.py").toString());
                    case JAVASCRIPT ->
                        List.of("node", programs.resolve("js/client.mjs").toString());
                });
        command.addAll(List.of(route.protocol(), route.gzip() ? "gzip" : "none", direct, sidecar, route.toString()));
        if (route.tls()) {
            command.add(trusted.toString());
        }
        scene.run(route.toString().replace('/', '-'), command);
    }

    private static void generate(Scene scene, Path programs, String signal, String service, int port) throws Exception {
        scene.run(
                service + " " + signal,
                List.of(
                        programs.resolve("telemetrygen").toString(),
                        signal,
                        "--" + signal,
                        "50",
                        "--rate",
                        "0",
                        "--otlp-http",
                        "--otlp-insecure",
                        "--otlp-endpoint",
                        "127.0.0.1:" + port,
                        "--service",
                        service,
                        "--otlp-attributes",
                        "greeting=\"grüß dich ✓\""));
    }

    @ParameterizedTest
    @MethodSource("routes")
    void spans_arriveAsTheyWereSent(Route route) {
        List<Arrived.Item<Span>> spans = behind.spans(route.toString());

        assertThat(texts(spans)).isEqualTo(texts(direct.spans(route.toString())));
        assertThat(spans).hasSize(2 * SPANS);
        assertThat(spans.stream().map(span -> span.value().getSpanId())).doesNotHaveDuplicates();
        assertThat(named(spans, "span ")).isEqualTo(numbered("span ", ""));
        for (Arrived.Item<Span> span : spans) {
            if (span.value().getName().equals("child")) {
                assertThat(span.value().getLinksList()).hasSize(1);
            } else {
                String number = span.value().getName().substring("span ".length());
                assertThat(attribute(span.value().getAttributesList(), "text")).isEqualTo("✓ " + number);
                assertThat(span.value().getEventsList()).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("routes")
    void logRecords_arriveAsTheyWereSent(Route route) {
        List<Arrived.Item<LogRecord>> logs = behind.logs(route.toString());

        assertThat(texts(logs)).isEqualTo(texts(direct.logs(route.toString())));
        assertThat(logs.stream()
                        .map(log -> log.value().getBody().getStringValue())
                        .sorted())
                .containsExactlyElementsOf(numbered("record ", " ✓"));
        assertThat(logs).allMatch(log -> log.value().getTraceId().size() == 16);
    }

    @ParameterizedTest
    @MethodSource("routes")
    void metrics_arriveAsTheyWereSent(Route route) {
        List<Arrived.Item<Metric>> metrics = behind.metrics(route.toString());

        assertThat(texts(metrics)).isEqualTo(texts(direct.metrics(route.toString())));
        assertThat(points(metrics)).hasSize(3);
        assertThat(points(metrics).stream().mapToLong(ClientsTest::value).sum()).isEqualTo(SPANS);
        assertThat(metrics.stream().map(Arrived.Item::value).filter(Metric::hasHistogram))
                .singleElement()
                .satisfies(histogram -> assertThat(histogram.getHistogram().getDataPointsList().stream()
                                .mapToDouble(point -> point.getSum())
                                .sum())
                        .isEqualTo(190));
    }

    @ParameterizedTest
    @ValueSource(strings = {FORWARDED, FORWARDED_BY_GRPC})
    void collectorBeforeTheSidecar_andOneBehindIt_gotTheSame(String service) {
        Arrived there = before.get(service);
        assertThat(texts(behind.spans(service)))
                .isEqualTo(texts(there.spans(service)))
                .hasSizeGreaterThanOrEqualTo(50);
        assertThat(texts(behind.metrics(service)))
                .isEqualTo(texts(there.metrics(service)))
                .hasSize(50);
        assertThat(texts(behind.logs(service)))
                .isEqualTo(texts(there.logs(service)))
                .hasSize(50);
    }

    @Test
    void telemetrygen_isTakenWhole() {
        assertThat(behind.spans(SENT)).hasSameSizeAs(before.get(FORWARDED).spans(FORWARDED));
        assertThat(behind.spans(SENT).stream().map(span -> span.value().getSpanId()))
                .doesNotHaveDuplicates();
        assertThat(behind.metrics(SENT)).hasSize(50);
        assertThat(behind.logs(SENT)).hasSize(50);
        assertThat(behind.logs(SENT)).allMatch(log -> log.surroundings().contains("gr\\303\\274\\303\\237 dich"));
    }

    private static <T extends Message> List<String> texts(List<Arrived.Item<T>> items) {
        return items.stream().map(Arrived.Item::text).sorted().toList();
    }

    private static List<String> named(List<Arrived.Item<Span>> spans, String prefix) {
        return spans.stream()
                .map(span -> span.value().getName())
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .toList();
    }

    private static List<String> numbered(String prefix, String suffix) {
        return IntStream.range(0, SPANS)
                .mapToObj(i -> prefix + i + suffix)
                .sorted()
                .toList();
    }

    private static String attribute(List<KeyValue> attributes, String key) {
        Optional<KeyValue> found = attributes.stream()
                .filter(attribute -> attribute.getKey().equals(key))
                .findFirst();
        return found.map(attribute -> attribute.getValue().getStringValue()).orElse("none");
    }

    private static List<NumberDataPoint> points(List<Arrived.Item<Metric>> metrics) {
        return metrics.stream()
                .map(Arrived.Item::value)
                .filter(Metric::hasSum)
                .filter(metric -> metric.getName().equals("client.requests"))
                .flatMap(metric -> metric.getSum().getDataPointsList().stream())
                .toList();
    }

    /** JavaScript's numbers may be whole and come as fractions. */
    private static long value(NumberDataPoint point) {
        return point.hasAsInt() ? point.getAsInt() : (long) point.getAsDouble();
    }
}
