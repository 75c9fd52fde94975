package io.sluice.exporter.transport;

import static io.sluice.exporter.testing.Await.await;
import static io.sluice.exporter.transport.RawHttp2.CONTINUATION;
import static io.sluice.exporter.transport.RawHttp2.DATA;
import static io.sluice.exporter.transport.RawHttp2.END_HEADERS;
import static io.sluice.exporter.transport.RawHttp2.END_STREAM;
import static io.sluice.exporter.transport.RawHttp2.ENHANCE_YOUR_CALM;
import static io.sluice.exporter.transport.RawHttp2.GOAWAY;
import static io.sluice.exporter.transport.RawHttp2.HEADERS;
import static io.sluice.exporter.transport.RawHttp2.PING;
import static io.sluice.exporter.transport.RawHttp2.REFUSED_STREAM;
import static io.sluice.exporter.transport.RawHttp2.RST_STREAM;
import static io.sluice.exporter.transport.RawHttp2.SETTINGS;
import static io.sluice.exporter.transport.RecordingHandler.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.exporter.Signal;
import io.sluice.exporter.testing.GrpcCaller;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.testkit.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Peers that mean harm, by raw frames: each is ended, a client of grpc-java that calls all the while notices nothing, and
 * what was reserved for the attacker is given back.
 */
@Timeout(60)
class Http2AttacksTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    /** The bystander is not to be closed for having waited while a test moved the clock. */
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private static final String TRACES = Signal.TRACES.grpcPath();
    private static final long ROOM = 1L << 40;

    private static final Http2Limits LIMITS = new Http2Limits(10, 65_535, 50, 100, 4, Duration.ofSeconds(30));

    /** Stands still unless a test moves it. */
    private final ManualClock clock = new ManualClock();

    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(2).clock(clock).build();

    private final RecordingHandler handler = new RecordingHandler();
    private HttpServer server;
    private GrpcCaller bystander;
    private int calls;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.bind(
                runtime.handle(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new HttpServerSettings(
                        100, 1_000_000, 1_000_000, 8192, LONG, LONG, FOR_EVER, LONG, Duration.ZERO, 1, LIMITS),
                handler);
        bystander = new GrpcCaller(server.localAddress());
        othersAreServed();
    }

    @AfterEach
    void stop() throws Exception {
        othersAreServed();
        bystander.close();
        runtime.blockOn(server.shutdown(Duration.ZERO));
        assertThat(server.openConnections()).isZero();
        assertThat(handler.room).hasValue(ROOM);
        assertThat(handler.requests.stream().filter(request -> request.body().length == 7))
                .hasSize(calls);
        assertThat(runtime.handle().ioDriver().registrations()).isZero();
        runtime.close();
    }

    private void othersAreServed() throws Exception {
        for (int i = 0; i < 5; i++) {
            calls++;
            assertThat(bystander.call(TRACES, bytes("goodone")).status().isOk()).isTrue();
        }
    }

    /** The server says GOAWAY with {@code error} and hangs up; how far it lets an attacker write is its business. */
    private void isEnded(RawHttp2 peer, int error) throws IOException {
        boolean told = false;
        try {
            while (true) {
                RawHttp2.Frame frame = peer.next();
                told |= frame.type() == GOAWAY && frame.error() == error;
                if (told) {
                    clock.advance(Duration.ofSeconds(1));
                }
            }
        } catch (EOFException | SocketException ended) {
            assertThat(told).isTrue();
        }
    }

    @Test
    void rapidReset_endsTheConnection_atItsLimit() throws Exception {
        try (RawHttp2 peer = peer()) {
            reset(peer, 1, 50);
            // As many as are allowed.
            peer.post(101, END_STREAM, "/v1/traces");
            assertThat(peer.endOf(101).type()).isIn(DATA, HEADERS);
            reset(peer, 103, 1);
            isEnded(peer, ENHANCE_YOUR_CALM);
        }
        assertThat(server.count(ServerEvent.FLOOD)).isOne();
        assertThat(server.count(ServerEvent.CANCELLED)).isGreaterThanOrEqualTo(50);
    }

    /** Each begins a body, for which something is reserved. */
    private static void reset(RawHttp2 peer, int from, int count) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            int stream = from + 2 * i;
            byte[] head = RawHttp2.head("/v1/traces", "content-length", "100000");
            all.writeBytes(RawHttp2.frame(HEADERS, END_HEADERS, stream, head));
            all.writeBytes(RawHttp2.frame(RST_STREAM, 0, stream, RawHttp2.number(8)));
        }
        peer.send(all.toByteArray());
    }

    @Test
    void continuationFlood_endsTheConnection() throws Exception {
        try (RawHttp2 peer = peer()) {
            byte[] head = RawHttp2.head("/v1/traces");
            peer.send(HEADERS, END_STREAM, 1, head);
            for (int i = 0; i < 6; i++) {
                peer.send(CONTINUATION, 0, 1);
            }
            isEnded(peer, ENHANCE_YOUR_CALM);
        }
        assertThat(server.count(ServerEvent.FLOOD)).isOne();
    }

    @Test
    void pingFlood_endsTheConnection_beyondWhatRequestsMakeUpFor() throws Exception {
        try (RawHttp2 peer = peer()) {
            // The settings and their acknowledgement count, too; a request makes up for four.
            ping(peer, 90);
            peer.post(1, END_STREAM, "/v1/traces");
            peer.endOf(1);
            ping(peer, 5);
            peer.post(3, END_STREAM, "/v1/traces");
            peer.endOf(3);
            ping(peer, 100);
            isEnded(peer, ENHANCE_YOUR_CALM);
        }
        assertThat(server.count(ServerEvent.FLOOD)).isOne();
    }

    private static void ping(RawHttp2 peer, int count) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            all.writeBytes(RawHttp2.frame(PING, 0, 0, new byte[8]));
        }
        peer.send(all.toByteArray());
    }

    @Test
    void settingsFlood_endsTheConnection() throws Exception {
        try (RawHttp2 peer = peer()) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < 200; i++) {
                all.writeBytes(RawHttp2.frame(SETTINGS, 0, 0));
            }
            peer.send(all.toByteArray());
            isEnded(peer, ENHANCE_YOUR_CALM);
        }
        assertThat(server.count(ServerEvent.FLOOD)).isOne();
    }

    @Test
    void emptyFrames_endTheConnection() throws Exception {
        try (RawHttp2 peer = peer()) {
            peer.post(1, 0, "/v1/traces", "content-length", "10");
            for (int i = 0; i < 4; i++) {
                peer.send(DATA, 0, 1);
            }
            isEnded(peer, ENHANCE_YOUR_CALM);
        }
        await(() -> handler.discarded.get() == 1);
    }

    @Test
    void headersThatUnfold_areRefused_andTheConnectionWithThem() throws Exception {
        try (RawHttp2 peer = peer()) {
            ByteArrayOutputStream bomb = new ByteArrayOutputStream();
            bomb.writeBytes(RawHttp2.head("/v1/traces"));
            // Into the dynamic table once, and out of it by one byte each.
            bomb.write(0x40);
            bomb.write(1);
            bomb.write('x');
            bomb.write(127);
            bomb.write(1000 - 127 & 127 | 128);
            bomb.write(1000 - 127 >> 7);
            bomb.writeBytes(new byte[1000]);
            for (int i = 0; i < 5000; i++) {
                bomb.write(0x80 | 62);
            }
            peer.send(HEADERS, END_HEADERS | END_STREAM, 1, bomb.toByteArray());
            List<Integer> seen = new ArrayList<>();
            RawHttp2.Frame frame = peer.next();
            while (frame.type() != GOAWAY && !(frame.stream() == 1 && frame.type() == HEADERS)) {
                seen.add(frame.type());
                frame = peer.next();
            }
            if (frame.type() == HEADERS) {
                assertThat(frame.field(":status")).isEqualTo("431");
            }
        }
        assertThat(handler.requests).hasSize(calls);
    }

    @Test
    void streams_beyondTheLimit_areRefusedAlone() throws Exception {
        handler.later = true;
        List<Responder> held = new ArrayList<>();
        try (RawHttp2 peer = peer()) {
            for (int i = 0; i < 10; i++) {
                peer.post(1 + 2 * i, END_STREAM, "/v1/traces");
                held.add(handler.nextResponder());
            }
            peer.post(21, END_STREAM, "/v1/traces");
            RawHttp2.Frame refused = peer.next(RST_STREAM);
            assertThat(refused.stream()).isEqualTo(21);
            assertThat(refused.error()).isEqualTo(REFUSED_STREAM);
            handler.later = false;
            held.forEach(responder -> responder.respond(HttpResponse.text(200, "late")));
            assertThat(peer.endOf(19).text()).isEqualTo("late\n");
        }
        assertThat(server.count(ServerEvent.STREAM_ERROR)).isOne();
    }

    @Test
    void peerThatTakesNoAnswer_isCutOff() throws Exception {
        try (RawHttp2 peer = peer()) {
            // SETTINGS_INITIAL_WINDOW_SIZE
            peer.setting(4, 0);
            peer.post(1, 0, "/v1/traces").send(DATA, END_STREAM, 1, bytes("hi"));
            assertThat(peer.next(HEADERS).field(":status")).isEqualTo("200");
            await(() -> {
                clock.advance(Duration.ofSeconds(1));
                return server.count(ServerEvent.WRITE_TIMEOUT) == 1;
            });
            isEnded(peer, ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void halfAFrame_isNotWaitedForForLong_andAWholeBodyInManyReadsIs() throws Exception {
        try (RawHttp2 slow = peer();
                RawHttp2 steady = peer()) {
            steady.post(1, 0, "/v1/traces", "content-length", "300");
            slow.send(new byte[] {0, 0, 50, HEADERS, 0, 0, 0, 0, 1, 1, 2, 3});
            byte[] frame = RawHttp2.frame(DATA, 0, 1, new byte[10]);
            for (int i = 0; i < 30; i++) {
                // Always in the middle of a frame when time passes.
                steady.send(java.util.Arrays.copyOf(frame, 12));
                clock.advance(Duration.ofMillis(600));
                steady.send(java.util.Arrays.copyOfRange(frame, 12, frame.length));
            }
            steady.send(DATA, END_STREAM, 1);
            assertThat(steady.endOf(1).payload()).hasSize(300);
            await(() -> {
                clock.advance(Duration.ofMillis(500));
                return server.count(ServerEvent.HEAD_TIMEOUT) == 1;
            });
            isEnded(slow, ENHANCE_YOUR_CALM);
        }
    }

    /** The bound that is stated: what is held is the budget, whatever the windows would let in. */
    @Test
    void fullWindows_ofManyConnections_areHeldOnlyAsFarAsTheBudgetGoes() throws Exception {
        handler.later = true;
        handler.room.set(150_000);
        List<RawHttp2> peers = new ArrayList<>();
        int answered = 0;
        try {
            for (int i = 0; i < 20; i++) {
                RawHttp2 peer = peer();
                peers.add(peer);
                // A length that nobody announced; all that the window takes, and no end.
                peer.post(1, 0, "/v1/traces");
                for (int part = 0; part < 4; part++) {
                    peer.send(DATA, 0, 1, new byte[16_000]);
                }
                peer.send(PING, 0, 0, new byte[8]);
            }
            for (RawHttp2 peer : peers) {
                RawHttp2.Frame frame = peer.next();
                while (frame.type() != PING && frame.type() != HEADERS) {
                    frame = peer.next();
                }
                answered += frame.type() == HEADERS ? 1 : 0;
            }
            // Two whole windows fit, and of no other peer more than what was left.
            assertThat(answered).isGreaterThanOrEqualTo(17);
            assertThat(handler.room.get()).isBetween(0L, 150_000L - 2 * 64_000);
        } finally {
            for (RawHttp2 peer : peers) {
                peer.close();
            }
        }
        await(() -> handler.room.get() == 150_000);
        handler.room.set(ROOM);
        handler.later = false;
    }

    @Test
    void what_isNoHttp2_endsTheConnection() throws Exception {
        try (RawHttp2 peer = peer()) {
            peer.send(DATA, 0, 0, (byte) 1);
            isEnded(peer, 1);
        }
        assertThat(server.count(ServerEvent.PROTOCOL_ERROR)).isGreaterThanOrEqualTo(1);
    }

    @Test
    void peersThatVanishInTheMiddle_leaveNothingBehind() throws Exception {
        for (int i = 0; i < 50; i++) {
            RawHttp2 peer = peer();
            peer.post(1, 0, TRACES, "content-type", "application/grpc");
            peer.send(DATA, 0, 1, RawHttp2.message(0, 100_000, new byte[500]));
            int admitted = i + 1;
            await(() -> handler.admitted.get() >= admitted + 5);
            peer.reset();
        }
        await(() -> handler.discarded.get() == 50 && handler.room.get() == ROOM);
        await(() -> server.openConnections() == 1);
    }

    private RawHttp2 peer() throws IOException {
        return new RawHttp2(server.localAddress());
    }
}
