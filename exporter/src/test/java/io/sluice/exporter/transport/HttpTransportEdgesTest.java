package io.sluice.exporter.transport;

import static io.sluice.exporter.testing.Await.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.exporter.Compression;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.ExportResult.Delivered;
import io.sluice.exporter.ExportResult.Rejected;
import io.sluice.exporter.ExportResult.RetryAfter;
import io.sluice.exporter.ExportResult.TooLarge;
import io.sluice.exporter.ExportResult.Unreachable;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import io.sluice.exporter.headers.HeaderSource;
import io.sluice.exporter.testing.FullBacklog;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.testkit.ManualClock;
import io.sluice.runtime.testkit.TestWaker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What peers, names, clocks and sources of headers do when things go wrong. */
@Timeout(30)
class HttpTransportEdgesTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration AGE = Duration.ofMinutes(5);

    /** Stands still unless a test moves it. */
    private final ManualClock clock = new ManualClock();

    /** Payloads that are open or held. */
    private final AtomicInteger lent = new AtomicInteger();

    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(2).clock(clock).build();
    private final AtomicReference<Instant> wallClock = new AtomicReference<>(Instant.parse("2026-01-31T12:00:00Z"));
    /** What the lookup gives next; the last one for ever. */
    private final Queue<List<String>> addresses = new ConcurrentLinkedQueue<>();

    private final AtomicInteger lookups = new AtomicInteger();
    private HttpTransport transport;

    @TempDir
    Path folder;

    @AfterEach
    void stop() throws Exception {
        if (transport != null) {
            runtime.blockOn(transport.shutdown());
            assertThat(transport.openConnections()).isZero();
        }
        assertThat(runtime.handle().ioDriver().registrations()).isZero();
        assertThat(runtime.handle().timeDriver().timers()).isZero();
        runtime.close();
    }

    // ---- answers ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
                "HTTP/1.1 200 OK\r\nContent-",
                "HTTP/1.1 2"
            })
    void answerThatIsCutOff_isUnreachable(String half) throws Exception {
        for (boolean reset : List.of(false, true)) {
            try (ScriptedHttpPeer peer = new ScriptedHttpPeer(connection -> {
                connection.receive();
                connection.send(half);
                if (reset) {
                    connection.reset();
                }
            })) {
                open(settings(peer.uri("/")));
                assertThat(unreachable(send("x"))).contains("closed the connection with");
                runtime.blockOn(transport.shutdown());
            }
        }
    }

    @Test
    void chunksThatAreNone_areUnreachable() throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(connection -> {
            connection.receive();
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n");
            connection.awaitEnd();
        })) {
            open(settings(peer.uri("/")));
            assertThat(unreachable(send("x"))).contains("not framed as its head says");
        }
    }

    @Test
    void interimAnswers_areSkipped_howeverMany() throws Exception {
        String interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(
                ScriptedHttpPeer.always(interim.repeat(50) + ScriptedHttpPeer.answer(403, "", "")),
                connection -> connection.stall())) {
            open(settings(peer.uri("/")));
            assertThat(send("x")).isInstanceOf(Rejected.class);
            assertThat(send("x")).isInstanceOf(Rejected.class);
            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    @Test
    void switchOfProtocols_thatNobodyAskedFor_isRejected() throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(connection -> {
            connection.receive();
            connection.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n");
            connection.awaitEnd();
        })) {
            open(settings(peer.uri("/")));
            assertThat(send("x"))
                    .isInstanceOfSatisfying(
                            Rejected.class, no -> assertThat(no.reason()).contains("answered 101"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirects_areNotFollowed_andFinal(int status) throws Exception {
        AtomicInteger elsewhere = new AtomicInteger();
        try (ScriptedHttpPeer other = new ScriptedHttpPeer(connection -> elsewhere.incrementAndGet());
                ScriptedHttpPeer peer = new ScriptedHttpPeer(ScriptedHttpPeer.always(
                        ScriptedHttpPeer.answer(status, "Location: " + other.uri("/there") + "\r\n", "")))) {
            open(settings(peer.uri("/")));
            assertThat(send("x"))
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            no -> assertThat(no.reason())
                                    .contains(
                                            status + "; redirects are not followed (to " + other.uri("/there") + ")"));
        }
        assertThat(elsewhere).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answerBeforeTheRequestIsWhole_counts_andEndsTheConnection(boolean reset) throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(connection -> {
            connection.receiveOnlyHead();
            connection.send(ScriptedHttpPeer.answer(413, "", ""));
            if (!reset) {
                connection.stall();
            }
            // Otherwise it closes with most of the request unread, which resets the connection.
        })) {
            for (int i = 0; i < 20; i++) {
                open(settings(peer.uri("/")));
                Payload large = new Payload(
                        Signal.TRACES, 1, new ByteBuffer[] {ByteBuffer.wrap(new byte[8_000_000])}, () -> {});
                assertThat(runtime.blockOn(transport.send(large))).isInstanceOf(TooLarge.class);
                runtime.blockOn(transport.shutdown());
            }
        }
    }

    @Test
    void connectionThatThePeerClosesInBetween_isNotUsedAgain() throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(connection -> {
            connection.receive();
            connection.send(ScriptedHttpPeer.ok());
        })) {
            open(settings(peer.uri("/")));
            for (int i = 1; i <= 20; i++) {
                // Whether the end has been noticed yet or not: never a failure.
                assertThat(send("n" + i)).isEqualTo(new Delivered());
                assertThat(peer.connections()).isEqualTo(i);
            }
        }
    }

    @Test
    void freshConnectionThatFails_afterAStaleOne_saysWhatBecameOfTheFreshOne() throws Exception {
        ScriptedHttpPeer peer = new ScriptedHttpPeer(connection -> {
            connection.receive();
            connection.send(ScriptedHttpPeer.ok());
            connection.receiveOnlyHead();
            connection.reset();
        });
        open(settings(peer.uri("/")));
        assertThat(send("a")).isEqualTo(new Delivered());
        peer.closeListener();

        assertThat(unreachable(send("b"))).contains("cannot connect", "refused");
        peer.close();
    }

    // ---- clocks -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "'Sat, 31 Jan 2026 12:00:07 GMT', 0, 7",
        "'Sat, 31 Jan 2026 12:00:07 GMT', 3600, 0",
        "'Sat, 31 Jan 2026 12:00:07 GMT', -3600, 3600",
        "0, 3600, 0",
        "7, -3600, 7",
        "1000000000, 0, 3600"
    })
    void retryAfter_isReadWithTheWallClock_andAJumpOfItIsBounded(String header, long jumpSeconds, long wait)
            throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(
                ScriptedHttpPeer.always(ScriptedHttpPeer.answer(503, "Retry-After: " + header + "\r\n", "")))) {
            open(settings(peer.uri("/")));
            wallClock.updateAndGet(now -> now.plusSeconds(jumpSeconds));
            assertThat(send("x"))
                    .isInstanceOfSatisfying(
                            RetryAfter.class, later -> assertThat(later.delay()).contains(Duration.ofSeconds(wait)));
        }
    }

    @Test
    void jumpOfTheWallClock_endsNothing() throws Exception {
        CountDownLatch jumped = new CountDownLatch(1);
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(connection -> {
            while (connection.receive() != null) {
                jumped.await();
                connection.send(ScriptedHttpPeer.ok());
            }
        })) {
            open(settings(peer.uri("/")));
            HttpSend sending = new HttpSend(transport, payload("x"));
            assertThat(sending.poll(new TestWaker().context()).isPending()).isTrue();
            await(() -> peer.received.size() == 1);
            wallClock.updateAndGet(now -> now.plus(Duration.ofDays(400)));
            jumped.countDown();

            assertThat(runtime.blockOn(sending)).isEqualTo(new Delivered());
            wallClock.updateAndGet(now -> now.minus(Duration.ofDays(4_000)));
            assertThat(send("y")).isEqualTo(new Delivered());
            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    // ---- names and connections --------------------------------------------------------------------------------

    @Test
    void connectionOfTheMaximumAge_endsWithItsExchange_andTheNameIsLookedUpAgain() throws Exception {
        try (ScriptedHttpPeer before = new ScriptedHttpPeer(ScriptedHttpPeer.always(ScriptedHttpPeer.ok()));
                ScriptedHttpPeer after =
                        ScriptedHttpPeer.beside(before, "127.0.0.2", ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            addresses.add(List.of("127.0.0.1"));
            addresses.add(List.of("127.0.0.2"));
            open(settings(before.uri("collector.test", "/")));
            assertThat(send("a")).isEqualTo(new Delivered());
            for (Duration left = AGE.minusMillis(1); !left.isZero(); ) {
                // Shorter than the limit of idle connections.
                Duration step = left.compareTo(Duration.ofSeconds(20)) < 0 ? left : Duration.ofSeconds(20);
                clock.advance(step);
                left = left.minus(step);
                assertThat(send("b")).isEqualTo(new Delivered());
            }
            assertThat(before.connections()).isEqualTo(1);
            assertThat(lookups).hasValue(1);

            clock.advance(Duration.ofMillis(1));
            assertThat(send("c")).isEqualTo(new Delivered());

            assertThat(lookups).hasValue(2);
            assertThat(after.received).hasSize(1);
            assertThat(after.received.get(0).header("host")).startsWith("collector.test:");
        }
    }

    @Test
    void nameThatIsUnknown_isUnreachable_andLookedUpAgainNextTime() throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            addresses.add(List.of());
            addresses.add(List.of("127.0.0.1"));
            open(settings(peer.uri("collector.test", "/")));

            assertThat(unreachable(send("a"))).contains("unknown host collector.test");
            assertThat(send("b")).isEqualTo(new Delivered());
        }
    }

    @Test
    void addressThatRefuses_isFollowedByTheNext() throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            addresses.add(List.of("127.0.0.3", "127.0.0.2", "127.0.0.1"));
            open(settings(peer.uri("collector.test", "/")));
            assertThat(send("a")).isEqualTo(new Delivered());
        }
    }

    @Test
    void addressesThatAllRefuse_areAllNamed() throws Exception {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        addresses.add(List.of("127.0.0.1", "127.0.0.2"));
        open(settings(URI.create("http://collector.test:" + port + "/")));
        assertThat(unreachable(send("a")))
                .contains("cannot connect to collector.test:" + port)
                .contains("127.0.0.1:" + port + ": Connection refused", "127.0.0.2:" + port + ": Connection refused");
    }

    @Test
    void addressThatIsSilent_getsItsShareOfTheTime_andNoMore() throws Exception {
        // A listener that never accepts, with its queue full, drops further attempts.
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(ScriptedHttpPeer.always(ScriptedHttpPeer.ok()));
                ServerSocket silent = new ServerSocket(peer.uri("/").getPort(), 1, InetAddress.getByName("127.0.0.2"));
                FullBacklog filling = new FullBacklog(silent)) {
            addresses.add(List.of("127.0.0.2", "127.0.0.1"));
            open(settings(peer.uri("collector.test", "/")));
            HttpSend sending = new HttpSend(transport, payload("x"));
            assertThat(sending.poll(new TestWaker().context()).isPending()).isTrue();
            // The export, the share, and the loop's.
            await(() -> runtime.handle().timeDriver().timers() == 3);
            assertThat(peer.connections()).isZero();

            clock.advance(CONNECT.dividedBy(2));

            assertThat(runtime.blockOn(sending)).isEqualTo(new Delivered());
        }
    }

    // ---- headers ----------------------------------------------------------------------------------------------

    @Test
    void headersOfTheSource_areSent_andComeFirst() throws Exception {
        AtomicInteger tokens = new AtomicInteger();
        HeaderSource source =
                () -> Map.of("Authorization", "Bearer " + tokens.incrementAndGet(), "content-type", "text/plain");
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(new HttpTransportSettings(
                            peer.uri("/"),
                            Map.of("authorization", "Basic old", "x-tenant", "blue"),
                            Compression.GZIP,
                            CONNECT,
                            LONG,
                            1 << 20)
                    .withHeaderSource(source));
            send("a");
            send("b");

            for (int i = 0; i < 2; i++) {
                ScriptedHttpPeer.Received request = peer.received.get(i);
                assertThat(request.header("authorization")).isEqualTo("Bearer " + (i + 1));
                assertThat(request.header("x-tenant")).isEqualTo("blue");
                assertThat(request.header("content-type")).isEqualTo("application/x-protobuf");
                assertThat(request.header("content-encoding")).isEqualTo("gzip");
                assertThat(request.head()).doesNotContain("old", "text/plain");
            }
            assertThat(lent).hasValue(0);
        }
    }

    @Test
    void headersFromAFile_thatIsReplaced_areTheNewOnes() throws Exception {
        Path file = Files.writeString(folder.resolve("headers"), "Authorization: Bearer one\n");
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(settings(peer.uri("/")).withHeaderSource(HeaderSource.file("the.setting", file)));
            send("a");
            Files.writeString(file, "Authorization=Bearer two\n");
            send("b");
            Files.delete(file);
            assertThat(unreachable(send("c"))).contains("not sent: the.setting is " + file);

            assertThat(peer.received)
                    .extracting(request -> request.header("authorization"))
                    .containsExactly("Bearer one", "Bearer two");
            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    @Test
    void sourceThatFails_orGivesWhatIsNoHeader_failsTheAttempt_withoutSecrets() throws Exception {
        Map<HeaderSource, String> sources = Map.of(
                () -> {
                    throw new IllegalStateException("s3cret");
                },
                "java.lang.IllegalStateException",
                () -> Map.of("Bad Name", "s3cret"),
                "header Bad Name is not one that HTTP allows",
                () -> Map.of("Authorization", "s3cret\r\nX-Injected: 1"),
                "header Authorization is not one that HTTP allows",
                () -> Map.of("Content-Length", "3"),
                "header Content-Length belongs to the transport",
                () -> Map.of("transfer-encoding", "chunked"),
                "header transfer-encoding belongs to the transport");
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            for (Map.Entry<HeaderSource, String> source : sources.entrySet()) {
                open(settings(peer.uri("/")).withHeaderSource(source.getKey()));
                assertThat(unreachable(send("x")))
                        .contains(": not sent: ", source.getValue())
                        .doesNotContain("s3cret");
                assertThat(lent).hasValue(0);
                runtime.blockOn(transport.shutdown());
            }
            assertThat(peer.received).isEmpty();
        }
    }

    @Test
    void sourceThatHangs_failsTheAttempt_atItsTimeLimit() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(settings(peer.uri("/")).withHeaderSource(() -> {
                released.await();
                return Map.of();
            }));
            Payload payload = payload("x");
            HttpSend sending = new HttpSend(transport, payload);
            assertThat(sending.poll(new TestWaker().context()).isPending()).isTrue();
            clock.advance(LONG);

            assertThat(unreachable(runtime.blockOn(sending)))
                    .contains("no answer within 20000 ms (waiting for the source of headers)");
            payload.close();
            assertThat(lent).hasValue(0);
            released.countDown();
            assertThat(send("y")).isEqualTo(new Delivered());
        }
    }

    @Test
    void settings_showNoSecrets_andRefuseWhatIsNone() {
        HttpTransportSettings settings = new HttpTransportSettings(
                URI.create("http://user:s3cret@host/"), Map.of("k", "s3cret"), Compression.NONE, LONG, LONG, 1);
        assertThat(settings.withHeaderSource(() -> Map.of("a", "s3cret")).toString())
                .contains("headers=[k]", "http://***@host/")
                .doesNotContain("s3cret");
        assertThatThrownBy(() -> settings.withMaxConnectionAge(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxConnectionAge is PT0S; allowed: more than zero");
    }

    private static HttpTransportSettings settings(URI endpoint) {
        return new HttpTransportSettings(endpoint, Map.of(), Compression.NONE, CONNECT, LONG, 4 << 20)
                .withMaxConnectionAge(AGE);
    }

    private void open(HttpTransportSettings settings) {
        transport =
                HttpTransport.open(runtime.handle(), settings, DiagnosticLog.silent(), wallClock::get, this::lookUp);
    }

    private List<InetAddress> lookUp(String host) throws UnknownHostException {
        lookups.incrementAndGet();
        List<String> next = addresses.size() > 1 ? addresses.remove() : addresses.peek();
        if (next == null) {
            return NameLookup.SYSTEM.addresses(host);
        }
        if (next.isEmpty()) {
            throw new UnknownHostException(host);
        }
        List<InetAddress> found = new ArrayList<>();
        for (String address : next) {
            found.add(new InetSocketAddress(address, 0).getAddress());
        }
        return found;
    }

    private Payload payload(String body) {
        lent.incrementAndGet();
        ByteBuffer[] parts = {ByteBuffer.wrap(body.getBytes(ISO_8859_1))};
        return new Payload(Signal.TRACES, 1, parts, lent::decrementAndGet);
    }

    private ExportResult send(String body) throws Exception {
        try (Payload payload = payload(body)) {
            return runtime.blockOn(transport.send(payload));
        }
    }

    private static String unreachable(ExportResult result) {
        assertThat(result).isInstanceOf(Unreachable.class);
        return ((Unreachable) result).reason();
    }
}
