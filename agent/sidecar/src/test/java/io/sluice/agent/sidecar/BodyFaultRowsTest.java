package io.sluice.agent.sidecar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rows 13, 14 and 15 of the faults: bodies that are not what they should be. What is good goes on meanwhile. */
@Timeout(60)
class BodyFaultRowsTest {

    private static final String PATH = "/v1/traces";

    private static byte[] request(String name) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .addScopeSpans(ScopeSpans.newBuilder()
                                .addSpans(Span.newBuilder().setName(name))))
                .build()
                .toByteArray();
    }

    private static HttpResponse<byte[]> post(SidecarRun run, String encoding, byte[] body) throws Exception {
        return run.send(run.to(PATH, "application/x-protobuf")
                .header("Content-Encoding", encoding)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(target)) {
            out.write(plain);
        }
        return target.toByteArray();
    }

    private static byte[] deflate(byte[] plain) throws IOException {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(target)) {
            out.write(plain);
        }
        return target.toByteArray();
    }

    /** Each name arrived once, and nothing else. */
    private static void assertArrived(SidecarRun run, List<String> names) throws Exception {
        assertThat(run.drained("traces").delivered()).isEqualTo(names.size());
        List<String> arrived = new ArrayList<>();
        for (byte[] body : run.backend.at(PATH)) {
            ExportTraceServiceRequest.parseFrom(body)
                    .getResourceSpansList()
                    .forEach(resource -> resource.getScopeSpansList()
                            .forEach(scope -> scope.getSpansList().forEach(span -> arrived.add(span.getName()))));
        }
        assertThat(arrived).containsExactlyInAnyOrderElementsOf(names);
    }

    private static byte[] inside(int tag, byte[] message) {
        ByteArrayOutputStream outer = new ByteArrayOutputStream();
        outer.write(tag);
        int length = message.length;
        while (length >= 0x80) {
            outer.write((length & 0x7f) | 0x80);
            length >>>= 7;
        }
        outer.write(length);
        outer.writeBytes(message);
        return outer.toByteArray();
    }

    /** An array in a value in an array and so on. */
    private static byte[] nested(int depth) {
        byte[] message = {};
        for (int i = 0; i < depth; i++) {
            message = inside(i % 2 == 0 ? 0x0a : 0x2a, message);
        }
        return message;
    }

    @Test
    void row13_malformedProtobuf_isRefusedAndNamed_andWhatIsGoodArrives() throws Exception {
        Map<String, byte[]> bad = new LinkedHashMap<>();
        bad.put("not UTF-8", new byte[] {0x0a, 5, 0x12, 3, 0x1a, 1, -1});
        bad.put("runs over the end", new byte[] {0x0a, 100, 1});
        bad.put("cut off", new byte[] {0x08, -1, -1});
        bad.put("more than 64 bits", new byte[] {0x08, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2});
        bad.put("a group ends that did not begin", new byte[] {0x0c});
        bad.put("wire type 7 does not exist", new byte[] {0x0f});
        // Resource spans > resource > attribute > value, and from there arrays in values.
        byte[] deep = inside(0x0a, inside(0x0a, inside(0x0a, inside(0x12, nested(10_000)))));
        bad.put("nested deeper than 100", deep);
        try (SidecarRun run = new SidecarRun()) {
            List<String> good = new ArrayList<>();
            for (Map.Entry<String, byte[]> each : bad.entrySet()) {
                HttpResponse<byte[]> response = run.post(PATH, each.getValue());
                assertThat(response.statusCode()).as(each.getKey()).isEqualTo(400);
                assertThat(new String(response.body(), UTF_8)).contains(each.getKey());
                good.add("after " + each.getKey());
                assertThat(run.post(PATH, request("after " + each.getKey())).statusCode())
                        .isEqualTo(200);
            }
            byte[] unknown = {(byte) 0x98, 0x06, 0x07};
            byte[] future = Arrays.copyOf(request("future"), request("future").length + 3);
            System.arraycopy(unknown, 0, future, future.length - 3, 3);
            assertThat(run.post(PATH, future).statusCode()).isEqualTo(200);
            good.add("future");
            HttpResponse<byte[]> text =
                    run.send(run.to(PATH, "text/plain").POST(HttpRequest.BodyPublishers.ofString("hello")));
            assertThat(text.statusCode()).isEqualTo(415);
            assertArrived(run, good);
        }
    }

    @Test
    void row14_everyCompression_isTaken_andTheWrongOnesAreRefused() throws Exception {
        try (SidecarRun run = new SidecarRun()) {
            assertThat(post(run, "gzip", gzip(request("gzip"))).statusCode()).isEqualTo(200);
            assertThat(post(run, "deflate", deflate(request("deflate"))).statusCode())
                    .isEqualTo(200);
            assertThat(post(run, "zstd", Zstd.compress(request("zstd"))).statusCode())
                    .isEqualTo(200);
            assertThat(post(run, "identity", request("identity")).statusCode()).isEqualTo(200);
            String large = "large".repeat(20_000);
            assertThat(post(run, "zstd", Zstd.compress(request(large))).statusCode())
                    .isEqualTo(200);
            for (String encoding : new String[] {"gzip, gzip", "br", "snappy"}) {
                HttpResponse<byte[]> response = post(run, encoding, gzip(gzip(request("nested"))));
                assertThat(response.statusCode()).as(encoding).isEqualTo(415);
                assertThat(response.headers().firstValue("Accept-Encoding")).contains("gzip, deflate, zstd");
            }
            for (String encoding : new String[] {"gzip", "deflate", "zstd"}) {
                byte[] whole = encoding.equals("gzip")
                        ? gzip(request("cut"))
                        : encoding.equals("zstd") ? Zstd.compress(request("cut")) : deflate(request("cut"));
                HttpResponse<byte[]> cut = post(run, encoding, Arrays.copyOf(whole, whole.length - 3));
                assertThat(cut.statusCode()).as(encoding).isEqualTo(400);
                assertThat(new String(cut.body(), UTF_8)).contains("the body is not " + encoding + " as its head says");
            }
            assertArrived(run, List.of("gzip", "deflate", "zstd", "identity", large));
        }
    }

    /** Frames of blocks that repeat one byte: 128 KiB in four bytes (RFC 8878, section 3.1.1.2.2). */
    private static byte[] zstdBomb(int blocks) {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.writeBytes(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0x00, 0x58});
        for (int i = 1; i <= blocks; i++) {
            int header = (128 * 1024) << 3 | 1 << 1 | (i == blocks ? 1 : 0);
            bomb.writeBytes(new byte[] {(byte) header, (byte) (header >> 8), (byte) (header >> 16), 0});
        }
        return bomb.toByteArray();
    }

    @Test
    void row14_bombs_are413_andMemoryStaysWithinTheLimit() throws Exception {
        try (SidecarRun run = new SidecarRun("sluice.sidecar.max.request.bytes", "4194304")) {
            byte[] member = gzip(new byte[10 << 20]);
            ByteArrayOutputStream gzip = new ByteArrayOutputStream();
            for (int i = 0; i < 200; i++) {
                gzip.writeBytes(member);
            }
            Runtime runtime = Runtime.getRuntime();
            for (int i = 0; i < 5; i++) {
                assertThat(post(run, "gzip", gzip.toByteArray()).statusCode()).isEqualTo(413); // two gigabytes
                assertThat(post(run, "zstd", zstdBomb(80_000)).statusCode()).isEqualTo(413); // ten
            }
            assertThat(runtime.totalMemory() - runtime.freeMemory()).isLessThan(1L << 30);
            assertThat(run.post(PATH, request("after")).statusCode()).isEqualTo(200);
            assertArrived(run, List.of("after"));
        }
    }

    @Test
    void row15_oversized_is413_andWhatIsLargerThanTheDestinationTakes_isSplit() throws Exception {
        try (SidecarRun run =
                new SidecarRun("sluice.sidecar.max.request.bytes", "1048576", "sluice.max.request.bytes", "65536")) {
            assertThat(run.post(PATH, new byte[2 << 20]).statusCode()).isEqualTo(413);
            ExportTraceServiceRequest.Builder large = ExportTraceServiceRequest.newBuilder();
            List<String> names = new ArrayList<>();
            ScopeSpans.Builder scope = ScopeSpans.newBuilder();
            for (int i = 0; i < 5_000; i++) {
                names.add("span " + "x".repeat(100) + i);
                scope.addSpans(Span.newBuilder().setName(names.get(i)));
            }
            large.addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope));
            assertThat(run.post(PATH, large.build().toByteArray()).statusCode()).isEqualTo(200);
            assertArrived(run, names);
            assertThat(run.backend.at(PATH)).hasSizeGreaterThan(5).allMatch(body -> body.length <= 65_536);
        }
    }
}
