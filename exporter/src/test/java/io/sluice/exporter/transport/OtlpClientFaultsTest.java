package io.sluice.exporter.transport;

import static io.sluice.exporter.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.batching.AccountSnapshot;
import io.sluice.batching.Offer;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.OtlpClient;
import io.sluice.exporter.OtlpClientBuilder;
import io.sluice.exporter.retry.RetrySettings;
import io.sluice.exporter.testing.IdEncoder;
import io.sluice.exporter.testing.TestCertificates;
import io.sluice.exporter.testing.TestCertificates.Issued;
import io.sluice.exporter.testing.TestCertificates.Validity;
import io.sluice.exporter.tls.PemFile;
import io.sluice.exporter.tls.TlsSettings;
import io.sluice.exporter.tls.TlsVersion;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults of the far end under a whole client. After each the ids at the far end are compared with those that were driven
 * in: none is missing, none was invented, and the account says the same.
 */
@Timeout(60)
class OtlpClientFaultsTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int BATCH = 10;

    private static Issued authority;
    private static Issued server;

    @TempDir
    static Path folder;

    private final Set<Long> arrived = ConcurrentHashMap.newKeySet();
    private final AtomicInteger doubles = new AtomicInteger();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final AtomicLong lastId = new AtomicLong();

    @BeforeAll
    static void issue() throws Exception {
        authority = TestCertificates.authority("Test Authority");
        server = authority.issue("collector", Validity.GOOD, "localhost");
        authority.writeCertificate(folder.resolve("authority.pem"));
    }

    /** A good receiver: keeps the ids of each request, then answers. */
    private ScriptedHttpPeer.Script takes() {
        return takes(Integer.MAX_VALUE);
    }

    /** Closes after {@code requests}. */
    private ScriptedHttpPeer.Script takes(int requests) {
        return connection -> {
            for (int i = 0; i < requests && takeOne(connection); i++) {
                connection.send(ScriptedHttpPeer.ok());
            }
        };
    }

    private boolean takeOne(ScriptedHttpPeer.Connection connection) throws Exception {
        ScriptedHttpPeer.Received request = connection.receive();
        if (request == null) {
            return false;
        }
        for (ByteBuffer ids = ByteBuffer.wrap(request.body()); ids.hasRemaining(); ) {
            if (!arrived.add(ids.getLong())) {
                doubles.incrementAndGet();
            }
        }
        return true;
    }

    @Test
    void resetWithinTheAnswer_isTriedAgain() throws Exception {
        doublesAtMost(BATCH, runOver(connection -> {
            takeOne(connection);
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf");
            connection.reset();
        }));
    }

    @Test
    void answerThatIsCutOff_isTriedAgain() throws Exception {
        for (String half :
                List.of("HTTP/1.1 200 OK\r\nContent-", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf")) {
            doublesAtMost(2 * BATCH, runOver(connection -> {
                takeOne(connection);
                connection.send(half);
            }));
        }
    }

    @Test
    void requestThatIsCutOff_isTriedAgain() throws Exception {
        doublesAtMost(0, runOver(connection -> {
            connection.receiveOnlyHead();
            connection.reset();
        }));
    }

    @Test
    void endWithoutAnAnswer_isTriedAgain() throws Exception {
        doublesAtMost(BATCH, runOver(connection -> takeOne(connection)));
    }

    @Test
    void connectionsThatEndAfterEachRequest_costNothing() throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(takes(1));
                OtlpClient<Long> client = client(peer.uri("/v1/traces")).start()) {
            for (int i = 0; i < 30; i++) {
                drive(client, BATCH);
                assertThat(client.flush(LONG)).isTrue();
            }
            assertBalance(client);
        }
        // Not one attempt failed: what was stale was replaced at once.
        assertThat(log).isEmpty();
        assertThat(doubles).hasValue(0);
    }

    @Test
    void retryAfter_inEveryForm_isObeyed_orCapped() throws Exception {
        for (String value : List.of("0", "Sun, 06 Nov 1994 08:49:37 GMT", "soon", "-5", "")) {
            doublesAtMost(
                    0,
                    runOver(ScriptedHttpPeer.always(
                            ScriptedHttpPeer.answer(503, "Retry-After: " + value + "\r\nConnection: close\r\n", ""))));
        }
    }

    /** Drives batches against a peer whose first connections are {@code faulty}; returns the doubles. */
    private int runOver(ScriptedHttpPeer.Script faulty) throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(faulty, takes());
                OtlpClient<Long> client = client(peer.uri("/v1/traces")).start()) {
            long from = lastId.get();
            arrived.clear();
            drive(client, BATCH);
            assertThat(client.flush(LONG)).isTrue();
            drive(client, 20 * BATCH);
            assertThat(client.flush(LONG)).isTrue();
            assertThat(arrived)
                    .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(from + 1, lastId.get())
                            .boxed()
                            .toList());
            assertThat(client.account().delivered()).isEqualTo(21 * BATCH);
        }
        return doubles.get();
    }

    private static void doublesAtMost(int expected, int seen) {
        assertThat(seen).isLessThanOrEqualTo(expected);
    }

    @Test
    void serverCertificate_thatExpires_andIsReplaced_losesNothing_andIsTold() throws Exception {
        Issued expired = authority.issue("collector", Validity.EXPIRED, "localhost");
        List<SSLContext> contexts = List.of(expired.serverContext(authority), server.serverContext(authority));
        AtomicInteger turn = new AtomicInteger();
        ScriptedHttpPeer.Layer layer = tcp -> (SSLSocket) contexts.get(turn.getAndIncrement() < 3 ? 0 : 1)
                .getSocketFactory()
                .createSocket(tcp, null, false);
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer("https", layer, takes());
                OtlpClient<Long> client =
                        client(peer.uri("localhost", "/")).tls(trusting()).start()) {
            drive(client, 5 * BATCH);
            assertThat(client.flush(LONG)).isTrue();
            assertBalance(client);
        }
        assertThat(log).anyMatch(line -> line.contains("CN=collector") && line.contains("expired on "));
        assertThat(log).anyMatch(line -> line.contains("answers again"));
    }

    @Test
    void trustThatIsReplaced_whileTheOldOneIsInUse_losesNothing() throws Exception {
        Issued next = TestCertificates.authority("Next Authority");
        Issued renewed = next.issue("collector", Validity.GOOD, "localhost");
        List<SSLContext> contexts = new CopyOnWriteArrayList<>(List.of(server.serverContext(authority)));
        ScriptedHttpPeer.Layer layer = tcp ->
                (SSLSocket) contexts.get(contexts.size() - 1).getSocketFactory().createSocket(tcp, null, false);
        Path trust = authority.writeCertificate(folder.resolve("trust.pem"));
        TlsSettings tls = new TlsSettings(
                Optional.of(new PemFile("the.certificate", trust)),
                Optional.empty(),
                Optional.empty(),
                TlsVersion.TLS_1_2,
                Duration.ofMillis(20));
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer("https", layer, takes(7));
                OtlpClient<Long> client =
                        client(peer.uri("localhost", "/")).tls(tls).start()) {
            drive(client, 20 * BATCH);
            contexts.add(renewed.serverContext(next));
            drive(client, 20 * BATCH);
            Files.writeString(trust, authority.certificatePem() + next.certificatePem());
            drive(client, 20 * BATCH);
            assertThat(client.flush(LONG)).isTrue();
            assertBalance(client);
        }
        assertThat(log).anyMatch(line -> line.contains("new connections use them"));
    }

    @Test
    void sourceOfHeaders_thatFailsForAWhile_losesNothing() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(takes());
                OtlpClient<Long> client = client(peer.uri("/"))
                        .headers(() -> {
                            if (calls.incrementAndGet() % 3 != 0) {
                                throw new IllegalStateException("s3cret");
                            }
                            return Map.of("authorization", "Bearer s3cret");
                        })
                        .start()) {
            drive(client, 10 * BATCH);
            assertThat(client.flush(LONG)).isTrue();
            assertBalance(client);
            assertThat(peer.received)
                    .allMatch(request -> request.header("authorization").equals("Bearer s3cret"));
        }
        assertThat(log).isNotEmpty().noneMatch(line -> line.contains("s3cret"));
    }

    @Test
    void userOfTheEndpoint_isNotLogged() throws Exception {
        try (ScriptedHttpPeer peer =
                        new ScriptedHttpPeer(ScriptedHttpPeer.always(ScriptedHttpPeer.answer(403, "", "")));
                OtlpClient<Long> client = client(
                                URI.create(peer.uri("/").toString().replace("//", "//user:s3cret@")))
                        .start()) {
            drive(client, BATCH);
            assertThat(client.flush(LONG)).isFalse();
            // Written on a thread of the client's runtime, which ends with it.
            await(() -> !log.isEmpty());
        }
        assertThat(log)
                .allMatch(line -> line.contains("TRACES to http://127.0.0.1:"))
                .noneMatch(line -> line.contains("s3cret"));
    }

    private void drive(OtlpClient<Long> client, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            assertThat(client.send(lastId.incrementAndGet(), LONG)).isEqualTo(Offer.ACCEPTED);
        }
    }

    private void assertBalance(OtlpClient<Long> client) {
        List<Long> driven = new ArrayList<>();
        LongStream.rangeClosed(1, lastId.get()).forEach(driven::add);
        assertThat(arrived).containsExactlyInAnyOrderElementsOf(driven);
        AccountSnapshot account = client.account();
        assertThat(account.accepted()).isEqualTo(driven.size());
        assertThat(account.delivered()).isEqualTo(driven.size());
        assertThat(account.pending()).isZero();
    }

    private OtlpClientBuilder<Long> client(URI endpoint) {
        DiagnosticLog lines = (level, message, thrown) -> log.add(level + " " + message);
        return OtlpClient.builder(new IdEncoder())
                .endpoint(endpoint)
                .batch(BATCH, Duration.ofMillis(20))
                .maxConcurrentExports(4)
                .drainTimeout(LONG)
                .retry(new RetrySettings(
                        Duration.ofMillis(5), Duration.ofMillis(20), 1.5, Duration.ofMinutes(1), 1 << 20))
                .log(lines);
    }

    private static TlsSettings trusting() {
        return new TlsSettings(
                Optional.of(new PemFile("the.certificate", folder.resolve("authority.pem"))),
                Optional.empty(),
                Optional.empty(),
                TlsVersion.TLS_1_2,
                LONG);
    }
}
