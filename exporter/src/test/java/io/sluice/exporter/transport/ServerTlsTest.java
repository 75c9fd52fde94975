package io.sluice.exporter.transport;

import static io.sluice.exporter.testing.Await.await;
import static io.sluice.exporter.transport.RecordingHandler.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.Signal;
import io.sluice.exporter.testing.GrpcCaller;
import io.sluice.exporter.testing.TestCertificates;
import io.sluice.exporter.testing.TestCertificates.Issued;
import io.sluice.exporter.testing.TestCertificates.Validity;
import io.sluice.exporter.tls.PemFile;
import io.sluice.exporter.tls.TlsContexts;
import io.sluice.exporter.tls.TlsSettings;
import io.sluice.exporter.tls.TlsVersion;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.testkit.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server over TLS on loopback: what is negotiated, who is let in, and files that change. */
@Timeout(60)
class ServerTlsTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration RELOAD = Duration.ofSeconds(7);
    private static final String TRACES = Signal.TRACES.grpcPath();

    private static Issued authority;

    @TempDir
    static Path folder;

    /** Stands still unless a test moves it. */
    private final ManualClock clock = new ManualClock();

    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(2).clock(clock).build();

    private final RecordingHandler handler = new RecordingHandler();
    private HttpServer server;

    @BeforeAll
    static void issue() throws Exception {
        authority = TestCertificates.authority("Test Authority");
        authority.writeCertificate(folder.resolve("authority.pem"));
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            runtime.blockOn(server.shutdown(Duration.ZERO));
            assertThat(server.openConnections()).isZero();
        }
        assertThat(runtime.handle().ioDriver().registrations()).isZero();
        runtime.close();
    }

    @Test
    void oneAddress_takesAllThreeProtocols_whateverAlpnSays() throws Exception {
        start(Optional.empty(), true);
        try (GrpcCaller caller = caller(null)) {
            assertThat(caller.call(TRACES, bytes("grpc")).response()).isEqualTo(bytes("grpc"));
        }
        assertThat(handler.nextRequest().head().connection().secure()).isTrue();
        // A client that offers both, as Go's: HTTP/1.1 is preferred on any port but gRPC's.
        try (SSLSocket both = connect("h2", "http/1.1")) {
            assertThat(both.getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(postOver(both)).startsWith("HTTP/1.1 200").endsWith("hi");
        }
        try (SSLSocket none = connect()) {
            assertThat(postOver(none)).startsWith("HTTP/1.1 200").endsWith("hi");
        }
        try (SSLSocket h2 = connect("h2");
                RawHttp2 peer = new RawHttp2(h2)) {
            peer.post(1, 0, "/v1/traces").send(RawHttp2.DATA, RawHttp2.END_STREAM, 1, bytes("two"));
            assertThat(peer.endOf(1).text()).isEqualTo("two");
        }
        assertThat(handler.requests).hasSize(3);
        assertThat(handler.requests).allSatisfy(request -> {
            assertThat(request.head().connection().secure()).isTrue();
            assertThat(request.head().connection().principal()).isEmpty();
        });
    }

    @Test
    void plainConnections_areToldToUseTls_unlessItIsNotRequired() throws Exception {
        start(Optional.empty(), true);
        try (RawPeer peer = new RawPeer(server.localAddress())) {
            peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(peer.receive()).startsWith("HTTP/1.1 400").contains("TLS only");
        }
        try (RawHttp2 peer = new RawHttp2(server.localAddress())) {
            assertThat(peer.next(RawHttp2.GOAWAY).error()).isEqualTo(RawHttp2.INADEQUATE_SECURITY);
        }
        assertThat(handler.requests).isEmpty();
        assertThat(server.count(ServerEvent.HANDSHAKE_FAILED)).isEqualTo(2);
        runtime.blockOn(server.shutdown(Duration.ZERO));
        start(Optional.empty(), false);
        try (RawPeer peer = new RawPeer(server.localAddress());
                SSLSocket tls = connect()) {
            peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(peer.receive()).startsWith("HTTP/1.1 200");
            assertThat(postOver(tls)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void clientCertificate_isAskedFor_andNamesThePeer_overEveryProtocol() throws Exception {
        start(Optional.of(folder.resolve("authority.pem")), true);
        Issued service = authority.issue("checkout", Validity.GOOD, "localhost");
        try (GrpcCaller caller = caller(service)) {
            assertThat(caller.call(TRACES, bytes("x")).status().isOk()).isTrue();
        }
        assertThat(handler.nextRequest().head().connection().principal()).contains("CN=checkout");
        try (GrpcCaller nobody = caller(null)) {
            assertThat(nobody.call(TRACES, bytes("x")).status().isOk()).isFalse();
        }
        Issued stranger = TestCertificates.authority("Other Authority").issue("checkout", Validity.GOOD, "localhost");
        try (GrpcCaller other = caller(stranger)) {
            assertThat(other.call(TRACES, bytes("x")).status().isOk()).isFalse();
        }
        assertThat(handler.requests).isEmpty();
        await(() -> server.count(ServerEvent.HANDSHAKE_FAILED) >= 2);
    }

    @Test
    void filesThatChange_areUsedByNewConnections_andOldOnesGoOn() throws Exception {
        start(Optional.empty(), true);
        try (SSLSocket before = connect()) {
            X509Certificate first = (X509Certificate) before.getSession().getPeerCertificates()[0];
            assertThat(first.getSubjectX500Principal().getName()).isEqualTo("CN=first");
            write("second");
            await(() -> {
                clock.advance(RELOAD);
                return subject().equals("CN=second");
            });
            assertThat(postOver(before)).startsWith("HTTP/1.1 200");
        }
    }

    private String subject() {
        try (SSLSocket socket = connect()) {
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSubjectX500Principal().getName();
        } catch (Exception e) {
            throw new AssertionError("no connection", e);
        }
    }

    @Test
    void handshakeThatStalls_isCutOff_andOthersAreServed() throws Exception {
        start(Optional.empty(), true);
        try (RawPeer stalled = new RawPeer(server.localAddress())) {
            stalled.send(new byte[] {0x16, 3, 1, 2, 0, 1});
            try (SSLSocket good = connect()) {
                assertThat(postOver(good)).startsWith("HTTP/1.1 200");
            }
            await(() -> {
                clock.advance(Duration.ofSeconds(1));
                return server.count(ServerEvent.HANDSHAKE_FAILED) == 1;
            });
            stalled.receiveAll();
        }
        await(() -> server.openConnections() == 0);
    }

    @Test
    void garbageAfterATlsByte_isClosed() throws Exception {
        start(Optional.empty(), true);
        try (RawPeer peer = new RawPeer(server.localAddress())) {
            peer.send("\u0016 this is no handshake");
            peer.receiveAll();
        }
        await(() -> server.openConnections() == 0);
        assertThat(server.count(ServerEvent.HANDSHAKE_FAILED)).isOne();
    }

    private void start(Optional<Path> clients, boolean required) throws Exception {
        write("first");
        TlsSettings settings = new TlsSettings(
                clients.map(path -> new PemFile("test.clients", path)),
                Optional.of(new PemFile("test.certificate", folder.resolve("server.pem"))),
                Optional.of(new PemFile("test.key", folder.resolve("server.key"))),
                TlsVersion.TLS_1_2,
                RELOAD);
        List<SocketAddress> loopback = List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server = HttpServer.bind(
                runtime.handle(),
                new ListenOn(
                        loopback,
                        Optional.of(new ServerTls(TlsContexts.load(settings, DiagnosticLog.silent()), required))),
                new HttpServerSettings(100, 1_000_000, 1_000_000, 8192, LONG, LONG, LONG, 2),
                handler);
    }

    private static void write(String name) throws Exception {
        Issued issued = authority.issue(name, Validity.GOOD, "localhost", "127.0.0.1");
        issued.writeKey(folder.resolve("server.key"));
        issued.writeCertificate(folder.resolve("server.pem"));
    }

    /** With the JDK's TLS, as the library's own parts. */
    private GrpcCaller caller(Issued own) throws Exception {
        var context = GrpcSslContexts.forClient().trustManager(authority.certificate());
        if (own != null) {
            context.keyManager(own.keys().getPrivate(), own.certificate());
        }
        var built = GrpcSslContexts.configure(context, SslProvider.JDK).build();
        return new GrpcCaller(
                server.localAddress(),
                builder -> builder.useTransportSecurity()
                        .overrideAuthority("localhost")
                        .sslContext(built));
    }

    private SSLSocket connect(String... alpn) throws Exception {
        // What it would show is not asked for; what it trusts is the authority.
        SSLContext context =
                authority.issue("client", Validity.GOOD, "localhost").serverContext(authority);
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(
                        server.localAddress().getAddress(),
                        server.localAddress().getPort());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(alpn);
        socket.setSSLParameters(parameters);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(10));
        socket.startHandshake();
        return socket;
    }

    private static String postOver(SSLSocket socket) throws IOException {
        socket.getOutputStream().write(bytes("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"));
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith("\r\n\r\nhi")) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                break;
            }
            answer.append((char) next);
        }
        return answer.toString();
    }
}
