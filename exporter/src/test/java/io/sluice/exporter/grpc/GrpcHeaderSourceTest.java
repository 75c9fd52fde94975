package io.sluice.exporter.grpc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.sluice.exporter.Compression;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.ExportResult.Delivered;
import io.sluice.exporter.ExportResult.Unreachable;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import io.sluice.exporter.headers.HeaderSource;
import io.sluice.exporter.testing.GrpcPeer;
import io.sluice.runtime.AsyncRuntime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Metadata that differs from call to call. */
@Timeout(30)
class GrpcHeaderSourceTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build();
    private GrpcTransport transport;

    @AfterEach
    void stop() throws Exception {
        runtime.blockOn(transport.shutdown());
        runtime.close();
    }

    @Test
    void source_isAskedForEachCall_andComesFirst() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (GrpcPeer peer = new GrpcPeer(GrpcPeer.ok())) {
            open(peer, LONG, () -> Map.of("Authorization", "Bearer " + calls.incrementAndGet(), "more-bin", "AQID"));
            assertThat(send()).isEqualTo(new Delivered());
            assertThat(send()).isEqualTo(new Delivered());

            for (int i = 0; i < 2; i++) {
                Metadata headers = peer.received().get(i).headers();
                assertThat(headers.getAll(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)))
                        .containsExactly("Bearer " + (i + 1));
                assertThat(headers.get(Metadata.Key.of("x-tenant", Metadata.ASCII_STRING_MARSHALLER)))
                        .isEqualTo("blue");
                assertThat(headers.getAll(Metadata.Key.of("more-bin", Metadata.BINARY_BYTE_MARSHALLER)))
                        .containsExactly(new byte[] {1, 2, 3});
            }
        }
    }

    @Test
    void sourceThatFails_orGivesWhatIsNoHeader_failsTheCall_withoutSecrets() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (GrpcPeer peer = new GrpcPeer(GrpcPeer.ok())) {
            open(peer, LONG, () -> switch (calls.incrementAndGet()) {
                case 1 -> throw new IllegalStateException("s3cret");
                case 2 -> Map.of("bad name", "s3cret");
                case 3 -> Map.of("authorization", "s3cret\n");
                case 4 -> Map.of("a-bin", "s3cret!");
                default -> Map.of();
            });
            for (String why : new String[] {
                "java.lang.IllegalStateException", "bad name", "value of header authorization", "value of header a-bin"
            }) {
                assertThat(send())
                        .isInstanceOfSatisfying(
                                Unreachable.class,
                                no -> assertThat(no.reason())
                                        .contains(": not sent: ", why)
                                        .doesNotContain("s3cret"));
            }
            assertThat(send()).isEqualTo(new Delivered());
            assertThat(peer.received()).hasSize(1);
        }
    }

    @Test
    void sourceThatHangs_failsTheCall_atItsTimeLimit() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        try (GrpcPeer peer = new GrpcPeer(GrpcPeer.ok())) {
            open(peer, Duration.ofSeconds(2), () -> {
                released.await();
                return Map.of();
            });
            assertThat(send())
                    .isInstanceOfSatisfying(
                            Unreachable.class,
                            no -> assertThat(no.reason()).contains("waiting for the source of headers"));
            released.countDown();
            assertThat(send()).isEqualTo(new Delivered());
        }
    }

    private void open(GrpcPeer peer, Duration exportTimeout, HeaderSource source) {
        transport = GrpcTransport.open(
                runtime.handle(),
                new GrpcTransportSettings(
                                peer.uri(),
                                Map.of("authorization", "Basic old", "x-tenant", "blue"),
                                Compression.NONE,
                                LONG,
                                exportTimeout,
                                1 << 20)
                        .withHeaderSource(source),
                DiagnosticLog.silent());
    }

    private ExportResult send() throws Exception {
        byte[] body = "hello".getBytes(ISO_8859_1);
        return runtime.blockOn(
                transport.send(new Payload(Signal.TRACES, 1, new ByteBuffer[] {ByteBuffer.wrap(body)}, () -> {})));
    }
}
