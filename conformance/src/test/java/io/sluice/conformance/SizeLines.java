package io.sluice.conformance;

import static io.sluice.conformance.Answer.taken;
import static io.sluice.conformance.Level.MUST;
import static io.sluice.conformance.Level.MUST_NOT;
import static io.sluice.conformance.Level.SHOULD;
import static io.sluice.conformance.Requirement.both;

import java.util.List;
import java.util.Map;

/** How large requests and responses may be. */
final class SizeLines {

    private static final String REQUEST = "OTLP/gRPC Request, OTLP/HTTP Request";
    private static final String RESPONSE = "OTLP/gRPC Response, OTLP/HTTP Response";
    private static final int LIMIT = 100_000;
    private static final int ABOVE = 150_000;

    /** More than the 4 MiB that are recommended as the default limit. */
    private static final int BULK = 5 << 20;

    private static final Finding UNLIMITED =
            Finding.withoutObject("There is no setting, and no request is too large to be sent.");

    private SizeLines() {}

    static List<Requirement> lines() {
        return List.of(
                both(
                        SHOULD,
                        REQUEST,
                        "have a limit, that can be set, for the size of requests before compression",
                        SizeLines::limit),
                both(MUST_NOT, REQUEST, "send a request that is over the limit", SizeLines::overTheLimit),
                both(SHOULD, REQUEST, "record what was discarded for its size", SizeLines::recorded),
                both(
                        MUST,
                        RESPONSE,
                        "limit the size of responses, after decompression too; one over the limit is a final error",
                        SizeLines::response),
                both(SHOULD, RESPONSE, "have a setting for the limit of responses", SizeLines::responseLimit));
    }

    private static Map<String, String> limited(String compression) {
        return Map.of(
                "sluice.max.request.bytes", Integer.toString(LIMIT), "otel.exporter.otlp.compression", compression);
    }

    private static int largest(Peer peer) {
        return peer.seen().stream().mapToInt(Seen::bytes).max().orElse(0);
    }

    private static Finding limit(Stage stage) throws Exception {
        Peer peer = stage.peer(taken());
        for (String compression : List.of("none", "gzip")) {
            Client client = stage.client(peer, limited(compression));
            List<String> driven = List.of(client.span(LIMIT / 2), client.span(LIMIT / 2), client.span(LIMIT / 2));
            client.flush();
            if (largest(peer) > LIMIT) {
                return Finding.notMet("There is no setting for it.");
            }
            if (!peer.items().containsAll(driven)) {
                return Finding.notMet("Below the limit, not everything arrived.");
            }
        }
        return Finding.met();
    }

    private static Finding overTheLimit(Stage stage) throws Exception {
        if (!stage.isSluice()) {
            return UNLIMITED;
        }
        Peer peer = stage.peer(taken());
        for (String compression : List.of("none", "gzip")) {
            Client client = stage.client(peer, limited(compression));
            client.span(ABOVE);
            String small = client.span();
            client.flush();
            if (peer.seen(small).size() != 1) {
                return Finding.notMet("What was sent along with it was lost.");
            }
        }
        return Finding.of(largest(peer) <= LIMIT, "It was sent.");
    }

    private static Finding recorded(Stage stage) throws Exception {
        if (!stage.isSluice()) {
            return UNLIMITED;
        }
        Peer peer = stage.peer(taken());
        Client client = stage.client(peer, limited("none"));
        client.span(ABOVE);
        client.span();
        client.flush();
        return Finding.ofLoss(client, 1);
    }

    private static Finding response(Stage stage) throws Exception {
        Peer peer = stage.peer(new Answer.Bulky(BULK, true), new Answer.Bulky(BULK, false), taken());
        Client client = stage.client(peer);
        for (int i = 0; i < 2; i++) {
            List<String> driven = client.spans(2);
            client.flush();
            if (driven.stream().anyMatch(span -> peer.seen(span).size() != 1)) {
                return Finding.notMet("What was in the request was sent again.");
            }
        }
        return Finding.ofLoss(client, 4);
    }

    private static Finding responseLimit(Stage stage) throws Exception {
        Peer peer = stage.peer(new Answer.Bulky(LIMIT, false), taken());
        Client client = stage.client(peer, Map.of("sluice.max.response.bytes", Integer.toString(LIMIT / 2)));
        client.span();
        client.flush();
        return Finding.of(client.countedAsLost() == 1, "There is no setting for it.");
    }
}
