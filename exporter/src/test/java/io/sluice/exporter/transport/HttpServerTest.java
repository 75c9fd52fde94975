package io.sluice.exporter.transport;

import static io.sluice.exporter.testing.Await.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.testkit.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server over loopback against raw bytes. */
@Timeout(30)
class HttpServerTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofSeconds(2);

    /** Stands still unless a test moves it, so that no slow machine runs into a time limit. */
    private final ManualClock clock = new ManualClock();

    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(2).clock(clock).build();

    private final RecordingHandler handler = new RecordingHandler();
    private HttpServer server;

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
    void request_withABody_reachesTheHandlerWhole() throws Exception {
        start(settings());
        try (RawPeer peer = peer()) {
            peer.send("POST /v1/traces?x=1 HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 5\r\n\r\nhello");

            assertThat(peer.receive()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nhello");
        }
        HttpRequest request = handler.requests.remove();
        assertThat(request.head().method()).isEqualTo("POST");
        assertThat(request.head().path()).isEqualTo("/v1/traces");
        assertThat(request.head().header("X-A")).contains("1,2");
        assertThat(request.head().protocol()).isEqualTo(RequestProtocol.HTTP_1);
        PeerConnection connection = request.head().connection();
        assertThat(((InetSocketAddress) connection.address()).getAddress().isLoopbackAddress())
                .isTrue();
        assertThat(connection.secure()).isFalse();
        assertThat(connection.principal()).isEmpty();
        assertThat(request.bodyBytesOnWire()).isEqualTo(5);
    }

    @Test
    void connection_servesRequestsInOrder_alsoPipelinedAndInPieces() throws Exception {
        start(settings());
        try (RawPeer peer = peer()) {
            String two = post("one") + post("two");
            for (byte b : (two + post("three")).getBytes(ISO_8859_1)) {
                peer.send(new byte[] {b});
            }
            assertThat(peer.receive()).endsWith("one");
            assertThat(peer.receive()).endsWith("two");
            assertThat(peer.receive()).endsWith("three");
            peer.send(two);
            assertThat(peer.receive()).endsWith("one");
            assertThat(peer.receive()).endsWith("two");
        }
        assertThat(handler.discarded).hasValue(0);
    }

    @Test
    void request_inChunks_isPutTogether() throws Exception {
        start(settings());
        try (RawPeer peer = peer()) {
            peer.send(
                    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");

            assertThat(peer.receive()).endsWith("abcde");
        }
    }

    @Test
    void request_gzipped_isInflated_smallAndLarge() throws Exception {
        start(settings());
        for (int size : new int[] {10, 300_000}) {
            byte[] body = new java.util.Random(size)
                    .ints(size, 'a', 'z')
                    .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
                    .toString()
                    .getBytes(ISO_8859_1);
            byte[] compressed = gzip(body);
            try (RawPeer peer = peer()) {
                peer.send(gzipHead(compressed.length)).send(compressed);

                assertThat(peer.receive()).endsWith(new String(body, ISO_8859_1));
            }
            assertThat(handler.requests.remove().bodyBytesOnWire()).isEqualTo(compressed.length);
        }
    }

    @Test
    void request_withExpectContinue_isToldToGoOn() throws Exception {
        start(settings());
        try (RawPeer peer = peer()) {
            peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(peer.receive()).startsWith("HTTP/1.1 100 Continue");
            peer.send("ok");
            assertThat(peer.receive()).startsWith("HTTP/1.1 200 OK").endsWith("ok");
        }
    }

    @Test
    void response_givenLaterFromAnotherThread_isSentOnce() throws Exception {
        handler.later = true;
        start(settings());
        try (RawPeer peer = peer()) {
            peer.send(post("later"));
            Responder responder = handler.nextResponder();
            responder.respond(HttpResponse.text(202, "first"));
            responder.respond(HttpResponse.text(500, "second"));

            assertThat(peer.receive()).startsWith("HTTP/1.1 202").endsWith("first\n");
        }
    }

    @Test
    void body_declaredTooLarge_isRefusedBeforeItIsRead() throws Exception {
        start(settings());
        try (RawPeer peer = peer()) {
            peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\n\r\nbegin");

            assertThat(peer.receive())
                    .startsWith("HTTP/1.1 413")
                    .contains("connection: close")
                    .contains("larger than 1000000 bytes");
        }
        assertThat(handler.admitted).hasValue(0);
    }

    @Test
    void body_inChunksTooLarge_isRefused_andWhatWasReservedIsGivenBack() throws Exception {
        start(settings());
        try (RawPeer peer = peer()) {
            peer.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
            for (int i = 0; i < 16; i++) {
                peer.send(chunk);
            }
            assertThat(peer.receive()).startsWith("HTTP/1.1 413");
        }
        assertThat(handler.discarded).hasValue(1);
        assertThat(handler.requests).isEmpty();
    }

    @Test
    void body_inChunks_isRefusedAsSoonAsTheRoomIsUsedUp() throws Exception {
        handler.room.set(2 * 0x10000);
        start(settings());
        try (RawPeer peer = peer()) {
            peer.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 3; i++) {
                peer.send("10000\r\n" + "x".repeat(0x10000) + "\r\n");
            }
            assertThat(peer.receive()).startsWith("HTTP/1.1 429").containsIgnoringCase("retry-after: 2");
        }
        assertThat(handler.discarded).hasValue(1);
        assertThat(handler.requests).isEmpty();
    }

    @Test
    void body_thatInflatesBeyondTheLimit_isRefused() throws Exception {
        start(settings());
        byte[] bomb = gzip(new byte[50_000_000]);
        try (RawPeer peer = peer()) {
            peer.send(gzipHead(bomb.length)).send(bomb);

            assertThat(peer.receive()).startsWith("HTTP/1.1 413").contains("after decompression");
        }
        assertThat(handler.discarded).hasValue(1);
    }

    @Test
    void body_thatIsNotGzip_orIsCutOff_isRefused() throws Exception {
        start(settings());
        byte[] whole = gzip("some text that is long enough".getBytes(ISO_8859_1));
        for (byte[] broken : List.of("no gzip here".getBytes(ISO_8859_1), java.util.Arrays.copyOf(whole, 20))) {
            try (RawPeer peer = peer()) {
                peer.send(gzipHead(broken.length)).send(broken);

                assertThat(peer.receive()).startsWith("HTTP/1.1 400").contains("gzip");
            }
        }
        assertThat(handler.requests).isEmpty();
    }

    @Test
    void encodingUnknown_isRefused() throws Exception {
        start(settings());
        try (RawPeer peer = peer()) {
            peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx");

            assertThat(peer.receive()).startsWith("HTTP/1.1 415").contains("br is not supported");
        }
    }

    @Test
    void admission_refused_isAnsweredBeforeTheBody() throws Exception {
        handler.refusal = new HttpResponse(429, "text/plain", java.util.Map.of("Retry-After", "3"), new byte[0]);
        start(settings());
        try (RawPeer peer = peer()) {
            peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\n");

            assertThat(peer.receive()).startsWith("HTTP/1.1 429").containsIgnoringCase("retry-after: 3");
            peer.send("x".repeat(500_000));
            assertThat(peer.isEnded()).isTrue();
        }
    }

    @Test
    void garbage_isAnswered400() throws Exception {
        start(settings());
        try (RawPeer peer = peer()) {
            peer.send("\u0016\u0003\u0001 what is this\r\n\r\n");
            assertThat(peer.receive()).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void oneVersionTooMany_isAnswered505() throws Exception {
        start(settings());
        try (RawPeer peer = peer()) {
            peer.send("PRI / HTTP/3.0\r\n\r\n");
            assertThat(peer.receive()).startsWith("HTTP/1.1 505").contains("not HTTP/3.0");
        }
    }

    @Test
    void head_tooLarge_isAnswered431_andALongLine414() throws Exception {
        start(settings());
        try (RawPeer peer = peer()) {
            peer.send("GET / HTTP/1.1\r\nX: " + "y".repeat(20_000) + "\r\n\r\n");
            assertThat(peer.receive()).startsWith("HTTP/1.1 431");
        }
        try (RawPeer peer = peer()) {
            peer.send("GET /" + "y".repeat(20_000) + " HTTP/1.1\r\n\r\n");
            assertThat(peer.receive()).startsWith("HTTP/1.1 414");
        }
    }

    @Test
    void slowHead_isAnswered408_andASilentPeerIsClosed() throws Exception {
        start(new HttpServerSettings(10, 1000, 1000, 1000, SHORT, LONG, LONG, 1));
        try (RawPeer slow = peer();
                RawPeer silent = peer()) {
            slow.send("POST / HT");
            await(() -> server.bytesRead() == 9 && server.openConnections() == 2);

            passTimeUntil(() -> server.openConnections() == 0);

            assertThat(slow.receive()).startsWith("HTTP/1.1 408").contains("head took longer than PT2S");
            assertThat(silent.isEnded()).isTrue();
        }
    }

    @Test
    void slowBody_isAnswered408_andWhatWasReservedIsGivenBack() throws Exception {
        start(new HttpServerSettings(10, 1000, 1000, 1000, LONG, SHORT, LONG, 1));
        try (RawPeer peer = peer()) {
            peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
            await(() -> handler.admitted.get() == 1);

            passTimeUntil(() -> server.openConnections() == 0);

            assertThat(peer.receive()).startsWith("HTTP/1.1 408").contains("body");
        }
        assertThat(handler.discarded).hasValue(1);
    }

    @Test
    void idleConnection_isClosed_andABusyOneIsNot() throws Exception {
        start(new HttpServerSettings(10, 1000, 1000, 1000, SHORT, SHORT, SHORT, 1));
        try (RawPeer peer = peer()) {
            handler.later = true;
            peer.send(post("x"));
            Responder responder = handler.nextResponder();
            clock.advance(LONG);
            responder.respond(HttpResponse.text(200, "late"));
            assertThat(peer.receive()).endsWith("late\n");

            passTimeUntil(() -> server.openConnections() == 0);

            assertThat(peer.isEnded()).isTrue();
        }
    }

    @Test
    void peerThatGoesAwayInTheMiddle_leavesNothingBehind() throws Exception {
        start(settings());
        RawPeer peer = peer();
        peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
        await(() -> handler.admitted.get() == 1);
        peer.reset();

        await(() -> handler.discarded.get() == 1 && server.openConnections() == 0);
    }

    @Test
    void connections_beyondTheLimit_areToldSoAndClosed() throws Exception {
        start(new HttpServerSettings(2, 1000, 1000, 1000, LONG, LONG, LONG, 2));
        try (RawPeer first = peer();
                RawPeer second = peer()) {
            first.send(post("1"));
            second.send(post("2"));
            first.receive();
            second.receive();
            try (RawPeer third = peer()) {
                third.send(post("3"));
                assertThat(third.receive())
                        .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                        .contains("connection: close")
                        .endsWith("too many connections are open; come back later\n");
                clock.advance(SHORT);
                assertThat(third.isEnded()).isTrue();
            }
            assertThat(server.openConnections()).isEqualTo(2);
            assertThat(server.count(ServerEvent.CONNECTION_REFUSED)).isOne();
        }
        await(() -> server.openConnections() == 0);
        try (RawPeer fourth = peer()) {
            fourth.send(post("4"));
            assertThat(fourth.receive()).endsWith("4");
        }
    }

    @Test
    void handlerThatThrows_isAnswered500_andReported() throws Exception {
        List<Throwable> reported = new java.util.concurrent.CopyOnWriteArrayList<>();
        try (AsyncRuntime own = AsyncRuntime.builder()
                .workerThreads(1)
                .onUncaught((task, failure) -> reported.add(failure))
                .build()) {
            HttpServer failing = HttpServer.bind(own.handle(), loopback(), settings(), (request, responder) -> {
                throw new IllegalStateException("a bug");
            });
            try (RawPeer peer = new RawPeer(failing.localAddress())) {
                peer.send(post("x"));
                assertThat(peer.receive()).startsWith("HTTP/1.1 500");
            }
            await(() -> !reported.isEmpty());
            assertThat(reported.get(0)).hasRootCauseMessage("a bug");
        }
    }

    @Test
    void shutdown_letsARequestFinish_andClosesIdleConnections() throws Exception {
        handler.later = true;
        start(settings());
        try (RawPeer busy = peer();
                RawPeer idle = peer()) {
            busy.send(post("x"));
            Responder responder = handler.nextResponder();
            CompletableFuture<Boolean> finished = new CompletableFuture<>();
            Thread stopper = new Thread(() -> {
                try {
                    finished.complete(runtime.blockOn(server.shutdown(LONG)));
                } catch (Exception e) {
                    finished.completeExceptionally(e);
                }
            });
            stopper.start();
            assertThat(idle.isEnded()).isTrue();
            await(this::refusesConnections);

            responder.respond(HttpResponse.text(200, "late"));

            assertThat(busy.receive()).startsWith("HTTP/1.1 200").contains("connection: close");
            assertThat(finished.get(10, TimeUnit.SECONDS)).isTrue();
            stopper.join();
        }
    }

    @Test
    void shutdown_whenTheGraceIsOver_closesWhatIsLeft() throws Exception {
        handler.later = true;
        start(settings());
        try (RawPeer busy = peer()) {
            busy.send(post("x"));
            handler.nextResponder();

            assertThat(runtime.blockOn(server.shutdown(Duration.ZERO))).isFalse();

            assertThat(busy.isEnded()).isTrue();
        }
    }

    @Test
    void runtimeThatStopsFirst_closesItsConnections() throws Exception {
        AsyncRuntime own = AsyncRuntime.builder().workerThreads(1).build();
        HttpServer abandoned = HttpServer.bind(own.handle(), loopback(), settings(), handler);
        try (RawPeer peer = new RawPeer(abandoned.localAddress())) {
            peer.send(post("x"));
            peer.receive();
            own.close();

            assertThat(peer.isEnded()).isTrue();
            assertThat(abandoned.openConnections()).isZero();
        }
    }

    @Test
    void bind_toAPortInUse_namesTheAddress() throws Exception {
        start(settings());

        assertThatThrownBy(() -> HttpServer.bind(runtime.handle(), server.localAddress(), settings(), handler))
                .isInstanceOf(BindException.class)
                .hasMessageContaining(":" + server.localAddress().getPort());
    }

    @Test
    void manyClients_atOnce_areAllAnswered_andBytesAreCounted() throws Exception {
        start(new HttpServerSettings(200, 1000, 1000, 4000, LONG, LONG, LONG, 2));
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        URI uri = URI.create("http://127.0.0.1:" + server.localAddress().getPort() + "/");
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answers.add(client.sendAsync(
                            java.net.http.HttpRequest.newBuilder(uri)
                                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString("n" + i))
                                    .build(),
                            java.net.http.HttpResponse.BodyHandlers.ofString())
                    .thenApply(java.net.http.HttpResponse::body));
        }
        for (int i = 0; i < 200; i++) {
            assertThat(answers.get(i).get(10, TimeUnit.SECONDS)).isEqualTo("n" + i);
        }
        assertThat(server.bytesRead()).isGreaterThan(200 * 50L);
        assertThat(server.bytesWritten()).isGreaterThan(200 * 50L);
    }

    private void start(HttpServerSettings settings) throws IOException {
        server = HttpServer.bind(runtime.handle(), loopback(), settings, handler);
    }

    private static HttpServerSettings settings() {
        return new HttpServerSettings(100, 1_000_000, 1_000_000, 8192, LONG, LONG, LONG, 2);
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private RawPeer peer() throws IOException {
        return new RawPeer(server.localAddress());
    }

    private boolean refusesConnections() {
        try (RawPeer peer = peer()) {
            return peer.isEnded();
        } catch (IOException e) {
            return true;
        }
    }

    private static String post(String body) {
        return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String gzipHead(int length) {
        return "POST / HTTP/1.1\r\nHost: h\r\nContent-Encoding: gzip\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static byte[] gzip(byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(body);
        }
        return bytes.toByteArray();
    }

    /** Time passes until {@code condition} holds, and not much longer. */
    private void passTimeUntil(BooleanSupplier condition) {
        await(() -> {
            clock.advance(Duration.ofMillis(100));
            return condition.getAsBoolean();
        });
    }
}
