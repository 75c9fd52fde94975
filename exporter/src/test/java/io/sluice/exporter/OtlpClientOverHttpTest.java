package io.sluice.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.batching.DrainReport;
import io.sluice.batching.Offer;
import io.sluice.exporter.retry.RetrySettings;
import io.sluice.exporter.testing.IdEncoder;
import io.sluice.exporter.transport.HttpRequest;
import io.sluice.exporter.transport.HttpResponse;
import io.sluice.exporter.transport.HttpServer;
import io.sluice.exporter.transport.HttpServerSettings;
import io.sluice.runtime.AsyncRuntime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The library as its users have it: own runtime, real sockets, a server at the other end. */
class OtlpClientOverHttpTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final byte[] NOTHING = {};

    private final AsyncRuntime serverRuntime =
            AsyncRuntime.builder().workerThreads(1).threadName("server").build();
    private final Set<Long> arrived = ConcurrentHashMap.newKeySet();
    private final AtomicInteger doubles = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final Queue<HttpResponse> script = new ConcurrentLinkedQueue<>();

    @AfterEach
    void endServer() {
        assertThat(serverRuntime.shutdown(LONG)).isTrue();
    }

    @Test
    void items_arriveOnceEach_andCloseDeliversTheRest() throws Exception {
        HttpServer server = serve(0);
        DrainReport report;
        try (OtlpClient<Long> client = client(server.localAddress().getPort()).start()) {
            for (long id = 0; id < 50_000; id++) {
                assertThat(client.send(id, LONG)).isEqualTo(Offer.ACCEPTED);
            }
            report = client.close(LONG);
        }

        assertThat(report.inTime()).isTrue();
        assertThat(report.account().delivered()).isEqualTo(50_000);
        assertThat(arrived).hasSize(50_000);
        assertThat(doubles).hasValue(0);
        assertThat(requests.get()).isBetween(50, 1_000);
    }

    @Test
    void serverThatIsBusy_isAskedAgain_andOneThatRejectsIsNot() throws Exception {
        HttpServer server = serve(0);
        script.add(new HttpResponse(503, "text/plain", Map.of("Retry-After", "0"), NOTHING));
        script.add(new HttpResponse(429, "text/plain", Map.of(), NOTHING));
        try (OtlpClient<Long> client = client(server.localAddress().getPort()).start()) {
            client.trySend(1L);
            assertThat(client.flush(LONG)).isTrue();
            script.add(HttpResponse.text(400, "bad data"));
            client.trySend(2L);
            assertThat(client.flush(LONG)).isFalse();

            assertThat(client.account().delivered()).isEqualTo(1);
            assertThat(client.account().rejected()).isEqualTo(1);
        }
        assertThat(requests).hasValue(4);
        assertThat(arrived).containsExactly(1L);
    }

    @Test
    void serverThatComesLate_getsEverything() throws Exception {
        HttpServer reserved = serve(0);
        int port = reserved.localAddress().getPort();
        serverRuntime.blockOn(reserved.shutdown(LONG));
        try (OtlpClient<Long> client = client(port).start()) {
            for (long id = 0; id < 3_000; id++) {
                assertThat(client.trySend(id)).isEqualTo(Offer.ACCEPTED);
            }
            assertThat(client.flush(Duration.ofMillis(50))).isFalse();
            serve(port);
            assertThat(client.flush(LONG)).isTrue();

            assertThat(client.account().delivered()).isEqualTo(3_000);
        }
        assertThat(arrived).hasSize(3_000);
    }

    @Test
    void close_whileNobodyListens_endsAtItsDeadline_andCountsAll() throws Exception {
        HttpServer reserved = serve(0);
        int port = reserved.localAddress().getPort();
        serverRuntime.blockOn(reserved.shutdown(LONG));
        DrainReport report;
        try (OtlpClient<Long> client = client(port).start()) {
            for (long id = 0; id < 3_000; id++) {
                client.trySend(id);
            }
            report = client.close(Duration.ofMillis(200));
        }

        assertThat(report.inTime()).isFalse();
        assertThat(report.took()).isBetween(Duration.ofMillis(150), Duration.ofSeconds(5));
        assertThat(report.account().dropped()).containsExactlyEntriesOf(Map.of("drain_deadline", 3_000L));
        assertThat(report.account().pending()).isZero();
    }

    private OtlpClientBuilder<Long> client(int port) {
        return OtlpClient.builder(new IdEncoder())
                .endpoint(URI.create("http://127.0.0.1:" + port + "/v1/traces"))
                .maxQueueItems(10_000)
                .batch(1_000, Duration.ofMillis(200))
                .maxConcurrentExports(4)
                .drainTimeout(LONG)
                .retry(new RetrySettings(
                        Duration.ofMillis(10), Duration.ofMillis(40), 1.5, Duration.ofMinutes(1), 1 << 20))
                .log(DiagnosticLog.silent());
    }

    private HttpServer serve(int port) throws Exception {
        return HttpServer.bind(
                serverRuntime.handle(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                HttpServerSettings.defaults(),
                (request, responder) -> responder.respond(answer(request)));
    }

    private HttpResponse answer(HttpRequest request) {
        requests.incrementAndGet();
        HttpResponse scripted = script.poll();
        if (scripted != null) {
            return scripted;
        }
        for (ByteBuffer ids = ByteBuffer.wrap(request.body()); ids.hasRemaining(); ) {
            if (!arrived.add(ids.getLong())) {
                doubles.incrementAndGet();
            }
        }
        return new HttpResponse(200, "application/x-protobuf", NOTHING);
    }
}
