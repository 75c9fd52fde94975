package io.sluice.exporter.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import io.sluice.batching.DrainReport;
import io.sluice.batching.Offer;
import io.sluice.exporter.Compression;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.OtlpClient;
import io.sluice.exporter.OtlpClientBuilder;
import io.sluice.exporter.retry.RetrySettings;
import io.sluice.exporter.testing.GrpcPeer;
import io.sluice.exporter.testing.IdEncoder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A whole pipeline over gRPC: what is put in comes out once, or is counted. */
@Timeout(60)
class GrpcPipelineTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final IdEncoder encoder = new IdEncoder();

    @Test
    void items_arriveOnceEach_severalExportsAtOnce() throws Exception {
        AtomicReference<GrpcPeer> self = new AtomicReference<>();
        try (GrpcPeer peer = new GrpcPeer(call -> takeAndSayOk(self.get(), call))) {
            self.set(peer);
            DrainReport report;
            try (OtlpClient<Long> client = client(peer.uri(), Compression.NONE).start()) {
                put(client, 50_000);
                report = client.close(LONG);
            }

            assertThat(report.inTime()).isTrue();
            assertThat(report.account().delivered()).isEqualTo(50_000);
            assertThat(peer.ids()).hasSize(50_000);
            assertThat(peer.doubles()).isZero();
            assertThat(peer.maxInFlight()).isBetween(2, 8);
            assertThat(encoder.openPayloads()).isZero();
        }
    }

    @Test
    void items_survivePeerThatRefusesInEveryWay() throws Exception {
        List<Status> trouble = List.of(
                Status.UNAVAILABLE,
                Status.ABORTED,
                Status.CANCELLED,
                Status.DEADLINE_EXCEEDED,
                Status.DATA_LOSS,
                Status.OUT_OF_RANGE,
                Status.RESOURCE_EXHAUSTED);
        Metadata retryNow = new Metadata();
        retryNow.put(RetryInfo.DETAILS, StatusDetails.retryInfo(0, 1));
        AtomicReference<GrpcPeer> self = new AtomicReference<>();
        AtomicInteger turn = new AtomicInteger();
        try (GrpcPeer peer = new GrpcPeer(call -> {
            int now = turn.getAndIncrement();
            if (now % 2 == 0) {
                call.fail(trouble.get(now / 2 % trouble.size()), retryNow);
            } else {
                takeAndSayOk(self.get(), call);
            }
        })) {
            self.set(peer);
            DrainReport report;
            try (OtlpClient<Long> client = client(peer.uri(), Compression.GZIP).start()) {
                put(client, 20_000);
                report = client.close(LONG);
            }

            assertThat(report.account().delivered()).isEqualTo(20_000);
            assertThat(peer.ids()).hasSize(20_000);
            assertThat(peer.doubles()).isZero();
            assertThat(peer.received().size()).isGreaterThanOrEqualTo(2 * 20);
        }
    }

    @Test
    void itemsThatThePeerRefusesForGood_areCounted_andNotSentAgain() throws Exception {
        // partial_success { rejected: 7 }
        byte[] partial = {0x0a, 2, 0x08, 7};
        try (GrpcPeer peer = new GrpcPeer(call -> {
            switch (call.number() % 3) {
                case 0 -> call.fail(Status.INVALID_ARGUMENT);
                case 1 -> call.ok(partial);
                default -> call.fail(Status.RESOURCE_EXHAUSTED);
            }
        })) {
            DrainReport report;
            try (OtlpClient<Long> client = client(peer.uri(), Compression.NONE).start()) {
                put(client, 9_000);
                report = client.close(LONG);
            }
            int calls = peer.received().size();
            long partly = peer.received().stream()
                    .filter(call -> call.number() % 3 == 1)
                    .count();
            long partlyItems = peer.received().stream()
                    .filter(call -> call.number() % 3 == 1)
                    .mapToLong(call -> call.message().length / Long.BYTES)
                    .sum();

            assertThat(calls).isGreaterThanOrEqualTo(9);
            assertThat(report.account().rejected()).isEqualTo(9_000 - partlyItems + 7 * partly);
            assertThat(report.account().delivered()).isEqualTo(partlyItems - 7 * partly);
            assertThat(report.account().pending()).isZero();
            assertThat(peer.received().stream()
                            .mapToLong(call -> call.message().length / Long.BYTES)
                            .sum())
                    .isEqualTo(9_000);
        }
    }

    /** In the words of grpc-go, which is what stands in collectors; grpc-java's own server says UNKNOWN. */
    @Test
    void peerThatTakesLittle_getsSmallerRequests_plainOrCompressed() throws Exception {
        for (Compression compression : Compression.values()) {
            AtomicReference<GrpcPeer> self = new AtomicReference<>();
            try (GrpcPeer peer = new GrpcPeer(call -> {
                if (call.message().length > 5_000) {
                    call.fail(Status.RESOURCE_EXHAUSTED.withDescription(
                            "grpc: received message larger than max (" + call.message().length + " vs. 5000)"));
                } else {
                    takeAndSayOk(self.get(), call);
                }
            })) {
                self.set(peer);
                DrainReport report;
                IdEncoder divisible = new IdEncoder().senders(1_000);
                try (OtlpClient<Long> client =
                        client(divisible, peer.uri(), compression).start()) {
                    put(client, 20_000);
                    report = client.close(LONG);
                }

                assertThat(report.account().delivered()).isEqualTo(20_000);
                assertThat(peer.ids()).hasSize(20_000);
                assertThat(peer.doubles()).isZero();
                assertThat(divisible.openPayloads()).isZero();
            }
        }
    }

    @Test
    void senderWhoseDataIsBad_losesItsOwn_inAMergedRequest() throws Exception {
        AtomicReference<GrpcPeer> self = new AtomicReference<>();
        try (GrpcPeer peer = new GrpcPeer(call -> {
            boolean bad = false;
            for (ByteBuffer ids = ByteBuffer.wrap(call.message()); ids.hasRemaining(); ) {
                bad |= ids.getLong() == 4_711;
            }
            if (bad) {
                call.fail(Status.INVALID_ARGUMENT.withDescription("4711"));
            } else {
                takeAndSayOk(self.get(), call);
            }
        })) {
            self.set(peer);
            DrainReport report;
            try (OtlpClient<Long> client = client(new IdEncoder().senders(10), peer.uri(), Compression.NONE)
                    .start()) {
                put(client, 20_000);
                report = client.close(LONG);
            }

            assertThat(report.account().delivered()).isEqualTo(19_990);
            assertThat(report.account().rejected()).isEqualTo(10);
            assertThat(peer.ids()).hasSize(19_990).doesNotContain(4_711L);
            assertThat(peer.doubles()).isZero();
        }
    }

    @Test
    void connectionThatIsCutAgainAndAgain_losesNothing() throws Exception {
        AtomicReference<GrpcPeer> self = new AtomicReference<>();
        AtomicReference<Relay> between = new AtomicReference<>();
        Random random = new Random(7);
        try (GrpcPeer peer = new GrpcPeer(call -> {
                    self.get().take(call);
                    if (call.number() <= 60 && random.nextInt(3) == 0) {
                        between.get().cut();
                    } else {
                        call.ok();
                    }
                });
                Relay wire = new Relay(peer.port())) {
            self.set(peer);
            between.set(wire);
            DrainReport report;
            try (OtlpClient<Long> client = client(wire.uri(), Compression.NONE).start()) {
                put(client, 30_000);
                report = client.close(LONG);
            }

            // An answer that got lost makes its items come twice; none is missing.
            assertThat(report.account().delivered()).isEqualTo(30_000);
            assertThat(peer.ids()).hasSize(30_000);
            assertThat(wire.connections()).isGreaterThan(1);
        }
    }

    @Test
    void serversThatComeAndGo_getEverythingBetweenThem() throws Exception {
        int port;
        try (ServerSocket reserved = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = reserved.getLocalPort();
        }
        List<Long> taken = new ArrayList<>();
        DrainReport report;
        try (OtlpClient<Long> client =
                client(URI.create("http://127.0.0.1:" + port), Compression.NONE).start()) {
            long next = 0;
            for (int server = 0; server < 4; server++) {
                AtomicReference<GrpcPeer> self = new AtomicReference<>();
                try (GrpcPeer peer =
                        new GrpcPeer(port, call -> takeAndSayOk(self.get(), call), UnaryOperator.identity())) {
                    self.set(peer);
                    for (int i = 0; i < 5_000; i++) {
                        assertThat(client.send(next++, LONG)).isEqualTo(Offer.ACCEPTED);
                    }
                    assertThat(client.flush(LONG)).isTrue();
                    peer.goAway();
                    taken.addAll(peer.ids());
                }
            }
            report = client.close(LONG);
        }

        assertThat(report.account().delivered()).isEqualTo(20_000);
        assertThat(taken).hasSize(20_000).doesNotHaveDuplicates();
    }

    @Test
    void close_beforeAPeerThatTakesNothing_endsAtItsDeadline_andCountsAll() throws Exception {
        // Accepts and reads nothing: what is sent stays in the buffers, and so would any farewell.
        try (ServerSocket stalled = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            DrainReport report;
            long start = System.nanoTime();
            try (OtlpClient<Long> client = client(
                            URI.create("http://127.0.0.1:" + stalled.getLocalPort()), Compression.NONE)
                    .start()) {
                put(client, 10_000);
                report = client.close(Duration.ofMillis(300));
            }
            Duration took = Duration.ofNanos(System.nanoTime() - start);

            assertThat(report.account().dropped()).containsExactlyEntriesOf(Map.of("drain_deadline", 10_000L));
            assertThat(report.account().pending()).isZero();
            assertThat(took).isLessThan(Duration.ofSeconds(8));
            assertThat(encoder.openPayloads()).isZero();
        }
    }

    private static void takeAndSayOk(GrpcPeer peer, GrpcPeer.Call call) {
        peer.take(call);
        call.ok();
    }

    private static void put(OtlpClient<Long> client, int count) throws InterruptedException {
        for (long id = 0; id < count; id++) {
            assertThat(client.send(id, LONG)).isEqualTo(Offer.ACCEPTED);
        }
    }

    private OtlpClientBuilder<Long> client(URI endpoint, Compression compression) {
        return client(encoder, endpoint, compression);
    }

    private static OtlpClientBuilder<Long> client(IdEncoder encoder, URI endpoint, Compression compression) {
        GrpcTransportSettings settings =
                new GrpcTransportSettings(endpoint, Map.of(), compression, LONG, LONG, 4 << 20);
        return OtlpClient.builder(encoder)
                .transport(settings)
                .maxQueueItems(10_000)
                .batch(1_000, Duration.ofMillis(200))
                .maxConcurrentExports(8)
                .drainTimeout(LONG)
                .retry(new RetrySettings(
                        Duration.ofMillis(10), Duration.ofMillis(40), 1.5, Duration.ofMinutes(1), 1 << 20))
                .log(DiagnosticLog.silent());
    }
}
