package io.sluice.conformance;

import static io.sluice.conformance.Answer.taken;
import static io.sluice.conformance.Level.MUST;
import static io.sluice.conformance.Level.SHOULD_NOT;
import static io.sluice.conformance.Requirement.both;
import static io.sluice.conformance.Requirement.http;

import io.sluice.exporter.Signal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a request looks like, and where it goes. */
final class EncodingLines {

    static final Map<String, String> ALL_SIGNALS =
            Map.of("otel.traces.exporter", "otlp", "otel.metrics.exporter", "otlp", "otel.logs.exporter", "otlp");

    private EncodingLines() {}

    static List<Requirement> lines() {
        return List.of(
                http(
                        MUST,
                        "Binary Protobuf Encoding",
                        "say `Content-Type: application/x-protobuf`",
                        EncodingLines::contentType),
                http(
                        MUST,
                        "SDK: Endpoint URLs for OTLP/HTTP",
                        "append `v1/traces`, `v1/metrics`, `v1/logs` to the general endpoint",
                        EncodingLines::generalEndpoint),
                http(
                        MUST,
                        "SDK: Endpoint URLs for OTLP/HTTP",
                        "use the endpoint of one signal as it is",
                        EncodingLines::signalsEndpoint),
                http(
                        MUST,
                        "SDK: Endpoint URLs for OTLP/HTTP",
                        "use the root path if the endpoint of one signal has no path",
                        EncodingLines::rootPath),
                both(
                        MUST,
                        "OTLP/HTTP Request; SDK: Configuration Options",
                        "say that a body is gzip if it is",
                        EncodingLines::gzip),
                both(SHOULD_NOT, "Empty Telemetry Envelopes", "send requests without an item", EncodingLines::empty));
    }

    private static Finding contentType(Stage stage) throws Exception {
        Peer peer = stage.peer(taken());
        driveAll(stage.client(peer, ALL_SIGNALS));
        List<String> types = peer.seen().stream()
                .map(request -> request.header("content-type"))
                .distinct()
                .toList();
        return Finding.of(types.equals(List.of("application/x-protobuf")), "The requests said " + types + ".");
    }

    private static Finding generalEndpoint(Stage stage) throws Exception {
        for (String prefix : stage.showsEverything() ? List.of("", "/", "/mine", "/mine/") : List.of("", "/")) {
            Peer peer = stage.peer(taken());
            Map<String, String> settings = new HashMap<>(ALL_SIGNALS);
            settings.put("otel.exporter.otlp.endpoint", peer.endpoint() + prefix);
            driveAll(stage.client(peer, settings));
            for (Signal signal : Signal.ofApplications()) {
                List<String> paths = paths(peer, signal);
                if (!paths.equals(List.of("POST " + prefix.replaceFirst("/$", "") + "/v1/" + signal.key()))) {
                    return Finding.notMet("Requests to " + prefix + " came as " + paths + ".");
                }
            }
        }
        return Finding.met();
    }

    private static Finding rootPath(Stage stage) throws Exception {
        stage.needsEveryDetail();
        Peer peer = stage.peer(taken());
        Client client = stage.client(peer, Map.of("otel.exporter.otlp.traces.endpoint", peer.endpoint()));
        client.span();
        client.flush();
        List<String> paths = paths(peer, Signal.TRACES);
        return Finding.of(paths.equals(List.of("POST /")), "The request came as " + paths + ".");
    }

    private static Finding signalsEndpoint(Stage stage) throws Exception {
        stage.needsEveryDetail();
        Peer peer = stage.peer(taken());
        Map<String, String> settings = new HashMap<>(ALL_SIGNALS);
        settings.put("otel.exporter.otlp.traces.endpoint", peer.endpoint() + "/traces/of/mine");
        settings.put("otel.exporter.otlp.logs.endpoint", peer.endpoint() + "/logs/");
        driveAll(stage.client(peer, settings));
        List<String> all = List.of(
                paths(peer, Signal.TRACES).toString(),
                paths(peer, Signal.LOGS).toString(),
                paths(peer, Signal.METRICS).toString());
        return Finding.of(
                all.equals(List.of("[POST /traces/of/mine]", "[POST /logs/]", "[POST /v1/metrics]")),
                "The requests came as " + all + ".");
    }

    private static Finding gzip(Stage stage) throws Exception {
        stage.needsEveryDetail();
        Peer peer = stage.peer(taken());
        Map<String, String> settings = new HashMap<>(ALL_SIGNALS);
        settings.put("otel.exporter.otlp.compression", "gzip");
        Set<String> driven = driveAll(stage.client(peer, settings));
        if (!peer.items().containsAll(driven)) {
            return Finding.notMet("The peer could not read everything.");
        }
        String header = stage.protocol() == Protocol.HTTP ? "content-encoding" : "grpc-encoding";
        return Finding.of(
                peer.seen().stream().allMatch(request -> request.header(header).equals("gzip")),
                "Not every request said so.");
    }

    private static Finding empty(Stage stage) throws Exception {
        Peer peer = stage.peer(taken());
        Client client = stage.client(peer, Map.of("otel.traces.sampler", "always_off", "otel.logs.exporter", "otlp"));
        client.spans(3);
        client.flushAll();
        client.shutDown(Duration.ofSeconds(10));
        return Finding.of(peer.seen().isEmpty(), "There were requests although there was nothing to send.");
    }

    /** A span, a log record and a metric, all the way; what they are called. */
    private static Set<String> driveAll(Client client) {
        Set<String> driven = Set.of(client.span(), client.log(), client.metric());
        client.flushAll();
        return driven;
    }

    private static List<String> paths(Peer peer, Signal signal) {
        return peer.seen(signal).stream().map(Seen::path).distinct().toList();
    }
}
