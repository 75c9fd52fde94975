package io.sluice.exporter.grpc;

import static io.sluice.exporter.testing.Await.await;
import static io.sluice.exporter.testing.Await.awaitWhileTimePasses;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.sluice.exporter.Compression;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.ExportResult.Delivered;
import io.sluice.exporter.ExportResult.Unreachable;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import io.sluice.exporter.testing.GrpcPeer;
import io.sluice.exporter.testing.TestCertificates;
import io.sluice.exporter.testing.TestCertificates.Issued;
import io.sluice.exporter.testing.TestCertificates.Validity;
import io.sluice.exporter.tls.PemFile;
import io.sluice.exporter.tls.TlsSettings;
import io.sluice.exporter.tls.TlsVersion;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.testkit.ManualClock;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** gRPC over TLS on loopback, with certificates made for the occasion. */
@Timeout(60)
class GrpcTransportTlsTest {

    private static final Duration LONG = Duration.ofSeconds(20);
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
    private GrpcTransport transport;

    @BeforeAll
    static void issue() throws Exception {
        authority = TestCertificates.authority("Test Authority");
        server = authority.issue("collector", Validity.GOOD, "localhost", "127.0.0.1");
        authority.writeCertificate(folder.resolve("authority.pem"));
    }

    @AfterEach
    void stop() throws Exception {
        if (transport != null) {
            shutDown();
        }
        assertThat(runtime.handle().ioDriver().registrations()).isZero();
        assertThat(runtime.handle().timeDriver().timers()).isZero();
        runtime.close();
    }

    private void shutDown() throws Exception {
        awaitWhileTimePasses(runtime, clock, transport.shutdown());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void send_overTls_arrives_overOneConnection(String version) throws Exception {
        byte[] large = new byte[3_000_000];
        new Random(1).nextBytes(large);
        try (GrpcPeer peer = peer(server, version, ClientAuth.NONE);
                Relay wire = new Relay(peer.port())) {
            open(localhost(wire.uri().getPort()), trusting());

            assertThat(send("hello".getBytes(UTF_8))).isEqualTo(new Delivered());
            assertThat(send(large)).isEqualTo(new Delivered());
            assertThat(send("again".getBytes(UTF_8))).isEqualTo(new Delivered());

            assertThat(wire.connections()).isEqualTo(1);
            assertThat(peer.received()).hasSize(3);
            assertThat(peer.received().get(1).message()).isEqualTo(large);
            assertThat(peer.received().get(0).authority())
                    .isEqualTo("localhost:" + wire.uri().getPort());
        }
    }

    @Test
    void certificateThatIsNotForTheHost_orNotTrusted_isUnreachable_inWords() throws Exception {
        Issued other = authority.issue("other", Validity.GOOD, "other.test");
        Issued stranger = TestCertificates.authority("Stranger").issue("theirs", Validity.GOOD, "localhost");
        try (GrpcPeer peer = peer(other, "TLSv1.3", ClientAuth.NONE)) {
            open(localhost(peer.port()), trusting());
            assertThat(unreachable(send(new byte[1])))
                    .startsWith("https://localhost:" + peer.port() + ": TLS with localhost:")
                    .contains("is not for the host \"localhost\"; it is for other.test");
            assertThat(peer.received()).isEmpty();
            shutDown();
        }
        try (GrpcPeer peer = peer(stranger, "TLSv1.2", ClientAuth.NONE)) {
            open(localhost(peer.port()), trusting());
            assertThat(unreachable(send(new byte[1]))).contains("CN=theirs, issued by CN=Stranger", "is not trusted");
            assertThat(unreachable(send(new byte[1]))).contains("CN=theirs, issued by CN=Stranger", "is not trusted");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void serverThatWantsACertificate_getsOurs_orWeSayWhatToSet(String version) throws Exception {
        Issued ours = authority.issue("ours", Validity.GOOD, "ours.test");
        try (GrpcPeer peer = peer(server, version, ClientAuth.REQUIRE)) {
            open(
                    localhost(peer.port()),
                    settings(
                            Optional.of(file("client.certificate", ours.writeCertificate(folder.resolve("ours.pem")))),
                            Optional.of(file("client.key", ours.writeKey(folder.resolve("ours.key"))))));
            assertThat(send(new byte[1])).isEqualTo(new Delivered());
            shutDown();

            open(localhost(peer.port()), trusting());
            assertThat(unreachable(send(new byte[1]))).contains("wants a client certificate", "set otel.exporter");
            assertThat(peer.received()).hasSize(1);
        }
    }

    @Test
    void peerThatSpeaksNoTls_isUnreachable_sayingSo() throws Exception {
        try (GrpcPeer plain = new GrpcPeer(GrpcPeer.ok())) {
            open(localhost(plain.port()), trusting());

            assertThat(unreachable(send(new byte[1]))).contains("does not speak TLS; it may want http");
        }
    }

    @Test
    void handshakeThatStalls_isUnreachable_afterTheConnectTimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            open(new GrpcTransportSettings(
                            localhost(silent.getLocalPort()),
                            Map.of(),
                            Compression.NONE,
                            Duration.ofSeconds(5),
                            LONG,
                            1000)
                    .withTls(trusting()));
            JoinHandle<ExportResult> sending = runtime.handle().spawn(transport.send(payload(new byte[1])));
            await(() -> transport.openConnections() == 1 && transport.bytesWritten() > 100);
            await(() -> {
                clock.advance(Duration.ofMillis(100));
                return sending.isFinished();
            });

            assertThat(unreachable(runtime.blockOn(sending))).contains("did not end within the 5000 ms");
        }
    }

    @Test
    void filesThatChange_areUsedByANewConnection_andCallsInFlightEnd() throws Exception {
        Path trust = authority.writeCertificate(folder.resolve("changing.pem"));
        List<GrpcPeer.Call> held = new CopyOnWriteArrayList<>();
        try (GrpcPeer peer = peer(server, "TLSv1.3", ClientAuth.NONE, call -> {
                    if (call.message()[0] == 7) {
                        held.add(call);
                    } else {
                        call.ok();
                    }
                });
                Relay wire = new Relay(peer.port())) {
            open(
                    localhost(wire.uri().getPort()),
                    new TlsSettings(
                            Optional.of(file("the.certificate", trust)),
                            Optional.empty(),
                            Optional.empty(),
                            TlsVersion.TLS_1_2,
                            RELOAD));
            JoinHandle<ExportResult> inFlight = runtime.handle().spawn(transport.send(payload(new byte[] {7})));
            await(() -> !held.isEmpty());
            Issued second = TestCertificates.authority("Second");
            Files.writeString(trust, authority.certificatePem() + second.certificatePem());
            await(() -> runtime.handle().timeDriver().timers() >= 3);
            clock.advance(RELOAD);
            await(() -> log.stream().anyMatch(line -> line.contains("the files have changed")));

            await(() -> sends(new byte[1]) instanceof Delivered && wire.connections() == 2);
            held.forEach(GrpcPeer.Call::ok);

            assertThat(runtime.blockOn(inFlight)).isEqualTo(new Delivered());
            // grpc-java leaves what it has done with open for another five seconds.
            await(() -> {
                clock.advance(Duration.ofMillis(100));
                return transport.openConnections() == 1;
            });
        }
    }

    @Test
    void filesThatCannotBeUsed_areRefusedAtTheStart_byName() {
        assertThatThrownBy(() -> open(
                        localhost(1),
                        new TlsSettings(
                                Optional.of(file("the.certificate", folder.resolve("absent.pem"))),
                                Optional.empty(),
                                Optional.empty(),
                                TlsVersion.TLS_1_2,
                                RELOAD)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the.certificate is ")
                .hasMessageContaining("absent.pem");
    }

    // ---- helpers ----------------------------------------------------------------------------------------------

    private static GrpcPeer peer(Issued shown, String version, ClientAuth auth) throws Exception {
        return peer(shown, version, auth, GrpcPeer.ok());
    }

    private static GrpcPeer peer(Issued shown, String version, ClientAuth auth, GrpcPeer.Script script)
            throws Exception {
        return new GrpcPeer(0, script, builder -> {
            try {
                return builder.sslContext(GrpcSslContexts.configure(
                                SslContextBuilder.forServer(shown.keys().getPrivate(), shown.certificate()),
                                SslProvider.JDK)
                        .protocols(version)
                        .trustManager(authority.certificate())
                        .clientAuth(auth)
                        .build());
            } catch (SSLException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static URI localhost(int port) {
        return URI.create("https://localhost:" + port);
    }

    private static PemFile file(String setting, Path path) {
        return new PemFile(setting, path);
    }

    private static TlsSettings trusting() {
        return settings(Optional.empty(), Optional.empty());
    }

    private static TlsSettings settings(Optional<PemFile> certificate, Optional<PemFile> key) {
        return new TlsSettings(
                Optional.of(file("the.certificate", folder.resolve("authority.pem"))),
                certificate,
                key,
                TlsVersion.TLS_1_2,
                RELOAD);
    }

    private void open(URI endpoint, TlsSettings tls) {
        open(new GrpcTransportSettings(endpoint, Map.of(), Compression.NONE, LONG, LONG, 1 << 20).withTls(tls));
    }

    private void open(GrpcTransportSettings settings) {
        transport = settings.open(runtime.handle(), (level, message, thrown) -> log.add(message));
    }

    private ExportResult send(byte[] body) throws Exception {
        return runtime.blockOn(runtime.handle().spawn(transport.send(payload(body))));
    }

    private ExportResult sends(byte[] body) {
        try {
            return send(body);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Payload payload(byte[] body) {
        return new Payload(Signal.TRACES, 1, new ByteBuffer[] {ByteBuffer.wrap(body)}, () -> {});
    }

    private static String unreachable(ExportResult result) {
        assertThat(result).isInstanceOf(Unreachable.class);
        return ((Unreachable) result).reason();
    }
}
