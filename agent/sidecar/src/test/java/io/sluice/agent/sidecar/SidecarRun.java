package io.sluice.agent.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.batching.AccountSnapshot;
import io.sluice.config.SettingsLoader;
import io.sluice.config.source.SettingsSources;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.runtime.AsyncRuntime;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A sidecar on a free port, a collector behind it that keeps everything, and a client that is not ours. */
final class SidecarRun implements AutoCloseable {

    final KeptRequests backend = new KeptRequests();
    final HttpClient client = HttpClient.newHttpClient();
    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(2).threadName("sidecar").build();
    final Sidecar sidecar;
    private boolean drained;

    /** @param pairs settings, names and values in turn */
    SidecarRun(String... pairs) throws IOException {
        Map<String, String> values = new HashMap<>(
                Map.of("sluice.sidecar.listen", "127.0.0.1:0", "otel.exporter.otlp.endpoint", backend.url()));
        for (int i = 0; i < pairs.length; i += 2) {
            values.put(pairs[i], pairs[i + 1]);
        }
        sidecar = Sidecar.start(
                runtime, SettingsLoader.load(List.of(SettingsSources.map("test", values))), DiagnosticLog.silent());
    }

    /** A request to {@code path} with a content type. */
    HttpRequest.Builder to(String path, String contentType) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + sidecar.localAddress().getPort() + path))
                .header("Content-Type", contentType);
    }

    /** Protobuf. */
    HttpResponse<byte[]> post(String path, byte[] body) throws Exception {
        return send(to(path, "application/x-protobuf").POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Delivers what is held and gives the account of a signal. */
    AccountSnapshot drained(String signal) throws Exception {
        drain();
        AccountSnapshot account = sidecar.accounts().get(signal);
        assertThat(account.pending()).isZero();
        return account;
    }

    private void drain() throws Exception {
        if (!drained) {
            drained = true;
            assertThat(sidecar.drain()).isTrue();
        }
    }

    @Override
    public void close() throws Exception {
        drain();
        assertThat(runtime.metrics().io().registrations()).isZero();
        assertThat(runtime.shutdown(Duration.ofSeconds(5))).isTrue();
        backend.stop();
    }
}
