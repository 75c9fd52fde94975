package io.sluice.exporter.transport;

import static io.sluice.exporter.testing.Await.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.exporter.Compression;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.ExportResult.Delivered;
import io.sluice.exporter.ExportResult.Unreachable;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import io.sluice.exporter.testing.TestCertificates;
import io.sluice.exporter.testing.TestCertificates.Issued;
import io.sluice.exporter.testing.TestCertificates.Validity;
import io.sluice.exporter.tls.PemFile;
import io.sluice.exporter.tls.TlsSettings;
import io.sluice.exporter.tls.TlsVersion;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.testkit.ManualClock;
import io.sluice.runtime.testkit.TestWaker;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The transport over TLS on loopback, with certificates made for the occasion. */
@Timeout(60)
class HttpTransportTlsTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration RELOAD = Duration.ofSeconds(7);

    private static Issued authority;
    private static Issued server;

    @TempDir
    static Path folder;

    /** Stands still unless a test moves it. */
    private final ManualClock clock = new ManualClock();

    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(2).clock(clock).build();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private HttpTransport transport;

    @BeforeAll
    static void issue() throws Exception {
        authority = TestCertificates.authority("Test Authority");
        server = authority.issue("collector", Validity.GOOD, "localhost", "127.0.0.1");
        authority.writeCertificate(folder.resolve("authority.pem"));
    }

    @AfterEach
    void stop() throws Exception {
        if (transport != null) {
            runtime.blockOn(transport.shutdown());
            await(() -> transport.openConnections() == 0);
        }
        assertThat(runtime.handle().ioDriver().registrations()).isZero();
        assertThat(runtime.handle().timeDriver().timers()).isZero();
        runtime.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void send_overTls_arrives_overOneConnection(String version) throws Exception {
        byte[] large = new byte[3_000_000];
        new Random(1).nextBytes(large);
        try (ScriptedHttpPeer peer = peer(server, version, false, ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(peer.uri("localhost", "/v1/traces"), trusting());

            assertThat(send("hello")).isEqualTo(new Delivered());
            assertThat(runtime.blockOn(transport.send(payload(large)))).isEqualTo(new Delivered());
            assertThat(send("again")).isEqualTo(new Delivered());

            assertThat(peer.connections()).isEqualTo(1);
            assertThat(peer.received).hasSize(3);
            assertThat(peer.received.get(0).header("host"))
                    .isEqualTo(peer.uri("localhost", "").getAuthority());
            assertThat(peer.received.get(1).body()).isEqualTo(large);
        }
    }

    @Test
    void send_toAnAddress_thatTheCertificateNames_arrives() throws Exception {
        try (ScriptedHttpPeer peer = peer(server, ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(peer.uri("/"), trusting());
            assertThat(send("hello")).isEqualTo(new Delivered());
        }
    }

    @Test
    void certificateForAnotherHost_isUnreachable_namingBoth() throws Exception {
        Issued other = authority.issue("other", Validity.GOOD, "other.test", "10.0.0.1");
        try (ScriptedHttpPeer peer = peer(other, ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(peer.uri("localhost", "/v1/traces"), trusting());

            assertThat(unreachable(send("hello")))
                    .startsWith(peer.uri("localhost", "/v1/traces") + ": TLS with localhost:")
                    .contains("CN=other, issued by CN=Test Authority")
                    .contains("is not for the host \"localhost\"; it is for other.test, 10.0.0.1");
            assertThat(peer.received).isEmpty();
        }
    }

    @Test
    void certificateOutOfDate_isUnreachable_sayingSince() throws Exception {
        Issued old = authority.issue("old", Validity.EXPIRED, "localhost");
        Issued early = authority.issue("early", Validity.NOT_YET, "localhost");
        try (ScriptedHttpPeer peer = peer(old, ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(peer.uri("localhost", "/"), trusting());
            assertThat(unreachable(send("x")))
                    .contains("CN=old")
                    .contains("expired on " + old.certificate().getNotAfter().toInstant());
            runtime.blockOn(transport.shutdown());
        }
        try (ScriptedHttpPeer peer = peer(early, ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(peer.uri("localhost", "/"), trusting());
            assertThat(unreachable(send("x"))).contains("CN=early").contains("is not valid before ");
        }
    }

    @Test
    void certificateOfAStranger_isUnreachable_sayingWhatIsTrusted() throws Exception {
        Issued alone = TestCertificates.selfSigned("alone", TestCertificates.newRsaKeys(), "localhost");
        Issued stranger = TestCertificates.authority("Stranger").issue("theirs", Validity.GOOD, "localhost");
        try (ScriptedHttpPeer peer = peer(alone, ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(peer.uri("localhost", "/"), trusting());
            assertThat(unreachable(send("x")))
                    .contains("CN=alone, issued by itself")
                    .contains(
                            "is not trusted (",
                            "; trusted are the certificates in " + folder.resolve("authority.pem")
                                    + " (the.certificate)");
            runtime.blockOn(transport.shutdown());
        }
        try (ScriptedHttpPeer peer = peer(stranger, ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(peer.uri("localhost", "/"), TlsSettings.systemTrust());
            assertThat(unreachable(send("x")))
                    .contains("CN=theirs, issued by CN=Stranger")
                    .contains("trusted are the JVM's authorities");
        }
    }

    @Test
    void selfSignedCertificate_thatIsTrustedItself_isAccepted() throws Exception {
        Issued alone = TestCertificates.selfSigned("alone", TestCertificates.newRsaKeys(), "localhost");
        Path file = alone.writeCertificate(folder.resolve("alone.pem"));
        try (ScriptedHttpPeer peer = peer(alone, ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(peer.uri("localhost", "/"), settings(file, Optional.empty(), Optional.empty()));
            assertThat(send("x")).isEqualTo(new Delivered());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void serverThatWantsACertificate_getsOurs(String version) throws Exception {
        List<String> clients = new CopyOnWriteArrayList<>();
        Issued ours = authority.issue("ours", Validity.GOOD, "ours.test");
        try (ScriptedHttpPeer peer = peer(server, version, true, connection -> {
            clients.add(connection.client());
            ScriptedHttpPeer.always(ScriptedHttpPeer.ok()).serve(connection);
        })) {
            open(peer.uri("localhost", "/"), withClient(ours, "ours"));

            assertThat(send("x")).isEqualTo(new Delivered());
            assertThat(clients).containsExactly("CN=ours");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void serverThatWantsACertificate_andGetsNone_isUnreachable_sayingWhatToSet(String version) throws Exception {
        try (ScriptedHttpPeer peer = peer(server, version, true, ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(peer.uri("localhost", "/"), trusting());

            assertThat(unreachable(send("x")))
                    .contains("the server wants a client certificate")
                    .contains("set otel.exporter.otlp.client.certificate");
            assertThat(peer.received).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void serverThatRefusesOurCertificate_isUnreachable_sayingSo(String version) throws Exception {
        Issued ours = TestCertificates.authority("Stranger").issue("ours", Validity.GOOD, "ours.test");
        Issued expired = authority.issue("expired", Validity.EXPIRED, "ours.test");
        for (Issued refused : List.of(ours, expired)) {
            try (ScriptedHttpPeer peer = peer(server, version, true, ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
                open(peer.uri("localhost", "/"), withClient(refused, "refused"));

                assertThat(unreachable(send("x"))).contains("certificate");
                assertThat(peer.received).isEmpty();
                runtime.blockOn(transport.shutdown());
            }
        }
    }

    @Test
    void serverOfTls11_isRefused() throws Exception {
        // Version, 32 bytes at random, no session, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, no compression.
        byte[] serverHello = new byte[5 + 4 + 2 + 32 + 1 + 2 + 1];
        System.arraycopy(new byte[] {22, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2}, 0, serverHello, 0, 11);
        serverHello[serverHello.length - 3] = (byte) 0xc0;
        serverHello[serverHello.length - 2] = 0x13;
        Map<String, byte[]> answers = Map.of(
                "TLS11 is not accepted",
                serverHello,
                "speaks none of the TLS versions that are allowed here",
                new byte[] {21, 3, 1, 0, 2, 2, 70});
        for (Map.Entry<String, byte[]> answer : answers.entrySet()) {
            try (ScriptedHttpPeer peer = new ScriptedHttpPeer("https", socket -> socket, connection -> {
                connection.send(answer.getValue());
                connection.awaitEnd();
            })) {
                open(peer.uri("localhost", "/"), trusting());

                assertThat(unreachable(send("x"))).contains(answer.getKey());
                runtime.blockOn(transport.shutdown());
            }
        }
    }

    @Test
    void serverThatSpeaksNoTls_isUnreachable_sayingSo() throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer("https", socket -> socket, connection -> {
            connection.send("HTTP/1.1 400 The plain HTTP request was sent to HTTPS port\r\n\r\n");
            connection.awaitEnd();
        })) {
            open(peer.uri("localhost", "/"), trusting());
            assertThat(unreachable(send("x"))).contains("does not speak TLS; it may want http instead of https");
        }
    }

    @Test
    void serverThatClosesWithinTheHandshake_isUnreachable() throws Exception {
        for (boolean reset : List.of(false, true)) {
            try (ScriptedHttpPeer peer = new ScriptedHttpPeer("https", socket -> socket, connection -> {
                if (reset) {
                    connection.reset();
                }
            })) {
                open(peer.uri("localhost", "/"), trusting());
                assertThat(unreachable(send("x"))).startsWith(peer.uri("localhost", "/") + ": ");
                runtime.blockOn(transport.shutdown());
            }
        }
    }

    @Test
    void handshakeThatStalls_isUnreachable_afterTheConnectTimeout() throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(
                "https", socket -> socket, ScriptedHttpPeer.Connection::stall, ScriptedHttpPeer.Connection::stall)) {
            open(peer.uri("localhost", "/"), trusting());
            HttpSend sending = new HttpSend(transport, payload("x".getBytes(ISO_8859_1)));
            assertThat(sending.poll(new TestWaker().context()).isPending()).isTrue();
            await(() -> sending.progress().equals("in the TLS handshake"));
            long startNanos = clock.nanoTime();

            await(() -> {
                clock.advance(Duration.ofMillis(100));
                return transport.openConnections() == 0;
            });

            assertThat(clock.nanoTime() - startNanos).isBetween(CONNECT.toNanos(), LONG.toNanos() - 1);
            assertThat(unreachable(runtime.blockOn(sending)))
                    .contains("the TLS handshake with localhost:")
                    .contains("did not end within the 5000 ms");
        }
    }

    @Test
    void cancelWithinTheHandshake_closesTheConnection() throws Exception {
        AtomicInteger ended = new AtomicInteger();
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer("https", socket -> socket, connection -> {
            connection.awaitEnd();
            ended.incrementAndGet();
        })) {
            open(peer.uri("localhost", "/"), trusting());
            HttpSend sending = new HttpSend(transport, payload("x".getBytes(ISO_8859_1)));
            assertThat(sending.poll(new TestWaker().context()).isPending()).isTrue();
            await(() -> sending.progress().equals("in the TLS handshake"));

            sending.cancel();

            await(() -> ended.get() == 1 && transport.openConnections() == 0);
        }
    }

    @Test
    void answerThatIsCutOff_isNoAnswer_andOneWithCloseNotifyIs() throws Exception {
        String withoutLength = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
        for (boolean cut : List.of(true, false)) {
            try (ScriptedHttpPeer peer = peer(server, connection -> {
                connection.receive();
                connection.send(withoutLength);
                if (cut) {
                    connection.cut();
                }
            })) {
                open(peer.uri("localhost", "/"), trusting());
                ExportResult result = send("x");
                if (cut) {
                    assertThat(unreachable(result)).contains("without TLS's close_notify");
                } else {
                    assertThat(result).isEqualTo(new Delivered());
                }
                runtime.blockOn(transport.shutdown());
            }
        }
    }

    @Test
    void answerBeforeTheRequestIsWhole_counts_thoughTheServerIsGone() throws Exception {
        try (ScriptedHttpPeer peer = peer(server, connection -> {
            connection.receiveOnlyHead();
            connection.send(ScriptedHttpPeer.answer(413, "", ""));
            connection.cut();
        })) {
            open(peer.uri("localhost", "/"), trusting());
            for (int i = 0; i < 10; i++) {
                assertThat(runtime.blockOn(transport.send(payload(new byte[8_000_000]))))
                        .isInstanceOf(ExportResult.TooLarge.class);
            }
        }
    }

    @Test
    void connectionThatTheServerClosesInBetween_costsNothing() throws Exception {
        for (boolean cut : List.of(true, false)) {
            ScriptedHttpPeer.Script oneAnswer = connection -> {
                connection.receive();
                connection.send(ScriptedHttpPeer.ok());
                connection.receiveOnlyHead();
                if (cut) {
                    connection.reset();
                }
            };
            try (ScriptedHttpPeer peer = peer(server, oneAnswer, ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
                open(peer.uri("localhost", "/"), trusting());
                assertThat(send("a")).isEqualTo(new Delivered());
                assertThat(send("b")).isEqualTo(new Delivered());
                assertThat(peer.connections()).isEqualTo(2);
                runtime.blockOn(transport.shutdown());
            }
        }
    }

    @Test
    void shutdown_saysGoodbyeToIdleConnections() throws Exception {
        List<String> ends = new CopyOnWriteArrayList<>();
        try (ScriptedHttpPeer peer = peer(server, connection -> {
            connection.receive();
            connection.send(ScriptedHttpPeer.ok());
            // Fails without close_notify.
            connection.awaitEnd();
            ends.add("clean");
        })) {
            open(peer.uri("localhost", "/"), trusting());
            send("a");
            runtime.blockOn(transport.shutdown());
            await(() -> ends.size() == 1);
        }
    }

    @Test
    void newClientCertificate_underLoad_losesNothing_andTheOldConnectionsEnd() throws Exception {
        Issued before = authority.issue("before", Validity.GOOD, "before.test");
        Issued after = authority.issue("after", Validity.GOOD, "after.test");
        Map<String, String> clientOfId = new ConcurrentHashMap<>();
        Set<String> open = ConcurrentHashMap.newKeySet();
        AtomicInteger connections = new AtomicInteger();
        try (ScriptedHttpPeer peer = peer(server, "TLSv1.3", true, connection -> {
            String name = connection.client() + "#" + connections.incrementAndGet();
            open.add(name);
            try {
                for (ScriptedHttpPeer.Received request = connection.receive();
                        request != null;
                        request = connection.receive()) {
                    clientOfId.put(new String(request.body(), ISO_8859_1), connection.client());
                    connection.send(ScriptedHttpPeer.ok());
                }
            } finally {
                open.remove(name);
            }
        })) {
            open(peer.uri("localhost", "/"), withClient(before, "rotated"));
            AtomicInteger ids = new AtomicInteger();
            assertThat(sendAtOnce(8, ids)).allMatch(new Delivered()::equals);
            withClient(after, "rotated");
            clock.advance(RELOAD);
            for (int i = 0; i < 1_000 && !clientOfId.containsValue("CN=after"); i++) {
                assertThat(sendAtOnce(8, ids)).allMatch(new Delivered()::equals);
            }
            assertThat(sendAtOnce(20, ids)).allMatch(new Delivered()::equals);

            assertThat(clientOfId).hasSize(ids.get()).containsValue("CN=before").containsValue("CN=after");
            await(() -> open.stream().noneMatch(name -> name.startsWith("CN=before")));
            assertThat(log).anyMatch(line -> line.contains("new connections use them"));
        }
    }

    @Test
    void newCertificateThatIsBroken_changesNothing_andIsTold() throws Exception {
        Issued ours = authority.issue("ours", Validity.GOOD, "ours.test");
        try (ScriptedHttpPeer peer = peer(server, "TLSv1.3", true, ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(peer.uri("localhost", "/"), withClient(ours, "broken"));
            send("a");
            Files.writeString(folder.resolve("broken.key"), "-----BEGIN PRIVATE KEY-----\n");
            await(() -> runtime.handle().timeDriver().timers() >= 1);
            clock.advance(RELOAD);
            await(() -> !log.isEmpty());

            assertThat(send("b")).isEqualTo(new Delivered());
            assertThat(peer.connections()).isEqualTo(1);
            assertThat(log).hasSize(1);
            assertThat(log.get(0))
                    .startsWith("ERROR")
                    .contains("the.key is " + folder.resolve("broken.key"))
                    .contains("stays in use");
        }
    }

    @Test
    void fileThatIsMissing_isRefusedAtOnce() {
        TlsSettings missing = settings(folder.resolve("nowhere"), Optional.empty(), Optional.empty());

        assertThatThrownBy(() -> open(URI.create("https://localhost:1/"), missing))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the.certificate is " + folder.resolve("nowhere") + ", which does not exist");
        // Plain text asks for no files.
        open(URI.create("http://localhost:1/"), missing);
    }

    private void open(URI endpoint, TlsSettings tls) {
        transport = HttpTransport.open(
                runtime.handle(),
                new HttpTransportSettings(endpoint, Map.of(), Compression.NONE, CONNECT, LONG, 1 << 20).withTls(tls),
                (level, message, thrown) -> log.add(level + " " + message));
    }

    private ScriptedHttpPeer peer(Issued identity, ScriptedHttpPeer.Script... scripts) throws Exception {
        return peer(identity, "TLSv1.3", false, scripts);
    }

    private static ScriptedHttpPeer peer(
            Issued identity, String version, boolean wantsCertificate, ScriptedHttpPeer.Script... scripts)
            throws Exception {
        SSLContext context = identity.serverContext(authority);
        return new ScriptedHttpPeer(
                "https",
                tcp -> {
                    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(tcp, null, false);
                    socket.setEnabledProtocols(new String[] {version});
                    socket.setNeedClientAuth(wantsCertificate);
                    return socket;
                },
                scripts);
    }

    private static TlsSettings trusting() {
        return settings(folder.resolve("authority.pem"), Optional.empty(), Optional.empty());
    }

    /** Writes the files on the way. */
    private static TlsSettings withClient(Issued client, String name) throws Exception {
        Path certificate = client.writeCertificate(folder.resolve(name + ".pem"));
        Path key = client.writeKey(folder.resolve(name + ".key"));
        return settings(folder.resolve("authority.pem"), Optional.of(certificate), Optional.of(key));
    }

    private static TlsSettings settings(Path trusted, Optional<Path> certificate, Optional<Path> key) {
        return new TlsSettings(
                Optional.of(new PemFile("the.certificate", trusted)),
                certificate.map(file -> new PemFile("the.client.certificate", file)),
                key.map(file -> new PemFile("the.key", file)),
                TlsVersion.TLS_1_2,
                RELOAD);
    }

    private static Payload payload(byte[] body) {
        return new Payload(Signal.TRACES, 1, new ByteBuffer[] {ByteBuffer.wrap(body)}, () -> {});
    }

    private ExportResult send(String body) throws Exception {
        return runtime.blockOn(transport.send(payload(body.getBytes(ISO_8859_1))));
    }

    private List<ExportResult> sendAtOnce(int count, AtomicInteger ids) throws Exception {
        List<JoinHandle<ExportResult>> sends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] id = String.valueOf(ids.incrementAndGet()).getBytes(ISO_8859_1);
            sends.add(runtime.handle().spawn(transport.send(payload(id))));
        }
        List<ExportResult> results = new ArrayList<>();
        for (JoinHandle<ExportResult> sending : sends) {
            results.add(runtime.blockOn(sending));
        }
        return results;
    }

    private static String unreachable(ExportResult result) {
        assertThat(result).isInstanceOf(Unreachable.class);
        String reason = ((Unreachable) result).reason();
        assertThat(reason).doesNotContain("Exception");
        return reason;
    }
}
