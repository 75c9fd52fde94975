package io.sluice.conformance;

import static io.sluice.conformance.Answer.never;
import static io.sluice.conformance.Answer.taken;
import static io.sluice.conformance.Answer.takenAfter;
import static io.sluice.conformance.Level.SHOULD;
import static io.sluice.conformance.Requirement.both;

import io.sluice.exporter.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Several requests at once, the end of a client, and several destinations. */
final class ConcurrencyLines {

    private static final String CONCURRENT = "OTLP/gRPC Concurrent Requests, OTLP/HTTP Concurrent Requests";
    private static final Duration ANSWER_TIME = Duration.ofMillis(1_000);
    private static final Duration MARGIN = Duration.ofMillis(200);

    private ConcurrencyLines() {}

    static List<Requirement> lines() {
        return List.of(
                both(
                        SHOULD,
                        CONCURRENT,
                        "send requests without waiting for the answers to earlier ones",
                        ConcurrencyLines::concurrent),
                both(SHOULD, CONCURRENT, "have a setting for how many", ConcurrencyLines::configurable),
                both(SHOULD, CONCURRENT, "be able to wait for answers on shutdown", ConcurrencyLines::waiting),
                both(SHOULD, CONCURRENT, "have a setting not to wait on shutdown", ConcurrencyLines::notWaiting),
                both(
                        SHOULD,
                        CONCURRENT,
                        "record what was not delivered when it was shut down",
                        ConcurrencyLines::recorded),
                both(
                        SHOULD,
                        "Multi-Destination Exporting",
                        "let no slow destination hold up another",
                        ConcurrencyLines::destinations));
    }

    private static int mostAtOnce(Peer peer) {
        List<Instant> arrivals = peer.seen().stream().map(Seen::at).toList();
        Duration window = ANSWER_TIME.minus(MARGIN);
        return arrivals.stream()
                .mapToInt(from -> (int) arrivals.stream()
                        .filter(at -> !at.isBefore(from) && at.isBefore(from.plus(window)))
                        .count())
                .max()
                .orElse(0);
    }

    private static int mostAtOnce(Stage stage, Map<String, String> settings) throws Exception {
        Peer peer = stage.peer(takenAfter(ANSWER_TIME));
        Map<String, String> all = new HashMap<>(settings);
        all.put("otel.bsp.max.export.batch.size", "1");
        Client client = stage.client(peer, all);
        client.spans(4);
        client.flush();
        return mostAtOnce(peer);
    }

    private static Finding concurrent(Stage stage) throws Exception {
        return Finding.of(mostAtOnce(stage, Map.of()) > 1, "There was never more than one request at a time.");
    }

    private static Finding configurable(Stage stage) throws Exception {
        int most = mostAtOnce(stage, Map.of("sluice.max.concurrent.exports", "2"));
        return Finding.of(most == 2, "There is no setting: " + most + " at a time.");
    }

    private static Finding waiting(Stage stage) throws Exception {
        Peer peer = stage.peer(takenAfter(ANSWER_TIME));
        Client client = stage.client(peer, Map.of("sluice.drain.timeout", "10s"));
        List<String> driven = client.spans(3);
        client.shutDown(Duration.ofSeconds(10));
        return Finding.of(
                peer.items().equals(Set.copyOf(driven)) && client.countedAsLost() == 0,
                "What was held at the end was lost.");
    }

    private static Finding notWaiting(Stage stage) throws Exception {
        Peer peer = stage.peer(never());
        Client client = stage.client(peer, Map.of("sluice.drain.timeout", "0", "otel.exporter.otlp.timeout", "5s"));
        client.spans(3);
        Instant begin = Instant.now();
        client.shutDown(Duration.ofSeconds(10));
        return Finding.of(
                Duration.between(begin, Instant.now()).toMillis() < 4_000,
                "There is no setting: it waited until the export's timeout was over.");
    }

    private static Finding recorded(Stage stage) throws Exception {
        Peer peer = stage.absentPeer(taken());
        Client client = stage.client(peer, Map.of("sluice.drain.timeout", "1s", "otel.exporter.otlp.timeout", "1000"));
        client.spans(3);
        client.shutDown(Duration.ofSeconds(10));
        return Finding.ofLoss(client, 3);
    }

    private static Finding destinations(Stage stage) throws Exception {
        // A Collector has one script for all that a client sends: its second answer is for the log record.
        Peer slow = stage.peer(takenAfter(Duration.ofSeconds(3)), taken());
        Peer quick = stage.peer(taken());
        String logs = stage.protocol() == Protocol.HTTP ? quick.endpoint() + "/v1/logs" : quick.endpoint();
        Client client =
                stage.client(slow, Map.of("otel.logs.exporter", "otlp", "otel.exporter.otlp.logs.endpoint", logs));
        client.span();
        var flushing = client.flushing();
        slow.awaitRequests(1);
        client.log();
        client.flushAll();
        flushing.join(10, TimeUnit.SECONDS);
        Instant held = slow.seen().get(0).at().plusMillis(2_500);
        List<Seen> logRecords = Stream.of(quick, slow)
                .flatMap(peer -> peer.seen(Signal.LOGS).stream())
                .toList();
        return Finding.of(
                logRecords.size() == 1 && logRecords.get(0).at().isBefore(held),
                "Log records waited until another server had taken the spans.");
    }
}
