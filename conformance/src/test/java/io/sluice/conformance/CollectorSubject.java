package io.sluice.conformance;

import io.sluice.exporter.Signal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The Collector's own receiver with its defaults, and behind it an exporter that does as the data says. */
final class CollectorSubject implements ReceiverSubject {

    private static final String KEY = "receiver";

    private final CollectorPeers collector;

    CollectorSubject(Path program, Path folder) throws Exception {
        this.collector = new CollectorPeers(program, Identities.issue(folder), folder);
    }

    @Override
    public String title() {
        return "the Collector";
    }

    @Override
    public int port(Protocol protocol) {
        return collector.port(protocol);
    }

    @Override
    public Map<String, String> attributes() {
        return Map.of("script.key", KEY, "script.answers", "taken");
    }

    @Override
    public List<String> arrived() {
        return collector.seen(KEY).stream()
                .flatMap(request -> request.items().stream())
                .toList();
    }

    @Override
    public Reply refusal(Protocol protocol) throws Exception {
        try (ReceiverCaller caller = new ReceiverCaller(this)) {
            return caller.send(
                    protocol,
                    Signal.TRACES,
                    ReceiverRequests.padded("refused", 100, Map.of("script.key", "full", "script.answers", "busy")));
        }
    }

    @Override
    public void close() {
        try {
            collector.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
