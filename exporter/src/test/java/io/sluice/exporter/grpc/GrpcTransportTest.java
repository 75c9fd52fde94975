package io.sluice.exporter.grpc;

import static io.sluice.exporter.testing.Await.await;
import static io.sluice.exporter.testing.Await.awaitWhileTimePasses;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Metadata;
import io.grpc.Status;
import io.sluice.exporter.AnswerCode;
import io.sluice.exporter.CodedAttempt;
import io.sluice.exporter.Compression;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.ExportResult.BadData;
import io.sluice.exporter.ExportResult.Delivered;
import io.sluice.exporter.ExportResult.PartiallyRejected;
import io.sluice.exporter.ExportResult.Rejected;
import io.sluice.exporter.ExportResult.RetryAfter;
import io.sluice.exporter.ExportResult.TooLarge;
import io.sluice.exporter.ExportResult.Unreachable;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import io.sluice.exporter.testing.GrpcPeer;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.testkit.ManualClock;
import io.sluice.runtime.testkit.TestWaker;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The transport over loopback against grpc-java's own server. */
@Timeout(30)
class GrpcTransportTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    /** Stands still unless a test moves it, so that no slow machine runs into a time limit. */
    private final ManualClock clock = new ManualClock();

    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(2).clock(clock).build();
    private GrpcTransport transport;

    /** Whatever a test did, nothing is left of it. */
    @AfterEach
    void stop() throws Exception {
        if (transport != null) {
            shutDown();
            assertThat(transport.openConnections()).isZero();
            assertThat(runtime.blockOn(transport.send(payload("late"))))
                    .isEqualTo(new Unreachable(transport.name() + ": the transport is shut down"));
        }
        assertThat(runtime.handle().ioDriver().registrations()).isZero();
        assertThat(runtime.handle().timeDriver().timers()).isZero();
        runtime.close();
    }

    /** The grace for farewells passes only if the test's clock does. */
    private void shutDown() throws Exception {
        awaitWhileTimePasses(runtime, clock, transport.shutdown());
    }

    @Test
    void send_callsTheSignalsService_withThePayloadAndHeaders() throws Exception {
        try (GrpcPeer peer = new GrpcPeer(GrpcPeer.ok())) {
            open(settings(peer.uri(), Compression.NONE, Map.of("X-Key", "secret", "trace-bin", "AQID")));
            for (Signal signal : Signal.values()) {
                byte[] body = ("hello " + signal).getBytes(ISO_8859_1);
                assertThat(send(new Payload(signal, 1, new ByteBuffer[] {ByteBuffer.wrap(body)}, () -> {})))
                        .isEqualTo(new Delivered());

                GrpcPeer.Call call = peer.received().get(peer.received().size() - 1);
                assertThat(call.signal()).isEqualTo(signal);
                assertThat(call.message()).isEqualTo(body);
                assertThat(header(call, "x-key")).isEqualTo("secret");
                assertThat(call.headers().get(Metadata.Key.of("trace-bin", Metadata.BINARY_BYTE_MARSHALLER)))
                        .containsExactly(1, 2, 3);
                assertThat(header(call, "user-agent")).startsWith("Sluice-OTLP-Exporter-Java/");
                assertThat(header(call, "content-type")).isEqualTo("application/grpc");
                assertThat(header(call, "grpc-encoding")).isNull();
                assertThat(header(call, "grpc-timeout")).isNotNull();
                assertThat(call.authority()).isEqualTo("127.0.0.1:" + peer.port());
            }
        }
    }

    @Test
    void attempt_tellsTheStatusOfItsAnswer() throws Exception {
        AtomicInteger turn = new AtomicInteger();
        try (GrpcPeer peer = new GrpcPeer(call -> {
            if (turn.getAndIncrement() == 0) {
                call.fail(Status.PERMISSION_DENIED, new Metadata());
            } else {
                GrpcPeer.ok().answer(call);
            }
        })) {
            open(settings(peer.uri()));
            CodedAttempt denied = (CodedAttempt) transport.send(payload("one"));
            runtime.blockOn(denied);
            CodedAttempt taken = (CodedAttempt) transport.send(payload("two"));
            runtime.blockOn(taken);

            assertThat(denied.code()).contains(new AnswerCode.Grpc(7));
            assertThat(taken.code()).contains(new AnswerCode.Grpc(0));
        }
        CodedAttempt lost = (CodedAttempt) transport.send(payload("three"));
        runtime.blockOn(lost);
        assertThat(lost.code()).isEmpty();
    }

    @Test
    void send_withSeveralParts_joinsThem_andLeavesThePayloadAsItWas() throws Exception {
        try (GrpcPeer peer = new GrpcPeer(GrpcPeer.ok())) {
            open(settings(peer.uri()));
            ByteBuffer direct =
                    ByteBuffer.allocateDirect(3).put(new byte[] {4, 5, 6}).flip();
            Payload parts = new Payload(
                    Signal.LOGS, 1, new ByteBuffer[] {ByteBuffer.wrap(new byte[] {1, 2, 3}), direct}, () -> {});

            assertThat(send(parts)).isEqualTo(new Delivered());
            assertThat(send(parts)).isEqualTo(new Delivered());

            assertThat(peer.received())
                    .hasSize(2)
                    .allSatisfy(call -> assertThat(call.message()).containsExactly(1, 2, 3, 4, 5, 6));
        }
    }

    @Test
    void send_withGzip_compressesSmallAndLarge() throws Exception {
        try (GrpcPeer peer = new GrpcPeer(GrpcPeer.ok());
                Relay wire = new Relay(peer.port())) {
            open(settings(wire.uri(), Compression.GZIP, Map.of()));
            for (int size : new int[] {0, 100, 3_000_000}) {
                byte[] body = new byte[size];
                new Random(size).nextBytes(body);
                assertThat(send(payload(body))).isEqualTo(new Delivered());

                GrpcPeer.Call call = peer.received().get(peer.received().size() - 1);
                assertThat(header(call, "grpc-encoding")).isEqualTo("gzip");
                assertThat(call.message()).isEqualTo(body);
            }
            long before = wire.upBytes.get();
            byte[] repetitive = new byte[4 << 20];
            assertThat(send(payload(repetitive))).isEqualTo(new Delivered());

            assertThat(peer.received().get(3).message()).isEqualTo(repetitive);
            assertThat(wire.upBytes.get() - before).isLessThan(50_000);
            assertThat(wire.connections()).isEqualTo(1);
        }
    }

    @Test
    void bytes_countedByTheStreams_areWhatPassedTheWire() throws Exception {
        try (GrpcPeer peer = new GrpcPeer(GrpcPeer.ok());
                Relay wire = new Relay(peer.port())) {
            open(settings(wire.uri()));
            byte[] body = new byte[4 << 20];
            new Random(1).nextBytes(body);
            assertThat(send(payload(body))).isEqualTo(new Delivered());

            assertThat(peer.received().get(0).message()).isEqualTo(body);
            await(() ->
                    transport.bytesWritten() == wire.upBytes.get() && transport.bytesRead() == wire.downBytes.get());
            assertThat(transport.bytesWritten()).isGreaterThan(4 << 20);
        }
    }

    @Test
    void sendsAtOnce_shareOneConnection() throws Exception {
        CountDownLatch all = new CountDownLatch(100);
        try (GrpcPeer peer = new GrpcPeer(call -> {
                    all.countDown();
                    all.await();
                    call.ok();
                });
                Relay wire = new Relay(peer.port())) {
            open(settings(wire.uri()));
            sendAtOnce(100);
            sendAtOnce(100);

            assertThat(wire.connections()).isEqualTo(1);
            assertThat(peer.received()).hasSize(200);
            assertThat(transport.openConnections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"CANCELLED", "DEADLINE_EXCEEDED", "ABORTED", "OUT_OF_RANGE", "UNAVAILABLE", "DATA_LOSS"})
    void status_thatTheSpecificationCallsRetryable_isRetryAfter(Status.Code code) throws Exception {
        try (GrpcPeer peer = new GrpcPeer(GrpcPeer.failing(Status.fromCode(code).withDescription("busy\nnow")))) {
            open(settings(peer.uri()));

            assertThat(send("x"))
                    .isEqualTo(new RetryAfter(Optional.empty(), peer.uri() + " answered " + code + ": busy now"));
            assertThat(peer.received()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "OK",
                "CANCELLED",
                "DEADLINE_EXCEEDED",
                "ABORTED",
                "OUT_OF_RANGE",
                "UNAVAILABLE",
                "DATA_LOSS",
                "INVALID_ARGUMENT",
                "UNIMPLEMENTED"
            })
    void status_thatTheSpecificationCallsFinal_isRejected_withTheReason(Status.Code code) throws Exception {
        try (GrpcPeer peer = new GrpcPeer(GrpcPeer.failing(Status.fromCode(code).withDescription("no")))) {
            open(settings(peer.uri()));

            assertThat(send("x")).isEqualTo(new Rejected(peer.uri() + " answered " + code + ": no"));
            assertThat(peer.received()).hasSize(1);
        }
    }

    @Test
    void invalidArgument_isBadData() throws Exception {
        try (GrpcPeer peer = new GrpcPeer(GrpcPeer.failing(Status.INVALID_ARGUMENT.withDescription("no")))) {
            open(settings(peer.uri()));

            assertThat(send("x")).isEqualTo(new BadData(peer.uri() + " answered INVALID_ARGUMENT: no"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "grpc: received message larger than max (5000000 vs. 4194304)",
                "grpc: received message after decompression larger than max (5000000 vs. 4194304)",
                "gRPC message exceeds maximum size 4194304: 5000000",
                "Decompressed gRPC message exceeds maximum size 4194304",
                "Received message larger than max (5000000 vs. 4194304)"
            })
    void exhaustion_byAMessagesSize_isTooLarge(String words) throws Exception {
        try (GrpcPeer peer = new GrpcPeer(GrpcPeer.failing(Status.RESOURCE_EXHAUSTED.withDescription(words)))) {
            open(settings(peer.uri()));

            assertThat(send("x")).isEqualTo(new TooLarge(peer.uri() + " answered RESOURCE_EXHAUSTED: " + words));
        }
    }

    @Test
    void unimplemented_isRejected_sayingWhatMayBeWrong() throws Exception {
        try (GrpcPeer peer = new GrpcPeer(GrpcPeer.failing(Status.UNIMPLEMENTED.withDescription("unknown service")))) {
            open(settings(peer.uri()));

            assertThat(rejected(send("x")))
                    .contains("UNIMPLEMENTED: unknown service", "does not take traces over OTLP/gRPC", "right port");
        }
    }

    @Test
    void retryInfo_isObeyed_andMakesExhaustionRetryable() throws Exception {
        Map<Optional<Duration>, byte[]> delays = Map.of(
                Optional.of(Duration.ofMillis(1_500)), StatusDetails.retryInfo(1, 500_000_000),
                Optional.of(Duration.ZERO), StatusDetails.retryInfo(-5, 0),
                Optional.empty(), StatusDetails.retryInfoWithoutDelay(),
                Optional.of(RetryInfo.LONGEST), StatusDetails.retryInfo(Long.MAX_VALUE, 999_999_999));
        for (Map.Entry<Optional<Duration>, byte[]> delay : delays.entrySet()) {
            for (Status status : List.of(Status.RESOURCE_EXHAUSTED, Status.UNAVAILABLE)) {
                Metadata trailers = new Metadata();
                trailers.put(RetryInfo.DETAILS, delay.getValue());
                try (GrpcPeer peer = new GrpcPeer(call -> call.fail(status, trailers))) {
                    open(settings(peer.uri()));

                    assertThat(send("x"))
                            .isEqualTo(new RetryAfter(delay.getKey(), peer.uri() + " answered " + status.getCode()));
                    shutDown();
                }
            }
        }
    }

    @Test
    void detailsThatAreNoStatus_countAsNone() throws Exception {
        Metadata trailers = new Metadata();
        trailers.put(RetryInfo.DETAILS, new byte[] {(byte) 0xff, 1, 2});
        try (GrpcPeer peer = new GrpcPeer(call -> call.fail(Status.RESOURCE_EXHAUSTED, trailers))) {
            open(settings(peer.uri()));

            assertThat(send("x")).isInstanceOf(Rejected.class);
        }
    }

    @Test
    void partialSuccess_isPartiallyRejected() throws Exception {
        // partial_success { rejected: 3, error_message: "no" }
        byte[] partial = {0x0a, 6, 0x08, 3, 0x12, 2, 'n', 'o'};
        try (GrpcPeer peer = new GrpcPeer(call -> call.ok(partial))) {
            open(settings(peer.uri()));

            assertThat(send("x")).isEqualTo(new PartiallyRejected(3, "no"));
        }
    }

    @Test
    void answerThatIsNoMessage_isDelivered() throws Exception {
        try (GrpcPeer peer = new GrpcPeer(call -> call.ok((byte) 0xff, (byte) 0xff))) {
            open(settings(peer.uri()));

            assertThat(send("x")).isEqualTo(new Delivered());
        }
    }

    @Test
    void answerOverTheLimit_isRejected_andOneWithinIsNot() throws Exception {
        try (GrpcPeer peer = new GrpcPeer(call -> call.ok(new byte[call.number() == 1 ? 1000 : 1001]))) {
            open(new GrpcTransportSettings(peer.uri(), Map.of(), Compression.NONE, LONG, LONG, 1000));

            assertThat(send("x")).isEqualTo(new Delivered());
            assertThat(rejected(send("x"))).contains("RESOURCE_EXHAUSTED", "1000");
        }
    }

    @Test
    void endpointThatRefuses_isUnreachable_eachTimeAnew() throws Exception {
        int port = freePort();
        open(settings(URI.create("http://127.0.0.1:" + port)));
        for (int i = 0; i < 3; i++) {
            assertThat(unreachable(send("x")))
                    .startsWith("http://127.0.0.1:" + port + ": cannot connect")
                    .contains("refused");
        }
        try (GrpcPeer peer = new GrpcPeer(port, GrpcPeer.ok(), builder -> builder)) {
            // No back-off of grpc's stands in the way of a destination that has come back.
            assertThat(send("x")).isEqualTo(new Delivered());
            assertThat(peer.received()).hasSize(1);
        }
    }

    @Test
    void endpointWithAnUnknownName_isUnreachable() throws Exception {
        open(settings(URI.create("http://collector.invalid:4317")));

        assertThat(unreachable(send("x"))).contains("unknown host collector.invalid");
        assertThat(unreachable(send("x"))).contains("unknown host collector.invalid");
    }

    @Test
    void peerThatSpeaksHttp1_isRejected_sayingSo() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread peer = new Thread(() -> {
                try (java.net.Socket socket = listener.accept()) {
                    socket.getInputStream().read(new byte[24]);
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
                    socket.getInputStream().readAllBytes();
                } catch (java.io.IOException e) {
                    return;
                }
            });
            peer.start();
            open(settings(URI.create("http://127.0.0.1:" + listener.getLocalPort())));

            assertThat(rejected(send("x"))).contains("does not speak gRPC", "http/protobuf");
            shutDown();
            peer.join(10_000);
        }
    }

    @Test
    void peerThatDoesNotAnswer_isUnreachable_afterTheExportTimeout_andTheCallIsCancelledThere() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        try (GrpcPeer peer = new GrpcPeer(call -> {
            arrived.countDown();
            if (call.number() > 1) {
                call.ok();
            }
        })) {
            open(settings(peer.uri()));
            GrpcSend sending = new GrpcSend(transport, payload("x"));
            JoinHandle<ExportResult> result = runtime.handle().spawn(sending);
            arrived.await();
            await(() -> runtime.handle().timeDriver().timers() >= 1);

            clock.advance(LONG);

            assertThat(unreachable(runtime.blockOn(result))).contains("no answer within 20000 ms");
            await(() -> peer.received().get(0).isCancelled());
            assertThat(send("y")).isEqualTo(new Delivered());
        }
    }

    @Test
    void connectionThatWentDead_isGivenUpWithTheAttempt_andTheNextOneConnectsAnew() throws Exception {
        try (GrpcPeer peer = new GrpcPeer(GrpcPeer.ok());
                Relay wire = new Relay(peer.port())) {
            open(settings(wire.uri()));
            assertThat(send("a")).isEqualTo(new Delivered());
            wire.dead(true);
            // What was on its way of the first call, such as the answer to a ping, would be a sign of life.
            awaitStable(transport::bytesRead);
            JoinHandle<ExportResult> result = runtime.handle().spawn(transport.send(payload("b")));
            JoinHandle<ExportResult> other = runtime.handle().spawn(transport.send(payload("c")));
            await(() -> runtime.handle().timeDriver().timers() >= 3);

            clock.advance(LONG);

            assertThat(unreachable(runtime.blockOn(result))).contains("127.0.0.1");
            assertThat(unreachable(runtime.blockOn(other))).contains("127.0.0.1");
            await(() -> transport.openConnections() == 0);
            wire.dead(false);
            ExportResult next = send("d");
            // grpc-java may hear of the close a moment after us: then the attempt fails, and is made again as any
            // other.
            assertThat(next instanceof Unreachable ? send("d") : next).isEqualTo(new Delivered());
            assertThat(wire.connections()).isEqualTo(2);
        }
    }

    @Test
    void connectionThatIsMerelySlow_isKept() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        try (GrpcPeer peer = new GrpcPeer(call -> {
                    if (call.message()[0] == 'n') {
                        arrived.countDown();
                    } else {
                        call.ok();
                    }
                });
                Relay wire = new Relay(peer.port())) {
            open(settings(wire.uri()));
            JoinHandle<ExportResult> never = runtime.handle().spawn(transport.send(payload("never")));
            arrived.await();
            assertThat(send("a")).isEqualTo(new Delivered());

            clock.advance(LONG);

            assertThat(unreachable(runtime.blockOn(never))).contains("no answer within");
            assertThat(send("b")).isEqualTo(new Delivered());
            assertThat(wire.connections()).isEqualTo(1);
        }
    }

    @Test
    void connectionThatIsCutWithinACall_isUnreachable_andTheNextOneConnectsAnew() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        try (GrpcPeer peer = new GrpcPeer(call -> {
                    arrived.countDown();
                    if (call.number() > 1) {
                        call.ok();
                    }
                });
                Relay wire = new Relay(peer.port())) {
            open(settings(wire.uri()));
            JoinHandle<ExportResult> result = runtime.handle().spawn(transport.send(payload("a")));
            arrived.await();
            wire.cut();

            assertThat(unreachable(runtime.blockOn(result)))
                    .startsWith(wire.uri().toString());
            assertThat(send("b")).isEqualTo(new Delivered());
            assertThat(peer.received()).hasSize(2);
        }
    }

    @Test
    void goAway_letsCallsInFlightEnd_andTheNextOneGoesElsewhere() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        try (GrpcPeer old = new GrpcPeer(call -> {
            arrived.countDown();
            if (call.number() == 1) {
                answer.await();
            }
            call.ok();
        })) {
            open(settings(old.uri()));
            JoinHandle<ExportResult> last = runtime.handle().spawn(transport.send(payload("a")));
            arrived.await();
            old.goAway();
            await(() -> isFree(old.port()));
            try (GrpcPeer next = new GrpcPeer(old.port(), GrpcPeer.ok(), builder -> builder)) {
                // Until the client has seen the farewell, the old peer takes its calls, or refuses them.
                await(() -> sends("b") != null && !next.received().isEmpty());
                answer.countDown();
                assertThat(runtime.blockOn(last)).isEqualTo(new Delivered());
            }
        }
    }

    @Test
    void cancel_endsTheCallAtThePeer_andNotTheOthers() throws Exception {
        CountDownLatch arrived = new CountDownLatch(2);
        CountDownLatch answer = new CountDownLatch(1);
        try (GrpcPeer peer = new GrpcPeer(call -> {
            arrived.countDown();
            if (call.message()[0] == 'k') {
                answer.await();
                call.ok();
            }
        })) {
            open(settings(peer.uri()));
            JoinHandle<ExportResult> cancelled = runtime.handle().spawn(transport.send(payload("cancelled")));
            JoinHandle<ExportResult> kept = runtime.handle().spawn(transport.send(payload("kept")));
            arrived.await();
            cancelled.abort();

            await(() -> peer.received().stream().anyMatch(GrpcPeer.Call::isCancelled));
            answer.countDown();
            assertThat(runtime.blockOn(kept)).isEqualTo(new Delivered());
            assertThat(transport.openConnections()).isEqualTo(1);
        }
    }

    @Test
    void cancel_whileConnecting_leavesNothing() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            open(settings(URI.create("http://127.0.0.1:" + silent.getLocalPort())));
            JoinHandle<ExportResult> cancelled = runtime.handle().spawn(transport.send(payload("x")));
            await(() -> transport.openConnections() == 1);
            cancelled.abort();
            await(cancelled::isFinished);
        }
    }

    @Test
    void cancel_beforeTheFirstPoll_andDuringTheOpening_doesNoHarm() throws Exception {
        try (GrpcPeer peer = new GrpcPeer(GrpcPeer.ok())) {
            open(settings(peer.uri()));
            transport.send(payload("never polled")).cancel();
            GrpcSend opening = new GrpcSend(transport, payload("given up"));
            assertThat(opening.poll(new TestWaker().context()).isPending()).isTrue();
            opening.cancel();

            assertThat(send("x")).isEqualTo(new Delivered());
            assertThat(transport.openConnections()).isEqualTo(1);
        }
    }

    @Test
    void shutdown_endsSendsInFlight() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        try (GrpcPeer peer = new GrpcPeer(call -> arrived.countDown())) {
            open(settings(peer.uri()));
            JoinHandle<ExportResult> sending = runtime.handle().spawn(transport.send(payload("x")));
            arrived.await();

            shutDown();

            assertThat(runtime.blockOn(sending))
                    .isEqualTo(new Unreachable(peer.uri() + ": the transport is shut down"));
            await(() -> peer.received().get(0).isCancelled());
        }
    }

    /** Its windows are wide open, so what stalls is the socket itself, and with it every farewell. */
    @Test
    void shutdown_beforeAPeerThatTakesNothingAnyMore_isBounded() throws Exception {
        int window = 256 << 20;
        try (GrpcPeer peer = new GrpcPeer(0, GrpcPeer.ok(), builder -> builder.flowControlWindow(window));
                Relay wire = new Relay(peer.port())) {
            open(settings(wire.uri()));
            assertThat(send("warm")).isEqualTo(new Delivered());
            wire.dead(true);
            List<JoinHandle<ExportResult>> sending = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                sending.add(runtime.handle().spawn(transport.send(payload(new byte[8 << 20]))));
            }
            assertThat(awaitStable(transport::bytesWritten)).isBetween(1L << 16, 63L << 20);

            shutDown();

            for (JoinHandle<ExportResult> one : sending) {
                assertThat(unreachable(runtime.blockOn(one))).contains("the transport is shut down");
            }
            assertThat(transport.openConnections()).isZero();
        }
    }

    @Test
    void shutdown_beforeAnySend_isDone() throws Exception {
        open(settings(URI.create("http://127.0.0.1:1")));
        shutDown();
        assertThat(transport.openConnections()).isZero();
    }

    @Test
    void settings_thatGrpcCannotObey_areRefusedByName() {
        for (String endpoint : List.of(
                "ftp://host:4317",
                "http://host:4317/v1/traces",
                "http://host:4317?a=b",
                "http://user@host:4317",
                "host:4317",
                "http:///x")) {
            assertThatThrownBy(() -> settings(URI.create(endpoint)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("endpoint is " + endpoint);
        }
        assertThat(settings(URI.create("http://host:4317/")).endpoint().getPort())
                .isEqualTo(4317);
        URI fine = URI.create("http://host:4317");
        assertThatThrownBy(() -> settings(fine, Compression.NONE, Map.of("grpc-timeout", "1S")))
                .hasMessageContaining("a header's name is grpc-timeout");
        assertThatThrownBy(() -> settings(fine, Compression.NONE, Map.of("a!b", "c")))
                .hasMessageContaining("a header's name is a!b");
        assertThatThrownBy(() -> settings(fine, Compression.NONE, Map.of("key", "s\u00e9cret")))
                .hasMessageContaining("header key")
                .hasMessageNotContaining("cret");
        assertThatThrownBy(() -> settings(fine, Compression.NONE, Map.of("key-bin", "s!cret")))
                .hasMessageContaining("header key-bin")
                .hasMessageNotContaining("s!cret");
    }

    // ---- helpers ----------------------------------------------------------------------------------------------

    private static GrpcTransportSettings settings(URI endpoint) {
        return settings(endpoint, Compression.NONE, Map.of());
    }

    private static GrpcTransportSettings settings(URI endpoint, Compression compression, Map<String, String> headers) {
        return new GrpcTransportSettings(endpoint, headers, compression, LONG, LONG, 4 << 20);
    }

    private void open(GrpcTransportSettings settings) {
        transport = settings.open(runtime.handle(), DiagnosticLog.silent());
    }

    private ExportResult send(String text) throws Exception {
        return send(payload(text));
    }

    private ExportResult send(Payload payload) throws Exception {
        return runtime.blockOn(runtime.handle().spawn(transport.send(payload)));
    }

    private ExportResult sends(String text) {
        try {
            return send(text);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void sendAtOnce(int count) throws Exception {
        List<JoinHandle<ExportResult>> sending = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sending.add(runtime.handle().spawn(transport.send(payload("n" + i))));
        }
        for (JoinHandle<ExportResult> one : sending) {
            assertThat(runtime.blockOn(one)).isEqualTo(new Delivered());
        }
    }

    private static Payload payload(String text) {
        return payload(text.getBytes(ISO_8859_1));
    }

    private static Payload payload(byte[] body) {
        return new Payload(Signal.TRACES, 1, new ByteBuffer[] {ByteBuffer.wrap(body)}, () -> {});
    }

    private static String header(GrpcPeer.Call call, String name) {
        return call.headers().get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    }

    private static String unreachable(ExportResult result) {
        assertThat(result).isInstanceOf(Unreachable.class);
        return ((Unreachable) result).reason();
    }

    private static String rejected(ExportResult result) {
        assertThat(result).isInstanceOf(Rejected.class);
        return ((Rejected) result).reason();
    }

    private static int freePort() throws Exception {
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return gone.getLocalPort();
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (java.io.IOException e) {
            return false;
        }
    }

    /** Waits until {@code figure} has not changed for 400 ms: on a busy machine bytes may be late. */
    private static long awaitStable(LongSupplier figure) {
        long now = figure.getAsLong();
        for (int same = 0; same < 8; same++) {
            LockSupport.parkNanos(50_000_000);
            long before = now;
            now = figure.getAsLong();
            same = now == before ? same : -1;
        }
        return now;
    }
}
