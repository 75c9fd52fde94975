package io.sluice.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.batching.DrainReport;
import io.sluice.batching.Offer;
import io.sluice.exporter.retry.RetrySettings;
import io.sluice.exporter.testing.GrpcPeer;
import io.sluice.exporter.testing.IdEncoder;
import io.sluice.exporter.testing.UnixRelay;
import io.sluice.exporter.transport.Admission;
import io.sluice.exporter.transport.HttpHead;
import io.sluice.exporter.transport.HttpRequest;
import io.sluice.exporter.transport.HttpResponse;
import io.sluice.exporter.transport.HttpServer;
import io.sluice.exporter.transport.HttpServerSettings;
import io.sluice.exporter.transport.RequestHandler;
import io.sluice.exporter.transport.Responder;
import io.sluice.runtime.AsyncRuntime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both protocols over a socket file. */
@Timeout(60)
class OtlpClientOverUnixTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void items_arriveOverHttp_atTheSignalsPath() throws Exception {
        Set<Long> arrived = ConcurrentHashMap.newKeySet();
        Set<String> heads = ConcurrentHashMap.newKeySet();
        AsyncRuntime serverRuntime =
                AsyncRuntime.builder().workerThreads(1).threadName("server").build();
        HttpServer server = HttpServer.bind(
                serverRuntime.handle(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                HttpServerSettings.defaults(),
                keeping(arrived, heads));
        try (UnixRelay file = new UnixRelay(server.localAddress().getPort())) {
            URI endpoint = URI.create(file.uri() + ":/v1/traces");
            DrainReport report = send(builder -> builder.endpoint(endpoint));

            assertThat(report.account().delivered()).isEqualTo(20_000);
            assertThat(arrived).hasSize(20_000);
            assertThat(heads).containsExactly("POST /v1/traces localhost");
            assertThat(file.connections()).isBetween(1, 8);
        } finally {
            assertThat(serverRuntime.shutdown(LONG)).isTrue();
        }
    }

    private static RequestHandler keeping(Set<Long> arrived, Set<String> heads) {
        return new RequestHandler() {
            @Override
            public Admission admit(HttpHead head) {
                heads.add(head.method() + " " + head.path() + " "
                        + head.header("host").orElse(""));
                return Admission.accept();
            }

            @Override
            public void handle(HttpRequest request, Responder responder) {
                for (ByteBuffer ids = ByteBuffer.wrap(request.body()); ids.hasRemaining(); ) {
                    arrived.add(ids.getLong());
                }
                responder.respond(new HttpResponse(200, "application/x-protobuf", new byte[0]));
            }
        };
    }

    @Test
    void items_arriveOverGrpc() throws Exception {
        AtomicReference<GrpcPeer> self = new AtomicReference<>();
        try (GrpcPeer peer = new GrpcPeer(call -> {
                    self.get().take(call);
                    call.ok();
                });
                UnixRelay file = new UnixRelay(peer.port())) {
            self.set(peer);
            DrainReport report = send(builder -> builder.grpc(file.uri()));

            assertThat(report.account().delivered()).isEqualTo(20_000);
            assertThat(peer.ids()).hasSize(20_000);
            assertThat(peer.doubles()).isZero();
            assertThat(peer.received()).allMatch(call -> call.authority().equals("localhost"));
            assertThat(file.connections()).isEqualTo(1);
        }
    }

    @Test
    void fileThatIsNotThere_isTriedUntilTheDrainEnds_andAllIsCounted() throws Exception {
        for (UnaryOperator<OtlpClientBuilder<Long>> way : List.<UnaryOperator<OtlpClientBuilder<Long>>>of(
                builder -> builder.endpoint(URI.create("unix:///tmp/no/such.sock:/v1/traces")),
                builder -> builder.grpc(URI.create("unix:///tmp/no/such.sock")))) {
            DrainReport report;
            try (OtlpClient<Long> client = way.apply(builder()).start()) {
                assertThat(client.trySend(1L)).isEqualTo(Offer.ACCEPTED);
                report = client.close(Duration.ofMillis(300));
            }

            assertThat(report.account().dropped()).containsExactlyEntriesOf(Map.of("drain_deadline", 1L));
        }
    }

    private static DrainReport send(UnaryOperator<OtlpClientBuilder<Long>> way) throws Exception {
        try (OtlpClient<Long> client = way.apply(builder()).start()) {
            for (long id = 0; id < 20_000; id++) {
                assertThat(client.send(id, LONG)).isEqualTo(Offer.ACCEPTED);
            }
            return client.close(LONG);
        }
    }

    private static OtlpClientBuilder<Long> builder() {
        return OtlpClient.builder(new IdEncoder())
                .maxQueueItems(10_000)
                .batch(1_000, Duration.ofMillis(200))
                .maxConcurrentExports(8)
                .drainTimeout(LONG)
                .retry(new RetrySettings(
                        Duration.ofMillis(10), Duration.ofMillis(40), 1.5, Duration.ofMinutes(1), 1 << 20))
                .log(DiagnosticLog.silent());
    }
}
