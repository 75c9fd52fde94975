package io.sluice.conformance;

import static io.sluice.exporter.testing.Await.await;

import io.sluice.exporter.Signal;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The far end of a scenario: a server behind a door. */
final class Peer implements AutoCloseable {

    private final Server server;
    private final Door door;
    private final String endpoint;

    Peer(Server server, String scheme) throws IOException {
        this.server = server;
        this.door = new Door(server.port());
        this.endpoint = scheme + "://127.0.0.1:" + door.port();
        server.disconnectBy(door::cut);
    }

    Door door() {
        return door;
    }

    String endpoint() {
        return endpoint;
    }

    /** With which a client of all signals reaches it. */
    Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(server.settings());
        settings.put("otel.exporter.otlp.endpoint", endpoint);
        return settings;
    }

    List<Seen> seen() {
        return server.seen();
    }

    List<Seen> seen(Signal signal) {
        return seen().stream().filter(request -> request.signal() == signal).toList();
    }

    /** Those with this item inside. */
    List<Seen> seen(String item) {
        return seen().stream().filter(request -> request.items().contains(item)).toList();
    }

    Set<String> items() {
        return seen().stream().flatMap(request -> request.items().stream()).collect(Collectors.toSet());
    }

    /** Waits until there were so many requests. */
    void awaitRequests(int requests) {
        await(() -> seen().size() >= requests);
    }

    /** From one request to the next, in milliseconds. */
    List<Long> gapsMillis() {
        List<Seen> all = seen();
        return IntStream.range(1, all.size())
                .mapToObj(i ->
                        Duration.between(all.get(i - 1).at(), all.get(i).at()).toMillis())
                .toList();
    }

    @Override
    public void close() throws IOException {
        door.close();
        server.close();
    }
}
