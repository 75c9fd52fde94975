package io.sluice.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is done to a sidecar from outside; rows of {@code docs/faults.md}. Each ends with the same question: did every span
 * arrive whose sender was told that it was taken. Run by {@code .ci/run sidecar}.
 */
@Tag("sidecar")
@Timeout(120)
class SidecarRowsIT {

    private static final int MEGABYTE = 1 << 20;
    private static final int OK = 200;
    private static final int TOO_MANY = 429;

    /** 30 and more show the same, for who has the time. */
    private static final int STOPPED_SECONDS = Integer.getInteger("test.stoppedSeconds", 3);

    @TempDir
    Path directory;

    private final AtomicLong ids = new AtomicLong(1L << 40);
    private final Set<String> accepted = new ConcurrentSkipListSet<>();

    @AutoClose
    private final OtlpSink sink = new OtlpSink();

    private SidecarChild.Start sidecar() {
        return new SidecarChild.Start(directory, sink.endpoint());
    }

    /** A request of one span, whose name has so many bytes. */
    private byte[] request(String id, int bytes) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .addScopeSpans(ScopeSpans.newBuilder()
                                .addSpans(Span.newBuilder()
                                        .setTraceId(ByteString.copyFrom(new byte[15])
                                                .concat(ByteString.copyFrom(new byte[] {1})))
                                        .setSpanId(ByteString.copyFrom(
                                                HexFormat.of().parseHex(id)))
                                        .setName("x".repeat(bytes)))))
                .build()
                .toByteArray();
    }

    private String newId() {
        return HexFormat.of().toHexDigits(ids.incrementAndGet());
    }

    /** Sends a span; the status. What was accepted is remembered. */
    private HttpResponse<byte[]> send(SidecarChild sidecar, int bytes) throws IOException, InterruptedException {
        String id = newId();
        HttpResponse<byte[]> reply = sidecar.post(request(id, bytes));
        if (reply.statusCode() == OK) {
            accepted.add(id);
        }
        return reply;
    }

    private void everythingAcceptedArrivedOnce(SidecarChild sidecar) throws IOException, InterruptedException {
        String account = sidecar.drain();
        assertThat(new TreeSet<>(sink.spanIds)).as(account).containsAll(accepted);
        assertThat(sink.spanIds).doesNotHaveDuplicates();
        assertThat(sink.malformed).isEmpty();
    }

    @Test
    void row13_bodiesThatAreNoRequests_areRefused_andTheNextOneIsTaken() throws Exception {
        try (SidecarChild sidecar = sidecar().run()) {
            for (byte[] body : malformed()) {
                assertThat(sidecar.post(body).statusCode())
                        .as(HexFormat.of().formatHex(body, 0, Math.min(20, body.length)))
                        .isEqualTo(400);
            }
            assertThat(sidecar.post(request(newId(), 1), "Content-Type", "text/plain")
                            .statusCode())
                    .isEqualTo(415);
            assertThat(send(sidecar, 10).statusCode()).isEqualTo(OK);
            everythingAcceptedArrivedOnce(sidecar);
            assertThat(sink.spanIds).hasSize(1);
        }
    }

    private List<byte[]> malformed() throws IOException {
        byte[] good = request(newId(), 10);
        byte[] badText = request(newId(), 10);
        badText[badText.length - 1] = (byte) 0xff;
        ByteArrayOutputStream deep = new ByteArrayOutputStream();
        byte[] nested = {};
        for (int i = 0; i < 10_000; i++) {
            // resource_spans.resource.attributes.value.kvlist_value.values.value... cannot be valid: it never ends
            ByteBuffer level = ByteBuffer.allocate(nested.length + 6).put((byte) 0x0a);
            int rest = nested.length;
            while (rest > 0x7f) {
                level.put((byte) (rest | 0x80));
                rest >>>= 7;
            }
            nested = Arrays.copyOf(level.put((byte) rest).put(nested).array(), level.position());
        }
        deep.write(nested);
        return List.of(
                Arrays.copyOf(good, good.length - 1),
                badText,
                new byte[] {(byte) 0x0a, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
                new byte[] {0x0b},
                new byte[] {0x00, 0x01},
                "{}".getBytes(StandardCharsets.US_ASCII),
                deep.toByteArray());
    }

    @Test
    void row14_bodiesThatGrow_areRefused_andMemoryIsBounded() throws Exception {
        try (SidecarChild sidecar = sidecar().jvm("-Xmx192m").run()) {
            assertThat(send(sidecar, 10).statusCode()).isEqualTo(OK);
            byte[] bomb = gzip(1 << 30);
            for (int i = 0; i < 5; i++) {
                assertThat(sidecar.post(bomb, "Content-Encoding", "gzip").statusCode())
                        .isEqualTo(413);
            }
            byte[] cut = Arrays.copyOf(gzip(1000), 15);
            assertThat(sidecar.post(cut, "Content-Encoding", "gzip").statusCode())
                    .isEqualTo(400);
            assertThat(sidecar.post(bomb, "Content-Encoding", "gzip, gzip").statusCode())
                    .isBetween(400, 499);
            assertThat(sidecar.residentBytes()).isLessThan(400L * MEGABYTE);
            assertThat(send(sidecar, 10).statusCode()).isEqualTo(OK);
            everythingAcceptedArrivedOnce(sidecar);
        }
    }

    private static byte[] gzip(int zeros) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            byte[] block = new byte[MEGABYTE];
            for (int left = zeros; left > 0; left -= block.length) {
                gzip.write(block, 0, Math.min(left, block.length));
            }
        }
        return compressed.toByteArray();
    }

    @Test
    void row17_tenThousandIdleConnections_andChurn_leaveRoomForOthers() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try (SidecarChild sidecar =
                sidecar().set("SLUICE_SIDECAR_MAX_CONNECTIONS", "12000").run()) {
            assertThat(send(sidecar, 10).statusCode()).isEqualTo(OK);
            long before = sidecar.residentBytes();
            for (int i = 0; i < 10_000; i++) {
                idle.add(sidecar.connect());
            }
            assertThat(send(sidecar, 10).statusCode()).isEqualTo(OK);
            assertThat(sidecar.residentBytes() - before).isLessThan(300L * MEGABYTE);
            for (int i = 0; i < 2_000; i++) {
                sidecar.connect().close();
            }
            for (int i = 0; i < 100; i++) {
                assertThat(send(sidecar, 10).statusCode()).isEqualTo(OK);
            }
            everythingAcceptedArrivedOnce(sidecar);
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void row17_filesThatRunOut_areSurvived() throws Exception {
        List<Socket> connections = new ArrayList<>();
        try (SidecarChild sidecar = sidecar().files(120).run()) {
            assertThat(send(sidecar, 10).statusCode()).isEqualTo(OK);
            exhaust(sidecar, connections);
            // Where there is a connection already, work goes on.
            assertThat(send(sidecar, 10).statusCode()).isEqualTo(OK);
            for (Socket connection : connections) {
                connection.close();
            }
            try (OutputStream out = sidecar.connect().getOutputStream()) {
                out.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(send(sidecar, 10).statusCode()).isEqualTo(OK);
            }
            assertThat(sidecar.isAlive()).isTrue();
            everythingAcceptedArrivedOnce(sidecar);
        }
    }

    /** Connects until the kernel has nowhere to put a connection that nobody accepts. */
    private static void exhaust(SidecarChild sidecar, List<Socket> connections) throws IOException {
        try {
            for (int i = 0; i < 300; i++) {
                connections.add(sidecar.connect(Duration.ofMillis(500)));
            }
        } catch (SocketTimeoutException full) {
            assertThat(connections).hasSizeGreaterThan(20);
        }
    }

    @Test
    void row26_fiveTimesWhatTheDestinationTakes_isRefused_andMemoryIsBounded() throws Exception {
        // A destination of a hundred spans a second, each of 20 kB, and senders that never wait.
        sink.takePerSpan(Duration.ofMillis(10));
        ExecutorService senders = Executors.newFixedThreadPool(8);
        try (SidecarChild sidecar = sidecar()
                .jvm("-Xmx96m")
                .set("SLUICE_SIDECAR_MAX_CUSTODY_BYTES", "2MiB")
                .set("SLUICE_DRAIN_TIMEOUT", "30s")
                .run()) {
            AtomicLong refused = new AtomicLong();
            AtomicLong most = new AtomicLong();
            long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                running.add(senders.submit(() -> {
                    while (System.nanoTime() < end) {
                        HttpResponse<byte[]> reply = send(sidecar, 20_000);
                        if (reply.statusCode() != OK) {
                            assertThat(reply.statusCode()).isEqualTo(TOO_MANY);
                            assertThat(reply.headers().firstValue("retry-after"))
                                    .isPresent();
                            refused.incrementAndGet();
                        }
                        most.accumulateAndGet(sidecar.residentBytes(), Math::max);
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
            assertThat(refused.get()).isPositive();
            // The heap, and what a JVM of this size has outside of it.
            assertThat(most.get()).isLessThan((96L + 160L) * MEGABYTE);
            sink.takePerSpan(Duration.ZERO);
            everythingAcceptedArrivedOnce(sidecar);
        } finally {
            senders.shutdownNow();
        }
    }

    @Test
    void row27_sidecarThatIsStoppedForAWhile_goesOn() throws Exception {
        try (SidecarChild sidecar = sidecar().run()) {
            for (int i = 0; i < 50; i++) {
                assertThat(send(sidecar, 100).statusCode()).isEqualTo(OK);
            }
            sidecar.signal("STOP");
            ExecutorService sender = Executors.newSingleThreadExecutor();
            try {
                Future<HttpResponse<byte[]>> during = sender.submit(() -> send(sidecar, 100));
                TimeUnit.SECONDS.sleep(STOPPED_SECONDS);
                assertThat(during.isDone()).isFalse();
                sidecar.signal("CONT");
                assertThat(during.get().statusCode()).isEqualTo(OK);
            } finally {
                sidecar.signal("CONT");
                sender.shutdownNow();
            }
            for (int i = 0; i < 50; i++) {
                assertThat(send(sidecar, 100).statusCode()).isEqualTo(OK);
            }
            everythingAcceptedArrivedOnce(sidecar);
        }
    }

    /** Stopped for nine tenths of the time, which is how a container with a tenth of a processor lives. */
    @Test
    void row27_aTenthOfAProcessor_isSlow_andLosesNothing() throws Exception {
        try (SidecarChild sidecar = sidecar().run()) {
            for (int i = 0; i < 50; i++) {
                assertThat(send(sidecar, 100).statusCode()).isEqualTo(OK);
            }
            Process throttle = sidecar.throttle("0.09", "0.01");
            try {
                for (int i = 0; i < 30; i++) {
                    assertThat(send(sidecar, 100).statusCode()).isEqualTo(OK);
                }
                assertThat(throttle.isAlive())
                        .as("the sidecar was stopped now and then all the while")
                        .isTrue();
            } finally {
                throttle.destroy();
                throttle.waitFor();
                sidecar.signal("CONT");
            }
            everythingAcceptedArrivedOnce(sidecar);
        }
    }

    @Test
    void row30_sendersThatLeaveBeforeTheAnswer_leakNothing() throws Exception {
        try (SidecarChild sidecar =
                sidecar().set("SLUICE_SIDECAR_MAX_CUSTODY_BYTES", "1MiB").run()) {
            Set<String> halves = new TreeSet<>();
            for (int i = 0; i < 300; i++) {
                boolean half = i % 2 == 0;
                String id = newId();
                byte[] body = request(id, 20_000);
                if (half) {
                    halves.add(id);
                }
                try (Socket socket = sidecar.connect()) {
                    OutputStream out = socket.getOutputStream();
                    out.write(("POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\n"
                                    + "Content-Length: " + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
                    out.write(body, 0, half ? body.length / 2 : body.length);
                    out.flush();
                    socket.setSoLinger(i % 3 == 0, 0);
                }
            }
            // 300 times 20 kB were announced to a custody of one mebibyte: had any stayed reserved, this would be
            // refused.
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (send(sidecar, 900_000).statusCode() != OK && System.nanoTime() < deadline) {
                Thread.sleep(20);
            }
            assertThat(accepted).hasSize(1);
            everythingAcceptedArrivedOnce(sidecar);
            assertThat(sink.spanIds).doesNotContainAnyElementsOf(halves);
        }
    }
}
