package io.sluice.conformance;

import static io.sluice.conformance.Answer.taken;
import static io.sluice.conformance.Level.MUST;
import static io.sluice.conformance.Level.SHOULD;
import static io.sluice.conformance.Requirement.both;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Connections: made, kept, trusted. */
final class ConnectionLines {

    private static final String CONNECTION = "OTLP/HTTP Connection";

    /** Until the first attempt has been refused, which nobody but the client sees. */
    private static final long REFUSED_MILLIS = 300;

    /** Until a client on loopback has heard of its connection's end. */
    private static final long HEARD_MILLIS = 300;

    private ConnectionLines() {}

    static List<Requirement> lines() {
        return List.of(
                both(SHOULD, CONNECTION, "retry to connect", ConnectionLines::serverThatComesLate),
                both(SHOULD, CONNECTION, "keep the connection alive between requests", ConnectionLines::keepAlive),
                both(
                        SHOULD,
                        "OTLP/HTTP All Other Responses",
                        "lose nothing when the server has closed an idle connection",
                        ConnectionLines::staleConnection),
                both(
                        MUST,
                        "SDK: Configuration Options",
                        "have settings for trusted certificates, and for the client's own and its key",
                        ConnectionLines::certificates));
    }

    private static Finding serverThatComesLate(Stage stage) throws Exception {
        Peer peer = stage.absentPeer(taken());
        Client client = stage.client(peer);
        String span = client.span();
        var flushing = client.flushing();
        Thread.sleep(REFUSED_MILLIS);
        peer.door().open();
        flushing.join(20, TimeUnit.SECONDS);
        return Finding.of(peer.seen(span).size() == 1, "The span never arrived.");
    }

    private static Finding keepAlive(Stage stage) throws Exception {
        Peer peer = stage.peer(taken());
        Client client = stage.client(peer);
        for (int i = 0; i < 3; i++) {
            client.span();
            client.flush();
        }
        return Finding.of(
                peer.seen().size() == 3 && peer.door().connections() == 1,
                peer.seen().size() + " requests made " + peer.door().connections() + " connections.");
    }

    private static Finding staleConnection(Stage stage) throws Exception {
        Peer peer = stage.peer(taken());
        Client client = stage.client(peer);
        String first = client.span();
        client.flush();
        peer.door().cut();
        Thread.sleep(HEARD_MILLIS);
        String second = client.span();
        client.flush();
        return Finding.of(peer.items().equals(Set.of(first, second)), "The next request was lost.");
    }

    private static Finding certificates(Stage stage) throws Exception {
        Peer peer = stage.securePeer(taken());
        Client client = stage.client(peer, stage.identities().clientSettings());
        String span = client.span();
        client.flush();
        if (peer.seen(span).size() != 1) {
            return Finding.notMet("With all three set, the span did not arrive.");
        }
        Client distrustful = stage.client(
                peer, Map.of("otel.exporter.otlp.timeout", "500", "otel.java.exporter.otlp.retry.disabled", "true"));
        distrustful.span();
        distrustful.flush();
        return Finding.of(
                peer.items().equals(Set.of(span)), "Without the setting, an unknown certificate was trusted.");
    }
}
