package io.sluice.conformance;

import static io.sluice.conformance.Answer.never;
import static io.sluice.conformance.Answer.refused;
import static io.sluice.conformance.Answer.taken;
import static io.sluice.conformance.Answer.takenAfter;
import static io.sluice.conformance.Level.MUST;
import static io.sluice.conformance.Level.MUST_NOT;
import static io.sluice.conformance.Level.SHOULD;
import static io.sluice.conformance.Requirement.both;
import static io.sluice.conformance.Requirement.http;

import io.sluice.exporter.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the SDK's specification asks of the exporter as a part of the SDK. */
final class OptionLines {

    private static final String OPTIONS = "SDK: Configuration Options";

    private OptionLines() {}

    static List<Requirement> lines() {
        return List.of(
                http(SHOULD, "SDK: Specify Protocol", "speak http/protobuf by default", OptionLines::defaultProtocol),
                both(MUST, OPTIONS, "send the headers that are set", OptionLines::headers),
                both(
                        MUST,
                        OPTIONS,
                        "let headers and compression of a signal come before the general ones",
                        OptionLines::perSignal),
                both(
                        MUST,
                        OPTIONS,
                        "let the protocol and the timeout of a signal come before the general ones",
                        OptionLines::protocolAndTimeout),
                both(
                        MUST,
                        OPTIONS,
                        "let the certificates and the key of a signal come before the general ones",
                        OptionLines::certificates),
                both(
                        MUST,
                        OPTIONS,
                        "let the largest request and the largest response of a signal be set",
                        OptionLines::sizes),
                both(
                        SHOULD,
                        "SDK: Common configuration, Timeout",
                        "take a timeout of 0 for none",
                        OptionLines::noTimeout),
                both(SHOULD, "SDK: User Agent", "name itself and its version in User-Agent", OptionLines::userAgent),
                both(
                        MUST_NOT,
                        "SDK: Span Exporter, Export",
                        "wait for ever for an answer: there is a timeout",
                        OptionLines::timeout),
                both(
                        SHOULD,
                        "SDK: Span Processor, ForceFlush",
                        "tell whether a flush succeeded",
                        OptionLines::flushTellsTheTruth));
    }

    private static Finding defaultProtocol(Stage stage) throws Exception {
        Peer peer = stage.peer(taken());
        Map<String, String> settings = new HashMap<>(peer.settings());
        settings.put("otel.exporter.otlp.timeout", "1000");
        settings.put("sluice.drain.timeout", "0");
        Client client = stage.client(settings);
        String span = client.span();
        client.flush();
        return Finding.of(peer.seen(span).size() == 1, "The default is gRPC.");
    }

    private static Finding headers(Stage stage) throws Exception {
        Peer peer = stage.peer(taken());
        Client client = stage.client(peer, Map.of("otel.exporter.otlp.headers", "tenant=blue , motto=all%20is%20well"));
        client.span();
        client.flush();
        Seen request = peer.seen().get(0);
        return Finding.of(
                request.header("tenant").equals("blue")
                        && request.header("motto").equals("all is well"),
                "They came as " + request.header("tenant") + " and " + request.header("motto") + ".");
    }

    private static Finding perSignal(Stage stage) throws Exception {
        stage.needsEveryDetail();
        Peer peer = stage.peer(taken());
        Client client = stage.client(
                peer,
                Map.of(
                        "otel.logs.exporter", "otlp",
                        "otel.exporter.otlp.headers", "tenant=blue",
                        "otel.exporter.otlp.logs.headers", "tenant=green",
                        "otel.exporter.otlp.logs.compression", "gzip"));
        client.span();
        client.log();
        client.flushAll();
        Seen spans = peer.seen(Signal.TRACES).get(0);
        Seen logs = peer.seen(Signal.LOGS).get(0);
        String encoding = stage.protocol() == Protocol.HTTP ? "content-encoding" : "grpc-encoding";
        return Finding.of(
                spans.header("tenant").equals("blue")
                        && logs.header("tenant").equals("green")
                        && !spans.header(encoding).equals("gzip")
                        && logs.header(encoding).equals("gzip"),
                "The general setting stayed.");
    }

    private static Finding protocolAndTimeout(Stage stage) throws Exception {
        Protocol other = stage.protocol() == Protocol.HTTP ? Protocol.GRPC : Protocol.HTTP;
        Peer peer = stage.peer(taken(), never());
        Map<String, String> settings = new HashMap<>(Map.of(
                "otel.exporter.otlp.protocol", other.setting,
                "otel.exporter.otlp.traces.protocol", stage.protocol().setting,
                "otel.exporter.otlp.timeout", "60000",
                "otel.exporter.otlp.traces.timeout", "500",
                "otel.java.exporter.otlp.retry.disabled", "true"));
        if (stage.protocol() == Protocol.HTTP) {
            settings.put("otel.exporter.otlp.traces.endpoint", peer.endpoint() + "/v1/traces");
        }
        Client client = stage.client(peer, settings);
        String span = client.span();
        client.flush();
        if (peer.seen(span).size() != 1) {
            return Finding.notMet("The general protocol stayed.");
        }
        client.span();
        Instant begin = Instant.now();
        client.flush();
        return Finding.of(
                Duration.between(begin, Instant.now()).toMillis() < 8_000 && client.countedAsLost() == 1,
                "The general timeout stayed.");
    }

    private static Finding certificates(Stage stage) throws Exception {
        Peer peer = stage.securePeer(taken());
        Identities identities = stage.identities();
        Map<String, String> settings = new HashMap<>();
        identities.clientSettings().forEach((name, file) -> {
            settings.put(name, identities.strangers().get(name));
            settings.put(name.replace("otlp.", "otlp.traces."), file);
        });
        Client client = stage.client(peer, settings);
        String span = client.span();
        client.flush();
        return Finding.of(peer.seen(span).size() == 1, "The general ones stayed.");
    }

    private static Finding sizes(Stage stage) throws Exception {
        Peer peer = stage.peer(new Answer.Bulky(100_000, false), taken());
        Client client = stage.client(
                peer,
                Map.of(
                        "sluice.traces.max.request.bytes", "10000",
                        "sluice.traces.max.response.bytes", "50000"));
        client.span();
        client.flush();
        if (client.countedAsLost() != 1) {
            return Finding.notMet("There is no setting for it.");
        }
        client.span(20_000);
        client.flush();
        return Finding.of(
                client.countedAsLost() == 2 && peer.seen().size() == 1, "There is no setting for the largest request.");
    }

    private static Finding noTimeout(Stage stage) throws Exception {
        Peer peer = stage.peer(takenAfter(Duration.ofSeconds(1)));
        Client client = stage.client(peer, Map.of("otel.exporter.otlp.timeout", "0"));
        String span = client.span();
        client.flush();
        return Finding.of(peer.seen(span).size() == 1 && client.countedAsLost() == 0, "Nothing was delivered.");
    }

    private static Finding userAgent(Stage stage) throws Exception {
        Peer peer = stage.peer(taken());
        Client client = stage.client(peer);
        client.span();
        client.flush();
        String name = peer.seen().get(0).header("user-agent");
        return Finding.of(name.matches("\\w+-OTLP-Exporter-Java/\\S+.*"), "It said " + name + ".");
    }

    private static Finding timeout(Stage stage) throws Exception {
        Peer peer = stage.peer(never());
        Client client = stage.client(
                peer, Map.of("otel.exporter.otlp.timeout", "500", "otel.java.exporter.otlp.retry.disabled", "true"));
        client.span();
        Instant begin = Instant.now();
        client.flush();
        return Finding.of(
                Duration.between(begin, Instant.now()).toMillis() < 8_000 && client.countedAsLost() == 1,
                "It went on waiting.");
    }

    private static Finding flushTellsTheTruth(Stage stage) throws Exception {
        Peer peer = stage.peer(taken(), refused());
        Client client = stage.client(peer);
        client.span();
        boolean first = client.flush();
        client.span();
        boolean second = client.flush();
        return Finding.of(
                List.of(first, second).equals(List.of(true, false)),
                "It said success although the server had refused everything.");
    }
}
