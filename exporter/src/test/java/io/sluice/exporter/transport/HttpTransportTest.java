package io.sluice.exporter.transport;

import static io.sluice.exporter.testing.Await.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.exporter.AnswerCode;
import io.sluice.exporter.CodedAttempt;
import io.sluice.exporter.Compression;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.ExportResult.BadData;
import io.sluice.exporter.ExportResult.Delivered;
import io.sluice.exporter.ExportResult.PartiallyRejected;
import io.sluice.exporter.ExportResult.Rejected;
import io.sluice.exporter.ExportResult.RetryAfter;
import io.sluice.exporter.ExportResult.Unreachable;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.testkit.ManualClock;
import io.sluice.runtime.testkit.TestWaker;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The transport over loopback against a peer that follows a script. */
@Timeout(30)
class HttpTransportTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Stands still unless a test moves it, so that no slow machine runs into a time limit. */
    private final ManualClock clock = new ManualClock();

    /** Payloads that are open or held. */
    private final AtomicInteger lent = new AtomicInteger();

    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(2).clock(clock).build();
    private HttpTransport transport;

    /** Whatever a test did, nothing is left of it. */
    @AfterEach
    void stop() throws Exception {
        if (transport != null) {
            runtime.blockOn(transport.shutdown());
            assertThat(transport.openConnections()).isZero();
            assertThat(runtime.blockOn(transport.send(payload("late")))).isEqualTo(shutDown());
        }
        assertThat(runtime.handle().ioDriver().registrations()).isZero();
        assertThat(runtime.handle().timeDriver().timers()).isZero();
        runtime.close();
    }

    private Unreachable shutDown() {
        return new Unreachable(transport.name() + ": the transport is shut down");
    }

    @Test
    void send_postsThePayload_withTheHeadersOfOtlp() throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(settings(peer.uri("/custom/traces?tenant=1"), Compression.NONE, LONG, Map.of("X-Key", "secret")));

            assertThat(send("hello")).isEqualTo(new Delivered());

            ScriptedHttpPeer.Received request = peer.received.get(0);
            assertThat(request.head()).startsWith("POST /custom/traces?tenant=1 HTTP/1.1\r\n");
            assertThat(request.header("content-type")).isEqualTo("application/x-protobuf");
            assertThat(request.header("user-agent")).startsWith("Sluice-OTLP-Exporter-Java/");
            assertThat(request.header("x-key")).isEqualTo("secret");
            assertThat(request.header("host")).isEqualTo(peer.uri("").getAuthority());
            assertThat(request.header("content-encoding")).isEmpty();
            assertThat(new String(request.body(), ISO_8859_1)).isEqualTo("hello");
        }
    }

    @Test
    void attempt_tellsTheStatusOfItsAnswer() throws Exception {
        CodedAttempt lost;
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(settings(peer.uri("/"), Compression.NONE, LONG, Map.of()));
            CodedAttempt taken = (CodedAttempt) transport.send(payload("one"));
            runtime.blockOn(taken);
            assertThat(taken.code()).contains(new AnswerCode.Http(200));
            lost = (CodedAttempt) transport.send(payload("two"));
        }
        runtime.blockOn(lost);
        assertThat(lost.code()).isEmpty();
    }

    @Test
    void send_withGzip_compressesSmallAndLarge() throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(settings(peer.uri("/"), Compression.GZIP, LONG, Map.of()));
            for (int size : new int[] {0, 100, 200_000}) {
                byte[] body = new byte[size];
                new Random(size).nextBytes(body);

                assertThat(runtime.blockOn(transport.send(payload(body)))).isEqualTo(new Delivered());

                ScriptedHttpPeer.Received request = peer.received.get(peer.received.size() - 1);
                assertThat(request.header("content-encoding")).isEqualTo("gzip");
                assertThat(new GZIPInputStream(new ByteArrayInputStream(request.body())).readAllBytes())
                        .isEqualTo(body);
            }
            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    @Test
    void bytes_countedByTheStreams_areWhatThePeerCounted() throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(settings(peer.uri("/v1/traces")));
            byte[] body = new byte[3_000_000];
            new Random(1).nextBytes(body);
            runtime.blockOn(transport.send(payload(body)));
            sendAtOnce(20);
            sendAtOnce(3);

            assertThat(peer.received.get(0).body()).isEqualTo(body);
            awaitEqual(transport::bytesRead, peer.bytesWritten::get); // the peer counts after its write has returned
            assertThat(transport.bytesWritten()).isEqualTo(peer.bytesRead.get()).isGreaterThan(3_000_000);
            assertThat(transport.bytesRead()).isEqualTo(peer.bytesWritten.get());
        }
    }

    private static void awaitEqual(LongSupplier one, LongSupplier other) {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (one.getAsLong() != other.getAsLong() && System.nanoTime() < deadlineNanos) {
            Thread.onSpinWait();
        }
    }

    @Test
    void connection_isUsedAgain() throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(settings(peer.uri("/")));
            for (int i = 0; i < 20; i++) {
                assertThat(send("n" + i)).isEqualTo(new Delivered());
            }
            assertThat(peer.connections()).isEqualTo(1);
            assertThat(lent).hasValue(0);
        }
    }

    @Test
    void payload_closedWhileItIsWritten_isHeldUntilNothingReadsIt() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            open(settings(URI.create("http://127.0.0.1:" + deaf.getLocalPort() + "/v1/traces")));
            Payload payload = payload("x".repeat(32 << 20));
            HttpSend sending = new HttpSend(transport, payload);
            assertThat(sending.poll(new TestWaker().context()).isPending()).isTrue();
            try (Socket accepted = deaf.accept()) {
                assertThat(accepted.getInputStream().read()).isPositive();
                sending.cancel();
                payload.close();
                awaitEqual(lent::get, () -> 0);
            }
        }
        assertThat(lent).hasValue(0);
    }

    @Test
    void sendsAtOnce_haveAConnectionEach_andNoMore() throws Exception {
        CountDownLatch all = new CountDownLatch(100);
        ScriptedHttpPeer.Script whenAllAreHere = connection -> {
            while (connection.receive() != null) {
                all.countDown();
                all.await();
                connection.send(ScriptedHttpPeer.ok());
            }
        };
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(whenAllAreHere)) {
            open(settings(peer.uri("/")));

            sendAtOnce(100);
            sendAtOnce(100);

            assertThat(peer.connections()).isEqualTo(100);
            assertThat(peer.received).hasSize(200);
        }
    }

    @Test
    void answer_withConnectionClose_endsTheConnection() throws Exception {
        String closing = ScriptedHttpPeer.answer(200, "Connection: close\r\n", "");
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(connection -> {
            connection.receive();
            connection.send(closing);
            connection.awaitEnd();
        })) {
            open(settings(peer.uri("/")));
            assertThat(send("a")).isEqualTo(new Delivered());
            assertThat(send("b")).isEqualTo(new Delivered());
            assertThat(peer.connections()).isEqualTo(2);
        }
    }

    @Test
    void connectionThatDiedWhileIdle_costsNothing() throws Exception {
        ScriptedHttpPeer.Script oneAnswerThenDead = connection -> {
            connection.receive();
            connection.send(ScriptedHttpPeer.ok());
            // Takes the next request and closes without a byte: what a client sees of a server that was closing.
            connection.receiveOnlyHead();
            connection.reset();
        };
        try (ScriptedHttpPeer peer =
                new ScriptedHttpPeer(oneAnswerThenDead, ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(settings(peer.uri("/")));
            assertThat(send("a")).isEqualTo(new Delivered());
            assertThat(send("b")).isEqualTo(new Delivered());
            assertThat(peer.connections()).isEqualTo(2);
        }
    }

    @Test
    void connectionThatDiesEachTime_isTriedTwiceAndNoMore() throws Exception {
        ScriptedHttpPeer.Script oneAnswerThenDead = connection -> {
            connection.receive();
            connection.send(ScriptedHttpPeer.ok());
            connection.receiveOnlyHead();
            connection.reset();
        };
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(oneAnswerThenDead, connection -> {
            connection.receiveOnlyHead();
            connection.reset();
        })) {
            open(settings(peer.uri("/")));
            assertThat(send("a")).isEqualTo(new Delivered());
            assertThat(unreachable(send("b"))).contains("closed the connection without an answer");
            assertThat(peer.connections()).isEqualTo(2);
        }
    }

    @Test
    void endpointThatRefuses_isUnreachable() throws Exception {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        open(settings(URI.create("http://127.0.0.1:" + port + "/v1/traces")));

        assertThat(unreachable(send("x")))
                .startsWith("http://127.0.0.1:" + port + "/v1/traces: cannot connect")
                .contains("refused");
    }

    @Test
    void endpointWithAnUnknownName_isUnreachable() throws Exception {
        open(settings(URI.create("http://collector.invalid:4318/v1/traces")));

        assertThat(unreachable(send("x"))).contains("unknown host collector.invalid");
    }

    @Test
    void endpointThatDoesNotAnswerConnects_isUnreachable_afterTheConnectTimeout() throws Exception {
        // A listener that never accepts, with its queue full, drops further attempts.
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<java.net.Socket> filling = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                java.net.Socket socket = new java.net.Socket();
                filling.add(socket);
                try {
                    socket.connect(full.getLocalSocketAddress(), 50);
                } catch (java.net.SocketTimeoutException e) {
                    break;
                }
            }
            URI uri = URI.create("http://127.0.0.1:" + full.getLocalPort() + "/");
            open(new HttpTransportSettings(uri, Map.of(), Compression.NONE, CONNECT, LONG, 1000));
            HttpSend sending = new HttpSend(transport, payload("x"));
            assertThat(sending.poll(new TestWaker().context()).isPending()).isTrue();
            await(() -> runtime.handle().timeDriver().timers() == 2);

            clock.advance(CONNECT);

            assertThat(unreachable(runtime.blockOn(sending)))
                    .contains("no connection to 127.0.0.1:" + full.getLocalPort() + " within 5000 ms");
            for (java.net.Socket socket : filling) {
                socket.close();
            }
        }
    }

    @Test
    void peerThatStalls_isUnreachable_afterTheExportTimeout_whereverItStalls() throws Exception {
        Map<String, ScriptedHttpPeer.Script> stalls = Map.of(
                "sending the request",
                ScriptedHttpPeer.Connection::stall,
                "waiting for the answer",
                connection -> {
                    connection.receive();
                    connection.stall();
                },
                "reading the answer",
                connection -> {
                    connection.receive();
                    connection.send("HTTP/1.1 200 OK\r\nContent-Le");
                    connection.stall();
                });
        for (Map.Entry<String, ScriptedHttpPeer.Script> stall : stalls.entrySet()) {
            try (ScriptedHttpPeer peer = new ScriptedHttpPeer(stall.getValue())) {
                open(settings(peer.uri("/"), Compression.NONE, LONG, Map.of()));
                HttpSend sending = new HttpSend(transport, payload(new byte[20_000_000]));
                TestWaker waker = new TestWaker();
                assertThat(sending.poll(waker.context()).isPending()).isTrue();
                await(() -> sending.progress().equals(stall.getKey()));

                clock.advance(LONG);

                assertThat(unreachable(runtime.blockOn(sending)))
                        .contains("no answer within 20000 ms (" + stall.getKey() + ")");
                await(() -> transport.openConnections() == 0);
                runtime.blockOn(transport.shutdown());
            }
        }
    }

    @Test
    void peerThatResetsWithinItsAnswer_isUnreachable() throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(connection -> {
            connection.receive();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            connection.reset();
        })) {
            open(settings(peer.uri("/")));
            assertThat(unreachable(send("x"))).contains("closed the connection within its answer");
        }
    }

    @Test
    void peerThatClosesWithoutAnAnswer_isUnreachable() throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(ScriptedHttpPeer.Connection::receive)) {
            open(settings(peer.uri("/")));
            assertThat(unreachable(send("x"))).contains("closed the connection without an answer");
        }
    }

    @Test
    void peerThatIsNotHttp_isRejected_sayingWhatItSent() throws Exception {
        Map<String, String> greetings = Map.of(
                "SSH-2.0-OpenSSH_9.2\r\n", "it sent \"SSH-2.0-OpenSSH_9.2",
                "\0\0\u0012\4\0\0\0\0\0", "OTLP over gRPC",
                "\u0015\3\1\0\2\2F", "https",
                "J\0\0\0\n8.0.33", "it sent bytes 4a 00 00 00 0a 38 2e 30");
        for (Map.Entry<String, String> greeting : greetings.entrySet()) {
            try (ScriptedHttpPeer peer = new ScriptedHttpPeer(connection -> {
                connection.receive();
                connection.send(greeting.getKey());
                connection.awaitEnd();
            })) {
                open(settings(peer.uri("/v1/traces")));

                ExportResult result = send("x");

                assertThat(result).isInstanceOf(Rejected.class);
                assertThat(((Rejected) result).reason())
                        .startsWith(peer.uri("/v1/traces") + " does not speak HTTP/1.1")
                        .contains(greeting.getValue());
                runtime.blockOn(transport.shutdown());
            }
        }
    }

    @Test
    void statusLineThatIsBroken_isRejected() throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(connection -> {
            connection.receive();
            connection.send("HTTP/1.x OK two hundred\r\n\r\n");
            connection.awaitEnd();
        })) {
            open(settings(peer.uri("/")));
            assertThat(send("x")).isInstanceOf(Rejected.class);
        }
    }

    @Test
    void slowReaderAndSlowAnswer_inSingleBytes_areWaitedFor() throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(connection -> {
            connection.receive();
            for (byte b : ("HTTP/1.1 100 Continue\r\n\r\n" + ScriptedHttpPeer.ok()).getBytes(ISO_8859_1)) {
                connection.send(new byte[] {b});
            }
            connection.awaitEnd();
        })) {
            open(settings(peer.uri("/")));
            assertThat(runtime.blockOn(transport.send(payload(new byte[5_000_000]))))
                    .isEqualTo(new Delivered());
        }
    }

    @Test
    void answers_areMappedByTheSpecification() throws Exception {
        assertThat(answered(ScriptedHttpPeer.answer(503, "Retry-After: 7\r\n", "")))
                .isInstanceOfSatisfying(
                        RetryAfter.class, later -> assertThat(later.delay()).contains(Duration.ofSeconds(7)));
        assertThat(answered(ScriptedHttpPeer.answer(429, "", "")))
                .isInstanceOfSatisfying(
                        RetryAfter.class, later -> assertThat(later.delay()).isEmpty());
        assertThat(answered(ScriptedHttpPeer.answer(
                        200, "Content-Type: application/x-protobuf\r\n", "\n\7\u0008\3\u0012\3bad")))
                .isEqualTo(new PartiallyRejected(3, "bad"));
        assertThat(answered(ScriptedHttpPeer.answer(301, "Location: http://elsewhere/\r\n", "")))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        no -> assertThat(no.reason())
                                .contains("301; redirects are not followed (to http://elsewhere/)"));
        assertThat(answered("HTTP/1.1 204 No Content\r\n\r\n")).isEqualTo(new Delivered());
        assertThat(answered("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"))
                .isEqualTo(new Delivered());
        assertThat(answered("HTTP/1.0 200 OK\r\n\r\n")).isEqualTo(new Delivered());
    }

    @Test
    void answerTooLarge_isRejected_declaredOrNot_plainOrInflated() throws Exception {
        String bomb = gzip(new byte[5_000_000]);
        for (String response : List.of(
                ScriptedHttpPeer.answer(200, "", "x".repeat(2_000)),
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n" + "x".repeat(0xfff) + "\r\n0\r\n\r\n",
                ScriptedHttpPeer.answer(200, "Content-Encoding: gzip\r\n", gzip(new byte[2_000])),
                ScriptedHttpPeer.answer(200, "Content-Encoding: gzip\r\n", bomb))) {
            try (ScriptedHttpPeer peer = new ScriptedHttpPeer(ScriptedHttpPeer.always(response))) {
                open(new HttpTransportSettings(peer.uri("/"), Map.of(), Compression.NONE, LONG, LONG, 1000));

                assertThat(send("x"))
                        .isInstanceOfSatisfying(
                                Rejected.class, no -> assertThat(no.reason()).contains("larger than 1000 bytes"));
                runtime.blockOn(transport.shutdown());
            }
        }
    }

    @Test
    void gzippedWords_areRead() throws Exception {
        assertThat(answered(ScriptedHttpPeer.answer(
                        400,
                        "Content-Type: application/x-protobuf\r\nContent-Encoding: gzip\r\n",
                        gzip("\u0008\3\u0012\13no such span"
                                .replace("\13", "\14")
                                .getBytes(ISO_8859_1)))))
                .isInstanceOfSatisfying(
                        BadData.class, no -> assertThat(no.reason()).endsWith("answered 400: no such span"));
    }

    @Test
    void cancel_closesTheConnection_andNothingIsWrittenAfter() throws Exception {
        AtomicInteger ended = new AtomicInteger();
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(connection -> {
            connection.receive();
            connection.awaitEnd();
            ended.incrementAndGet();
        })) {
            open(settings(peer.uri("/")));
            JoinHandle<ExportResult> sending = runtime.handle().spawn(transport.send(payload("x")));
            await(() -> peer.received.size() == 1);

            sending.abort();

            await(() -> ended.get() == 1 && transport.openConnections() == 0);
        }
    }

    @Test
    void shutdown_endsSendsInFlight_atOnce() throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(connection -> {
            connection.receive();
            connection.awaitEnd();
        })) {
            open(settings(peer.uri("/")));
            JoinHandle<ExportResult> sending = runtime.handle().spawn(transport.send(payload("x")));
            await(() -> peer.received.size() == 1);

            runtime.blockOn(transport.shutdown());

            assertThat(runtime.blockOn(sending)).isEqualTo(shutDown());
        }
    }

    @Test
    void runtimeThatStopsFirst_closesEverything() throws Exception {
        AtomicInteger ended = new AtomicInteger();
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(connection -> {
            connection.receive();
            connection.awaitEnd();
            ended.incrementAndGet();
        })) {
            AsyncRuntime own = AsyncRuntime.builder().workerThreads(1).build();
            HttpTransport abandoned = HttpTransport.open(own.handle(), settings(peer.uri("/")));
            own.handle().spawn(abandoned.send(payload("x"))).detach();
            await(() -> peer.received.size() == 1);

            own.close();

            await(() -> ended.get() == 1);
            assertThat(abandoned.openConnections()).isZero();
        }
    }

    @Test
    void manyExports_overManyConnections_leaveNothingBehind() throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            open(settings(peer.uri("/"), Compression.GZIP, LONG, Map.of()));
            long before = HeapAllocator.INSTANCE.metric().usedHeapMemory();
            for (int i = 0; i < 5; i++) {
                sendAtOnce(100);
            }
            runtime.blockOn(transport.shutdown());

            assertThat(peer.received).hasSize(500);
            assertThat(HeapAllocator.INSTANCE.metric().usedHeapMemory()).isEqualTo(before);
            assertThat(HeapAllocator.INSTANCE.metric().usedDirectMemory()).isZero();
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.contains("globalEventExecutor") || name.contains("nioEventLoop"));
        }
    }

    @Test
    void settingsThatMakeNoSense_areRefusedNamingThem() {
        assertThatThrownBy(() -> HttpTransport.open(runtime.handle(), settings(URI.create("ftp://h/"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ftp://h/")
                .hasMessageContaining("allowed");
        assertThatThrownBy(() -> HttpTransport.open(
                        runtime.handle(),
                        settings(URI.create("http://h/"), Compression.NONE, LONG, Map.of("Bad Name", "secret"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Bad Name");
        assertThatThrownBy(() -> HttpTransport.open(
                        runtime.handle(),
                        settings(URI.create("http://h/"), Compression.NONE, LONG, Map.of("key", "two\r\nlines"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key")
                .hasMessageNotContaining("two");
    }

    @Test
    void transportAndServer_ofOurs_understandEachOther() throws Exception {
        HttpServer server = HttpServer.bind(
                runtime.handle(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                HttpServerSettings.defaults(),
                (request, responder) -> responder.respond(new HttpResponse(
                        request.body().length == 100_000 ? 200 : 400, "application/x-protobuf", new byte[0])));
        open(settings(
                URI.create("http://127.0.0.1:" + server.localAddress().getPort() + "/"),
                Compression.GZIP,
                LONG,
                Map.of()));

        assertThat(runtime.blockOn(transport.send(payload(new byte[100_000])))).isEqualTo(new Delivered());
        assertThat(transport.bytesWritten()).isEqualTo(server.bytesRead());
        // The server counts after the kernel took its answer, by when the answer may have arrived already.
        await(() -> transport.bytesRead() == server.bytesWritten());
        runtime.blockOn(server.shutdown(LONG));
    }

    private void open(HttpTransportSettings settings) {
        transport = HttpTransport.open(runtime.handle(), settings);
    }

    private static HttpTransportSettings settings(URI endpoint) {
        return settings(endpoint, Compression.NONE, LONG, Map.of());
    }

    private static HttpTransportSettings settings(
            URI endpoint, Compression compression, Duration exportTimeout, Map<String, String> headers) {
        return new HttpTransportSettings(endpoint, headers, compression, LONG, exportTimeout, 4 << 20);
    }

    private Payload payload(String body) {
        return payload(body.getBytes(ISO_8859_1));
    }

    /** In two buffers, one of them direct. */
    private Payload payload(byte[] body) {
        int half = body.length / 2;
        ByteBuffer direct = ByteBuffer.allocateDirect(body.length - half)
                .put(body, half, body.length - half)
                .flip();
        lent.incrementAndGet();
        return new Payload(
                Signal.TRACES, 1, new ByteBuffer[] {ByteBuffer.wrap(body, 0, half), direct}, lent::decrementAndGet);
    }

    private ExportResult send(String body) throws Exception {
        try (Payload payload = payload(body)) {
            return runtime.blockOn(transport.send(payload));
        }
    }

    private void sendAtOnce(int count) throws Exception {
        List<JoinHandle<ExportResult>> sends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sends.add(runtime.handle().spawn(transport.send(payload("number " + i))));
        }
        for (JoinHandle<ExportResult> sending : sends) {
            assertThat(runtime.blockOn(sending)).isEqualTo(new Delivered());
        }
    }

    private ExportResult answered(String response) throws Exception {
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(connection -> {
            connection.receive();
            connection.send(response);
        })) {
            open(settings(peer.uri("/")));
            ExportResult result = send("x");
            runtime.blockOn(transport.shutdown());
            return result;
        }
    }

    private static String unreachable(ExportResult result) {
        assertThat(result).isInstanceOf(Unreachable.class);
        return ((Unreachable) result).reason();
    }

    private static String gzip(byte[] body) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(body);
        }
        return bytes.toString(ISO_8859_1);
    }
}
