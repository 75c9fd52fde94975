package io.sluice.exporter.transport;

import static io.sluice.exporter.testing.Await.await;
import static io.sluice.exporter.transport.RawHttp2.DATA;
import static io.sluice.exporter.transport.RawHttp2.END_STREAM;
import static io.sluice.exporter.transport.RawHttp2.GOAWAY;
import static io.sluice.exporter.transport.RawHttp2.HEADERS;
import static io.sluice.exporter.transport.RawHttp2.PING;
import static io.sluice.exporter.transport.RawHttp2.RST_STREAM;
import static io.sluice.exporter.transport.RecordingHandler.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.sluice.exporter.Signal;
import io.sluice.exporter.testing.GrpcCaller;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.testkit.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server over HTTP/2 against grpc-java's client and raw frames. */
@Timeout(30)
class Http2ServerTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final String TRACES = Signal.TRACES.grpcPath();
    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

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
        assertThat(handler.room).hasValue(1L << 40);
        runtime.close();
    }

    // ---- gRPC ---------------------------------------------------------------------------------------------------

    @Test
    void call_reachesTheHandlerLikeARequest() throws Exception {
        start(settings());
        try (GrpcCaller caller = new GrpcCaller(server.localAddress())) {
            GrpcCaller.Outcome outcome = caller.call(TRACES, bytes("hello"));

            assertThat(outcome.status().isOk()).isTrue();
            assertThat(outcome.response()).isEqualTo(bytes("hello"));
        }
        HttpRequest request = handler.nextRequest();
        assertThat(request.head().protocol()).isEqualTo(RequestProtocol.GRPC);
        assertThat(request.head().method()).isEqualTo("POST");
        assertThat(request.head().path()).isEqualTo(TRACES);
        assertThat(request.head().contentLength()).hasValue(5);
        assertThat(request.head().header("user-agent"))
                .hasValueSatisfying(agent -> assertThat(agent).contains("grpc-java"));
        assertThat(request.bodyBytesOnWire()).isEqualTo(5);
        assertThat(request.head().connection().secure()).isFalse();
    }

    @Test
    void calls_manyAtOnce_smallAndLarge_areAllAnswered() throws Exception {
        start(settings());
        List<CompletableFuture<GrpcCaller.Outcome>> outcomes = new ArrayList<>();
        try (GrpcCaller caller = new GrpcCaller(server.localAddress())) {
            for (int i = 0; i < 300; i++) {
                outcomes.add(caller.start(TRACES, payload(i), CallOptions.DEFAULT));
            }
            for (int i = 0; i < 300; i++) {
                GrpcCaller.Outcome outcome = outcomes.get(i).get(10, TimeUnit.SECONDS);
                assertThat(outcome.status().isOk()).as("%s", outcome.status()).isTrue();
                assertThat(outcome.response()).isEqualTo(payload(i));
            }
        }
        assertThat(handler.requests).hasSize(300);
    }

    /** Every tenth is larger than the windows. */
    private static byte[] payload(int number) {
        byte[] bytes = new byte[number % 10 == 9 ? 600_000 + number : number];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    @Test
    void call_gzipped_isInflated_smallAndLarge() throws Exception {
        start(settings());
        try (GrpcCaller caller = new GrpcCaller(server.localAddress())) {
            for (int size : new int[] {1, 500, 400_000}) {
                byte[] body = new byte[size];
                new java.util.Random(size).nextBytes(body);
                GrpcCaller.Outcome outcome = caller.start(TRACES, body, CallOptions.DEFAULT.withCompression("gzip"))
                        .get(10, TimeUnit.SECONDS);
                assertThat(outcome.response()).isEqualTo(body);
                assertThat(handler.nextRequest().head().header("content-encoding"))
                        .contains("gzip");
            }
        }
    }

    @Test
    void answer_givenLaterFromAnotherThread_isSentOnce() throws Exception {
        handler.later = true;
        start(settings());
        try (GrpcCaller caller = new GrpcCaller(server.localAddress())) {
            CompletableFuture<GrpcCaller.Outcome> outcome = caller.start(TRACES, bytes("later"), CallOptions.DEFAULT);
            Responder responder = handler.nextResponder();
            responder.respond(new HttpResponse(200, "application/x-protobuf", bytes("first")));
            responder.respond(HttpResponse.text(500, "second"));

            assertThat(outcome.get(10, TimeUnit.SECONDS).response()).isEqualTo(bytes("first"));
        }
    }

    @Test
    void refusal_carriesCodeWordsAndRetryInfo() throws Exception {
        handler.room.set(3);
        start(settings());
        try (GrpcCaller caller = new GrpcCaller(server.localAddress())) {
            GrpcCaller.Outcome outcome = caller.call(TRACES, bytes("hello"));

            assertThat(outcome.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(outcome.status().getDescription()).isEqualTo("no room");
            com.google.protobuf.CodedInputStream details = com.google.protobuf.CodedInputStream.newInstance(
                    outcome.trailers().get(DETAILS));
            assertThat(details.readTag()).isEqualTo(1 << 3);
            assertThat(details.readInt32()).isEqualTo(8);
            assertThat(details.readTag()).isEqualTo((2 << 3) | 2);
            assertThat(details.readString()).isEqualTo("no room");
            assertThat(details.readTag()).isEqualTo((3 << 3) | 2);
            com.google.protobuf.Any any = com.google.protobuf.Any.parseFrom(details.readByteArray());
            assertThat(any.getTypeUrl()).isEqualTo("type.googleapis.com/google.rpc.RetryInfo");
            com.google.protobuf.CodedInputStream retryInfo = any.getValue().newCodedInput();
            assertThat(retryInfo.readTag()).isEqualTo((1 << 3) | 2);
            assertThat(com.google.protobuf.Duration.parseFrom(retryInfo.readByteArray()))
                    .isEqualTo(com.google.protobuf.Duration.newBuilder()
                            .setSeconds(1)
                            .setNanos(500_000_000)
                            .build());
        }
        assertThat(handler.refused).hasValue(1);
        handler.room.set(1L << 40);
    }

    @Test
    void refusal_inWordsThatAreNotAscii_arrivesAsWritten() throws Exception {
        handler.later = true;
        start(settings());
        try (GrpcCaller caller = new GrpcCaller(server.localAddress())) {
            CompletableFuture<GrpcCaller.Outcome> outcome = caller.start(TRACES, bytes("x"), CallOptions.DEFAULT);
            handler.nextResponder()
                    .respond(HttpResponse.text(400, "").withGrpcStatus(new GrpcStatus(3, "100 % für\nfalsch")));

            assertThat(outcome.get(10, TimeUnit.SECONDS).status().getDescription())
                    .isEqualTo("100 % für\nfalsch");
        }
    }

    @Test
    void message_tooLarge_isRefusedByItsPrefix_beforeItsBytesCome() throws Exception {
        start(settings());
        try (RawHttp2 peer = peer()) {
            peer.post(1, 0, TRACES, "content-type", "application/grpc");
            peer.send(DATA, 0, 1, RawHttp2.message(0, 2_000_000));

            RawHttp2.Frame answer = peer.endOf(1);
            assertThat(answer.type()).isEqualTo(HEADERS);
            assertThat(handler.admitted).hasValue(0);
            // There is more to come than is worth waiting for.
            assertThat(peer.endOf(1).error()).isEqualTo(RawHttp2.NO_ERROR);
        }
        try (GrpcCaller caller = new GrpcCaller(server.localAddress())) {
            GrpcCaller.Outcome outcome = caller.call(TRACES, new byte[2_000_000]);
            assertThat(outcome.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(outcome.status().getDescription()).isEqualTo("the body is larger than 1000000 bytes");
        }
    }

    @Test
    void message_thatInflatesBeyondTheLimit_isRefused_andWhatWasReservedIsGivenBack() throws Exception {
        start(settings());
        try (GrpcCaller caller = new GrpcCaller(server.localAddress())) {
            GrpcCaller.Outcome outcome = caller.start(
                            TRACES, new byte[5_000_000], CallOptions.DEFAULT.withCompression("gzip"))
                    .get(10, TimeUnit.SECONDS);
            assertThat(outcome.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(outcome.status().getDescription()).contains("after decompression");
        }
        assertThat(handler.discarded).hasValue(1);
    }

    @Test
    void callsThatAreNone_areToldWhatIsWrong() throws Exception {
        start(settings());
        expect(13, "0 or a 1", RawHttp2.message(7, 1, (byte) 1));
        expect(13, "does not say how", RawHttp2.message(1, 1, (byte) 1));
        expect(13, "more than one message", RawHttp2.message(0, 1, (byte) 1, (byte) 2));
        expect(13, "4 bytes before the end", RawHttp2.message(0, 5, (byte) 1));
        expect(13, "before its message", (byte) 0, (byte) 0);
        expect(12, "grpc-encoding snappy", RawHttp2.message(1, 1, (byte) 1), "grpc-encoding", "snappy");
        expect(13, "grpc-timeout is 5 s", RawHttp2.message(0, 1, (byte) 1), "grpc-timeout", "5 s");
        assertThat(handler.requests).isEmpty();
    }

    private void expect(int code, String words, byte... message) throws IOException {
        expect(code, words, message, new String[0]);
    }

    private void expect(int code, String words, byte[] message, String... fields) throws IOException {
        String[] all = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("content-type", "application/grpc+proto"),
                        java.util.Arrays.stream(fields))
                .toArray(String[]::new);
        try (RawHttp2 peer = peer()) {
            peer.post(1, 0, TRACES, all).send(DATA, END_STREAM, 1, message);
            RawHttp2.Frame answer = peer.endOf(1);
            assertThat(answer.field("grpc-status")).isEqualTo(Integer.toString(code));
            assertThat(answer.field("grpc-message")).contains(words);
        }
    }

    /** gRPC over HTTP/2, "Compression": the answer lists what the server takes. */
    @Test
    void compressedMessage_isTakenByEveryCodingOfTheHandler_andTheAnswerListsThem() throws Exception {
        start(settings());
        byte[] plain = bytes("a message that is compressed");
        for (String encoding : List.of("gzip", "deflate")) {
            byte[] compressed = compressed(encoding, plain);
            try (RawHttp2 peer = peer()) {
                peer.post(1, 0, TRACES, "content-type", "application/grpc", "grpc-encoding", encoding);
                peer.send(DATA, END_STREAM, 1, RawHttp2.message(1, compressed.length, compressed));
                assertThat(peer.next(HEADERS).field("grpc-accept-encoding")).isEqualTo("identity,gzip,deflate");
                assertThat(peer.endOf(1).field("grpc-status")).isEqualTo("0");
            }
        }
        assertThat(handler.requests)
                .hasSize(2)
                .allSatisfy(body -> assertThat(body.body()).isEqualTo(plain));
    }

    private static byte[] compressed(String encoding, byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream in = encoding.equals("gzip") ? new GZIPOutputStream(out) : new DeflaterOutputStream(out)) {
            in.write(plain);
        }
        return out.toByteArray();
    }

    @Test
    void callOfAnotherContent_isUnimplemented() throws Exception {
        start(settings());
        try (RawHttp2 peer = peer()) {
            peer.post(1, 0, TRACES, "content-type", "application/grpc+json");
            peer.send(DATA, END_STREAM, 1, RawHttp2.message(0, 2, bytes("{}")));
            assertThat(peer.endOf(1).field("grpc-status")).isEqualTo("12");
        }
    }

    @Test
    void callsOwnTimeLimit_isKept() throws Exception {
        handler.later = true;
        start(settings());
        try (RawHttp2 peer = peer()) {
            peer.post(1, 0, TRACES, "content-type", "application/grpc", "grpc-timeout", "100m");
            peer.send(DATA, END_STREAM, 1, RawHttp2.message(0, 2, bytes("hi")));
            Responder tooLate = handler.nextResponder();
            clock.advance(Duration.ofMillis(100));

            assertThat(peer.endOf(1).field("grpc-status")).isEqualTo("4");
            tooLate.respond(HttpResponse.text(200, "late"));
            handler.later = false;
            peer.post(3, 0, TRACES, "content-type", "application/grpc");
            peer.send(DATA, END_STREAM, 3, RawHttp2.message(0, 2, bytes("on")));
            assertThat(peer.endOf(3).field("grpc-status")).isEqualTo("0");
        }
    }

    @Test
    void callThatIsCancelled_givesBackWhatWasReserved() throws Exception {
        start(settings());
        try (RawHttp2 peer = peer()) {
            peer.post(1, 0, TRACES, "content-type", "application/grpc");
            peer.send(DATA, 0, 1, RawHttp2.message(0, 500_000, new byte[1000]));
            await(() -> handler.admitted.get() == 1);
            assertThat(handler.room).hasValue((1L << 40) - 500_000);
            peer.send(RST_STREAM, 0, 1, RawHttp2.number(8));

            await(() -> handler.discarded.get() == 1);
            assertThat(server.count(ServerEvent.CANCELLED)).isOne();
        }
    }

    // ---- plain HTTP over HTTP/2 -----------------------------------------------------------------------------------

    @Test
    void request_overHttp2_reachesTheHandler_onTheSameConnectionAsCalls() throws Exception {
        start(settings());
        try (RawHttp2 peer = peer()) {
            peer.post(1, 0, "/v1/traces?x=1", "content-type", "application/x-protobuf", "content-length", "5");
            peer.send(DATA, END_STREAM, 1, bytes("hello"));
            assertThat(peer.endOf(1).text()).isEqualTo("hello");
            peer.post(3, 0, TRACES, "content-type", "application/grpc");
            peer.send(DATA, END_STREAM, 3, RawHttp2.message(0, 2, bytes("hi")));
            assertThat(peer.endOf(3).field("grpc-status")).isEqualTo("0");
            peer.post(5, END_STREAM, "/healthz");
            assertThat(peer.endOf(5).field(":status")).isEqualTo("200");
        }
        HttpRequest request = handler.nextRequest();
        assertThat(request.head().protocol()).isEqualTo(RequestProtocol.HTTP_2);
        assertThat(request.head().path()).isEqualTo("/v1/traces");
        assertThat(request.head().header("host")).contains("localhost");
    }

    /** Reads of all sizes that end anywhere in a frame, of two connections by turns: each byte where it belongs. */
    @Test
    void bodies_cutAnywhereByTheNetwork_arriveWhole() throws Exception {
        start(settings());
        Random random = new Random(11);
        byte[][] bodies = {new byte[190_000], new byte[210_000]};
        byte[][] wire = new byte[2][];
        for (int i = 0; i < 2; i++) {
            random.nextBytes(bodies[i]);
            wire[i] = posted(bodies[i]);
        }
        try (RawHttp2 one = peer();
                RawHttp2 other = peer()) {
            int[] sent = new int[2];
            for (int turn = 0; sent[0] < wire[0].length || sent[1] < wire[1].length; turn++) {
                int i = turn % 2;
                int chunk = 1 + random.nextInt(turn % 5 == 0 ? 100_000 : 5_000);
                int next = Math.min(wire[i].length, sent[i] + chunk);
                (i == 0 ? one : other).send(Arrays.copyOfRange(wire[i], sent[i], next));
                sent[i] = next;
            }
            await(() -> handler.requests.size() == 2);
            assertThat(handler.requests)
                    .extracting(HttpRequest::body)
                    .usingElementComparator(Arrays::compare)
                    .containsExactlyInAnyOrder(bodies);
        }
    }

    /** As one request of frames of the usual largest size. */
    private static byte[] posted(byte[] body) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wire.writeBytes(RawHttp2.frame(HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.head("/v1/traces")));
        for (int at = 0; at < body.length; at += 16_384) {
            int end = Math.min(body.length, at + 16_384);
            int flags = end == body.length ? END_STREAM : 0;
            wire.writeBytes(RawHttp2.frame(DATA, flags, 1, Arrays.copyOfRange(body, at, end)));
        }
        return wire.toByteArray();
    }

    @Test
    void request_withoutALength_isRefusedAsSoonAsTheRoomIsUsedUp() throws Exception {
        handler.room.set(20_000);
        start(settings());
        try (RawHttp2 peer = peer()) {
            peer.post(1, 0, "/v1/traces");
            peer.send(DATA, 0, 1, new byte[16_000]);
            peer.send(DATA, 0, 1, new byte[16_000]);
            assertThat(peer.next(HEADERS).field("retry-after")).isEqualTo("2");
            assertThat(peer.endOf(1).text()).isEqualTo("no room\n");
            // It does not stop at that.
            await(() -> {
                clock.advance(SHORT);
                return peer.hasMore();
            });
            assertThat(peer.next(RST_STREAM).error()).isEqualTo(RawHttp2.NO_ERROR);
        }
        await(() -> handler.discarded.get() == 1);
        assertThat(handler.room).hasValue(20_000);
        handler.room.set(1L << 40);
    }

    @Test
    void request_declaredTooLarge_isRefusedByItsHead() throws Exception {
        start(settings());
        try (RawHttp2 peer = peer()) {
            peer.post(1, 0, "/", "content-length", "2000000");
            assertThat(peer.next(HEADERS).field(":status")).isEqualTo("413");
        }
        assertThat(handler.admitted).hasValue(0);
    }

    @Test
    void slowBody_isAnswered408_andWhatWasReservedIsGivenBack_andOthersGoOn() throws Exception {
        start(settings());
        try (RawHttp2 peer = peer()) {
            peer.post(1, 0, "/", "content-length", "10").send(DATA, 0, 1, bytes("abc"));
            await(() -> handler.admitted.get() == 1);
            clock.advance(LONG);
            assertThat(peer.next(HEADERS).field(":status")).isEqualTo("408");
            peer.post(3, 0, "/", "content-length", "2").send(DATA, END_STREAM, 3, bytes("on"));
            assertThat(peer.endOf(3).text()).isEqualTo("on");
        }
        assertThat(handler.discarded).hasValue(1);
        assertThat(server.count(ServerEvent.BODY_TIMEOUT)).isOne();
    }

    // ---- the end --------------------------------------------------------------------------------------------------

    @Test
    void shutdown_saysGoAway_answersWhatIsUnderWay_andTakesNothingNew() throws Exception {
        handler.later = true;
        start(settings());
        try (RawHttp2 busy = peer();
                RawHttp2 idle = peer()) {
            busy.post(1, 0, TRACES, "content-type", "application/grpc");
            busy.send(DATA, END_STREAM, 1, RawHttp2.message(0, 2, bytes("hi")));
            Responder responder = handler.nextResponder();
            // Its first frame: the server knows by now what it speaks.
            assertThat(idle.next().type()).isEqualTo(RawHttp2.SETTINGS);
            var finished = runtime.handle().spawn(server.shutdown(LONG));

            assertThat(idle.next(GOAWAY).error()).isEqualTo(RawHttp2.NO_ERROR);
            idle.send(PING, RawHttp2.ACK, 0, idle.next(PING).payload());
            assertThat(idle.isEnded()).isTrue();
            // A request that crosses it on the way is told so.
            assertThat(busy.next(GOAWAY).error()).isEqualTo(RawHttp2.NO_ERROR);
            busy.post(3, 0, TRACES, "content-type", "application/grpc");
            busy.send(DATA, END_STREAM, 3, RawHttp2.message(0, 2, bytes("no")));
            assertThat(busy.endOf(3).field("grpc-status")).isEqualTo("14");
            busy.post(5, END_STREAM, "/v1/traces");
            assertThat(busy.next(HEADERS).field(":status")).isEqualTo("503");
            clock.advance(SHORT);
            assertThat(busy.next(GOAWAY).lastStream()).isEqualTo(5);
            responder.respond(new HttpResponse(200, "application/x-protobuf", bytes("yes")));

            RawHttp2.Frame answer = busy.next(DATA);
            assertThat(answer.stream()).isOne();
            assertThat(busy.isEnded()).isTrue();
            assertThat(runtime.blockOn(finished)).isTrue();
        }
        assertThat(handler.requests).hasSize(1);
    }

    @Test
    void agedConnection_isEndedOnceItsPeerHasSeenGoAway_withWhatIsUnderWay() throws Exception {
        handler.later = true;
        start(aging());
        try (RawHttp2 peer = peer()) {
            peer.post(1, 0, TRACES, "content-type", "application/grpc");
            peer.send(DATA, END_STREAM, 1, RawHttp2.message(0, 2, bytes("hi")));
            Responder first = handler.nextResponder();
            clock.advance(SHORT);
            assertThat(peer.next(GOAWAY).lastStream()).isEqualTo(Integer.MAX_VALUE);
            // What crossed it on the way is served, for the server does not end.
            peer.post(3, 0, TRACES, "content-type", "application/grpc");
            peer.send(DATA, END_STREAM, 3, RawHttp2.message(0, 2, bytes("ho")));
            Responder second = handler.nextResponder();
            peer.send(PING, RawHttp2.ACK, 0, peer.next(PING).payload());
            assertThat(peer.next(GOAWAY).lastStream()).isEqualTo(3);
            second.respond(new HttpResponse(200, "application/x-protobuf", bytes("2")));
            assertThat(peer.endOf(3).field("grpc-status")).isEqualTo("0");
            first.respond(new HttpResponse(200, "application/x-protobuf", bytes("1")));
            assertThat(peer.endOf(1).field("grpc-status")).isEqualTo("0");
            assertThat(peer.isEnded()).isTrue();
        }
        assertThat(server.count(ServerEvent.AGED_OUT)).isOne();
    }

    private static HttpServerSettings aging() {
        HttpServerSettings base = settings();
        return new HttpServerSettings(
                base.maxConnections(),
                base.maxBodyBytes(),
                base.maxInflatedBytes(),
                base.maxHeaderBytes(),
                LONG,
                LONG,
                LONG,
                LONG,
                SHORT,
                1,
                base.http2());
    }

    @Test
    void clientOfGrpc_survivesARestartOfTheServer() throws Exception {
        start(settings());
        try (GrpcCaller caller = new GrpcCaller(server.localAddress())) {
            assertThat(caller.call(TRACES, bytes("1")).status().isOk()).isTrue();
            InetSocketAddress address = server.localAddress();
            runtime.blockOn(server.shutdown(LONG));
            server = HttpServer.bind(runtime.handle(), address, settings(), handler);

            await(() -> {
                try {
                    return caller.call(TRACES, bytes("2")).status().isOk();
                } catch (Exception e) {
                    return false;
                }
            });
        }
    }

    @Test
    void idleConnection_isToldToGo() throws Exception {
        start(settings());
        try (RawHttp2 peer = peer()) {
            peer.post(1, 0, "/", "content-length", "2").send(DATA, END_STREAM, 1, bytes("hi"));
            peer.endOf(1);
            await(() -> {
                clock.advance(Duration.ofSeconds(1));
                return server.openConnections() == 0;
            });
            assertThat(peer.next(GOAWAY).error()).isEqualTo(RawHttp2.NO_ERROR);
        }
        assertThat(server.count(ServerEvent.IDLE_CLOSED)).isOne();
    }

    @Test
    void runtimeThatStopsFirst_closesItsConnections() throws Exception {
        AsyncRuntime own = AsyncRuntime.builder().workerThreads(1).build();
        HttpServer abandoned = HttpServer.bind(own.handle(), loopback(), settings(), handler);
        try (RawHttp2 peer = new RawHttp2(abandoned.localAddress())) {
            peer.post(1, 0, "/", "content-length", "2");
            await(() -> handler.admitted.get() == 1);
            own.close();

            assertThat(peer.isEnded()).isTrue();
            assertThat(abandoned.openConnections()).isZero();
            assertThat(handler.discarded).hasValue(1);
        }
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

    private RawHttp2 peer() throws IOException {
        return new RawHttp2(server.localAddress());
    }
}
