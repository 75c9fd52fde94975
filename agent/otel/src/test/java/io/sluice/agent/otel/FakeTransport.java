package io.sluice.agent.otel;

import io.sluice.exporter.ExportResult;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import io.sluice.exporter.Transport;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A destination that takes everything, or never answers. */
final class FakeTransport implements Transport {

    /** Items delivered, by signal. */
    final Map<Signal, Integer> items = new ConcurrentHashMap<>();

    private final boolean answers;

    FakeTransport(boolean answers) {
        this.answers = answers;
    }

    @Override
    public Future<ExportResult> send(Payload payload) {
        if (!answers) {
            return cx -> Poll.pending();
        }
        return cx -> {
            items.merge(payload.signal(), payload.items(), Integer::sum);
            return Poll.ready(new ExportResult.Delivered());
        };
    }

    @Override
    public Future<Void> shutdown() {
        return cx -> Poll.ready();
    }
}
