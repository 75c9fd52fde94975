package io.sluice.conformance;

import io.sluice.agent.sidecar.Sidecar;
import io.sluice.config.SettingsLoader;
import io.sluice.config.source.SettingsSources;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.Signal;
import io.sluice.runtime.AsyncRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Our sidecar with its defaults, before a destination that takes everything; another one before one that never answers. */
final class SidecarSubject implements ReceiverSubject {

    private static final int MANY = 20;

    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(2).threadName("sidecar").build();
    private final HttpServer destination = HttpServer.open(List.of(Answer.taken()));
    private final HttpServer silent = HttpServer.open(List.of(Answer.never()));
    private final Sidecar sidecar;
    private final Sidecar full;

    SidecarSubject() throws Exception {
        sidecar = start(destination, Map.of());
        full = start(silent, Map.of("sluice.sidecar.max.custody.bytes", "65536", "sluice.drain.timeout", "100ms"));
    }

    private Sidecar start(Server destination, Map<String, String> more) throws IOException {
        Map<String, String> values = new HashMap<>(more);
        values.put("sluice.sidecar.listen", "127.0.0.1:0");
        values.put("sluice.sidecar.batch.delay", "5ms");
        values.put("otel.exporter.otlp.endpoint", "http://127.0.0.1:" + destination.port());
        return Sidecar.start(
                runtime, SettingsLoader.load(List.of(SettingsSources.map("test", values))), DiagnosticLog.silent());
    }

    @Override
    public String title() {
        return "Sluice";
    }

    @Override
    public int port(Protocol protocol) {
        return sidecar.localAddress().getPort();
    }

    @Override
    public Map<String, String> attributes() {
        return Map.of();
    }

    @Override
    public List<String> arrived() {
        return destination.seen().stream()
                .flatMap(request -> request.items().stream())
                .toList();
    }

    @Override
    public Reply refusal(Protocol protocol) throws Exception {
        try (ReceiverCaller caller = new ReceiverCaller(
                full.localAddress().getPort(), full.localAddress().getPort())) {
            Reply last = null;
            for (int i = 0; i < MANY; i++) {
                last = caller.send(protocol, Signal.TRACES, ReceiverRequests.padded("refused" + i, 16_000, Map.of()));
                if (!last.isAccepted()) {
                    return last;
                }
            }
            throw new AssertionError("it takes more than it may hold; the last answer was " + last);
        }
    }

    @Override
    public void close() {
        try {
            silent.close();
            full.drain();
            sidecar.drain();
            destination.close();
            runtime.shutdown(Duration.ofSeconds(5));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
