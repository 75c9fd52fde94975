package io.sluice.agent.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.batching.AccountSnapshot;
import io.sluice.config.SettingsLoader;
import io.sluice.config.SluiceSettings;
import io.sluice.config.source.SettingsSources;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.Signal;
import io.sluice.exporter.testing.GrpcCaller;
import io.sluice.exporter.testing.GrpcPeer;
import io.sluice.exporter.transport.GrpcStatus;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.testkit.ManualClock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sidecar over loopback: a client that is not ours, a backend that remembers, and the account against both. */
@Timeout(60)
class SidecarTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private AsyncRuntime runtime;
    private Backend backend;
    private Sidecar sidecar;
    private boolean drained;

    @BeforeEach
    void startBackend() throws IOException {
        runtime = AsyncRuntime.builder().workerThreads(2).threadName("sidecar").build();
        backend = new Backend();
    }

    @AfterEach
    void everythingEnds() throws Exception {
        if (sidecar != null && !drained) {
            backend.release();
            sidecar.drain();
        }
        assertThat(runtime.metrics().io().registrations()).isZero();
        assertThat(runtime.shutdown(java.time.Duration.ofSeconds(5))).isTrue();
        backend.stop();
    }

    private void start(String... pairs) throws IOException {
        Map<String, String> values = new HashMap<>(Map.of(
                "sluice.sidecar.listen", "127.0.0.1:0",
                "otel.exporter.otlp.endpoint", backend.url(),
                "sluice.retry.initial.backoff", "10ms",
                "sluice.retry.max.backoff", "50ms"));
        for (int i = 0; i < pairs.length; i += 2) {
            values.put(pairs[i], pairs[i + 1]);
        }
        SluiceSettings settings = SettingsLoader.load(List.of(SettingsSources.map("test", values)));
        sidecar = Sidecar.start(runtime, settings, DiagnosticLog.silent());
    }

    private boolean drain() throws Exception {
        drained = true;
        return sidecar.drain();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + sidecar.localAddress().getPort() + path))
                .header("Content-Type", "application/x-protobuf");
    }

    private HttpResponse<String> post(String path, byte[] body) throws Exception {
        return send(to(path).POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static byte[] request(String... names) {
        ScopeSpans.Builder scope = ScopeSpans.newBuilder();
        for (String name : names) {
            scope.addSpans(Span.newBuilder().setName(name));
        }
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
                .build()
                .toByteArray();
    }

    private AccountSnapshot traces() {
        return sidecar.accounts().get("traces");
    }

    // ---- forwarding -------------------------------------------------------------------------------------------

    @Test
    void everyAddress_takesGrpcAndHttp_eachSpanOnce() throws Exception {
        start("sluice.sidecar.listen", "127.0.0.1:0,127.0.0.1:0");
        List<String> driven = new ArrayList<>();
        for (java.net.SocketAddress address : sidecar.localAddresses()) {
            java.net.InetSocketAddress inet = (java.net.InetSocketAddress) address;
            try (GrpcCaller caller = new GrpcCaller(inet)) {
                for (int i = 0; i < 50; i++) {
                    String name = inet.getPort() + "/" + i;
                    driven.add(name);
                    assertThat(caller.call(Signal.TRACES.grpcPath(), request(name))
                                    .status()
                                    .isOk())
                            .isTrue();
                }
                assertThat(caller.call("/other.Service/Call", new byte[1])
                                .status()
                                .getCode())
                        .isEqualTo(io.grpc.Status.Code.UNIMPLEMENTED);
                assertThat(caller.call(Signal.TRACES.grpcPath(), new byte[] {1})
                                .status()
                                .getCode())
                        .isEqualTo(io.grpc.Status.Code.INVALID_ARGUMENT);
            }
            driven.add("http " + inet);
            HttpRequest.Builder post = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + inet.getPort() + "/v1/traces"))
                    .header("Content-Type", "application/x-protobuf")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(request("http " + inet)));
            assertThat(send(post).statusCode()).isEqualTo(200);
        }
        assertThat(drain()).isTrue();
        assertThat(backend.names()).containsExactlyInAnyOrderElementsOf(driven);
        assertThat(traces().delivered()).isEqualTo(102);
    }

    @Test
    void grpc_compressedByZstd_isTaken() throws Exception {
        start();
        io.grpc.CompressorRegistry.getDefaultInstance().register(new ZstdCompressor());
        try (GrpcCaller caller = new GrpcCaller(sidecar.localAddress())) {
            GrpcCaller.Outcome outcome = caller.start(
                            Signal.TRACES.grpcPath(),
                            request("by zstd"),
                            io.grpc.CallOptions.DEFAULT.withCompression("zstd"))
                    .get(10, TimeUnit.SECONDS);
            assertThat(outcome.status().isOk()).as(outcome.status().toString()).isTrue();
        }
        assertThat(drain()).isTrue();
        assertThat(backend.names()).containsExactly("by zstd");
    }

    private static final class ZstdCompressor implements io.grpc.Compressor {

        @Override
        public String getMessageEncoding() {
            return "zstd";
        }

        @Override
        public OutputStream compress(OutputStream out) throws IOException {
            return new com.github.luben.zstd.ZstdOutputStream(out);
        }
    }

    @Test
    void grpc_withCustodyFull_isToldWhenToComeAgain() throws Exception {
        start("sluice.sidecar.max.custody.bytes", "65536", "sluice.max.concurrent.exports", "1");
        backend.hold();
        try (GrpcCaller caller = new GrpcCaller(sidecar.localAddress())) {
            byte[] large = request("x".repeat(40_000));
            assertThat(caller.call(Signal.TRACES.grpcPath(), large).status().isOk())
                    .isTrue();
            GrpcCaller.Outcome refused = caller.call(Signal.TRACES.grpcPath(), large);
            assertThat(refused.status().getCode()).isEqualTo(io.grpc.Status.Code.RESOURCE_EXHAUSTED);
            assertThat(refused.trailers().keys()).contains("grpc-status-details-bin");
        }
        backend.release();
        assertThat(drain()).isTrue();
        assertThat(traces().delivered()).isOne();
    }

    @Test
    void requests_areMergedAndForwarded_eachSpanOnce() throws Exception {
        start();
        List<String> driven = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String[] names = {"a" + i, "b" + i};
            driven.addAll(List.of(names));
            assertThat(post("/v1/traces", request(names)).statusCode()).isEqualTo(200);
        }
        assertThat(drain()).isTrue();
        assertThat(backend.names()).containsExactlyInAnyOrderElementsOf(driven);
        assertThat(backend.requests()).isLessThan(200);
        assertThat(traces().offered()).isEqualTo(400);
        assertThat(traces().delivered()).isEqualTo(400);
        assertThat(traces().lost()).isZero();
        assertThat(traces().pending()).isZero();
    }

    @Test
    void requests_areForwardedOverGrpc_eachSpanOnce() throws Exception {
        try (GrpcPeer peer = new GrpcPeer(GrpcPeer.ok())) {
            start(
                    "otel.exporter.otlp.protocol",
                    "grpc",
                    "otel.exporter.otlp.endpoint",
                    peer.uri().toString());
            List<String> driven = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                driven.add("span" + i);
                assertThat(post("/v1/traces", request("span" + i)).statusCode()).isEqualTo(200);
            }
            assertThat(drain()).isTrue();

            List<String> arrived = new ArrayList<>();
            for (GrpcPeer.Call call : peer.received()) {
                ExportTraceServiceRequest.parseFrom(call.message())
                        .getResourceSpansList()
                        .forEach(resource -> resource.getScopeSpansList()
                                .forEach(scope -> scope.getSpansList().forEach(span -> arrived.add(span.getName()))));
            }
            assertThat(arrived).containsExactlyInAnyOrderElementsOf(driven);
            assertThat(peer.received()).hasSizeLessThan(200);
            assertThat(traces().delivered()).isEqualTo(200);
            assertThat(traces().pending()).isZero();
        }
    }

    /** One request of a sender is larger than the backend takes, and so are the merged ones. */
    @Test
    void backend_thatTakesLittle_getsParts_andEachSpanOnce() throws Exception {
        start();
        backend.takeUpTo(500);
        List<String> driven = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String sender = "sender" + i;
            String[] names = IntStream.range(0, i == 7 ? 200 : 3)
                    .mapToObj(n -> sender + "-" + n)
                    .toArray(String[]::new);
            driven.addAll(List.of(names));
            assertThat(post("/v1/traces", request(names)).statusCode()).isEqualTo(200);
        }
        assertThat(drain()).isTrue();
        assertThat(backend.names()).containsExactlyInAnyOrderElementsOf(driven);
        assertThat(backend.bodyBytes()).allMatch(bytes -> bytes <= 500);
        assertThat(traces().delivered()).isEqualTo(driven.size());
        assertThat(traces().pending()).isZero();
    }

    @Test
    void backend_thatRefusesOneSender_takesTheOthers() throws Exception {
        start("sluice.sidecar.batch.delay", "10s");
        backend.refuse("sender7-b");
        List<String> good = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String[] names = {"sender" + i + "-a", "sender" + i + "-b"};
            assertThat(post("/v1/traces", request(names)).statusCode()).isEqualTo(200);
            if (i != 7) {
                good.addAll(List.of(names));
            }
        }
        assertThat(drain()).isTrue();
        assertThat(backend.names()).containsExactlyInAnyOrderElementsOf(good);
        assertThat(backend.requests()).isBetween(2, 11);
        assertThat(traces().delivered()).isEqualTo(38);
        assertThat(traces().rejected()).isEqualTo(2);
        assertThat(traces().pending()).isZero();
    }

    /** What is above the limit never leaves; what is within it is not held up by it. */
    @Test
    void requestAboveTheLimit_isSentInParts() throws Exception {
        start("sluice.max.request.bytes", "1024");
        String[] names = IntStream.range(0, 500)
                .mapToObj(n -> n == 250 ? "x".repeat(2_000) : "span" + n)
                .toArray(String[]::new);
        assertThat(post("/v1/traces", request(names)).statusCode()).isEqualTo(200);
        assertThat(drain()).isTrue();

        assertThat(backend.names()).hasSize(499).doesNotContain(names[250]).doesNotHaveDuplicates();
        assertThat(backend.bodyBytes()).allMatch(bytes -> bytes <= 1_024);
        assertThat(traces().delivered()).isEqualTo(499);
        assertThat(traces().dropped()).containsOnly(Map.entry("too_large", 1L));
    }

    @Test
    void backend_unavailableForAWhile_losesNothing() throws Exception {
        start();
        backend.failNext(5);
        List<String> driven = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            driven.add("s" + i);
            post("/v1/traces", request("s" + i));
        }
        assertThat(drain()).isTrue();
        assertThat(backend.names()).containsExactlyInAnyOrderElementsOf(driven);
        assertThat(traces().delivered()).isEqualTo(50);
    }

    /** The second attempt waits with its permit where the retry room has no place for it. */
    @Test
    void backend_unavailable_withNoRoomForRetries_losesNothing() throws Exception {
        start("sluice.retry.max.queued.bytes", "0", "sluice.sidecar.batch.delay", "1ms");
        backend.failNext(20);
        List<String> driven = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            driven.add("s" + i);
            post("/v1/traces", request("s" + i));
        }
        assertThat(drain()).isTrue();
        assertThat(backend.names()).containsExactlyInAnyOrderElementsOf(driven);
    }

    @Test
    void backend_refusing_isCountedAsRejected() throws Exception {
        start();
        backend.refuse();
        post("/v1/traces", request("a", "b"));
        assertThat(drain()).isTrue();
        assertThat(traces().rejected()).isEqualTo(2);
        assertThat(traces().offered()).isEqualTo(2);
        assertThat(traces().pending()).isZero();
    }

    @Test
    void merging_staysWithinTheByteLimit_butForARequestThatIsLargerAlone() throws Exception {
        start("sluice.batch.max.bytes", "2048", "sluice.max.concurrent.exports", "1");
        backend.hold();
        post("/v1/traces", request("first"));
        List<String> driven = new ArrayList<>(List.of("first", "z".repeat(5000)));
        for (int i = 0; i < 100; i++) {
            driven.add("q".repeat(100) + i);
        }
        for (String name : driven.subList(1, driven.size())) {
            assertThat(post("/v1/traces", request(name)).statusCode()).isEqualTo(200);
        }
        backend.release();
        assertThat(drain()).isTrue();
        assertThat(backend.names()).containsExactlyInAnyOrderElementsOf(driven);
        assertThat(backend.bodyBytes())
                .filteredOn(bytes -> bytes > 2048)
                .containsExactly(request(driven.get(1)).length);
        assertThat(backend.bodyBytes()).hasSizeLessThan(20);
    }

    @Test
    void gzipBody_isInflatedAndForwarded() throws Exception {
        start();
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(request("zipped"));
        }
        HttpResponse<String> response = send(to("/v1/traces")
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(zipped.toByteArray())));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(drain()).isTrue();
        assertThat(backend.names()).containsExactly("zipped");
    }

    @Test
    void emptyRequest_succeedsAndIsNotForwarded() throws Exception {
        start();
        assertThat(post("/v1/traces", new byte[0]).statusCode()).isEqualTo(200);
        assertThat(drain()).isTrue();
        assertThat(backend.requests()).isZero();
    }

    @Test
    void drain_deadlinePassed_countsWhatWasLeft() throws Exception {
        start("sluice.drain.timeout", "300ms");
        backend.hold();
        post("/v1/traces", request("stuck"));
        assertThat(drain()).isFalse();
        assertThat(traces().droppedItems()).isEqualTo(1);
        assertThat(traces().pending()).isZero();
    }

    // ---- refusing ---------------------------------------------------------------------------------------------

    @Test
    void custody_full_refusesWithRetryAfter_andTakesAgainLater() throws Exception {
        start("sluice.sidecar.max.custody.bytes", "65536", "sluice.max.concurrent.exports", "1");
        backend.hold();
        String name = "x".repeat(20_000);
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> response = post("/v1/traces", request(name));
            statuses.add(response.statusCode());
            if (response.statusCode() == 429) {
                assertThat(response.headers().firstValue("Retry-After")).contains("1");
                assertThat(response.body()).contains("of 65536 bytes");
            }
        }
        assertThat(statuses).containsExactly(200, 200, 200, 429, 429);
        assertThat(sidecar.counts().custodyRefusals()).isEqualTo(2);
        backend.release();
        int status;
        do {
            status = post("/v1/traces", request(name)).statusCode();
        } while (status == 429);
        assertThat(status).isEqualTo(200);
        assertThat(drain()).isTrue();
        assertThat(backend.names()).hasSize(4);
        assertThat(traces().delivered()).isEqualTo(4);
    }

    @Test
    void custody_fullForABodyOfUnknownLength_isRefusedWhileItComesIn() throws Exception {
        start("sluice.sidecar.max.custody.bytes", "65536", "sluice.max.concurrent.exports", "1");
        backend.hold();
        byte[] body = request("x".repeat(20_000), "y".repeat(20_000));
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> response = send(to("/v1/traces")
                    .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));
            statuses.add(response.statusCode());
        }
        assertThat(statuses).containsExactly(200, 429, 429);
        backend.release();
        assertThat(drain()).isTrue();
        assertThat(traces().refused()).isEmpty();
        assertThat(traces().offered()).isEqualTo(2);
        assertThat(traces().delivered()).isEqualTo(2);
        assertThat(sidecar.counts().custodyRefusals()).isEqualTo(2);
    }

    @Test
    void serverRefusals_sayWhatAClientIsToDo() {
        ReceiverCounts counts = new ReceiverCounts();
        Map<Signal, Lane> none = new EnumMap<>(Signal.class);
        Custody custody = new Custody(1, 1, new ManualClock());
        OtlpReceiver receiver = new OtlpReceiver(
                none,
                custody,
                new SenderNames(Optional.empty(), Optional.empty()),
                counts,
                new Pages(none, custody, new Figures(none, custody, counts, 0, new ManualClock())));
        assertThat(retryAfter(receiver.refusal(Optional.empty(), 503, "closing")))
                .contains(Duration.ofSeconds(1));
        assertThat(receiver.refusal(Optional.empty(), 503, "closing").body()).startsWith(8, 14);
        assertThat(receiver.refusal(Optional.empty(), 500, "bug").body()).startsWith(8, 13);
        assertThat(counts.malformedRequests()).isZero();
        assertThat(retryAfter(receiver.refusal(Optional.empty(), 408, "slow"))).isEmpty();
        assertThat(receiver.refusal(Optional.empty(), 413, "large").body()).startsWith(8, 8);
        assertThat(counts.malformedRequests()).isEqualTo(2);
    }

    private static Optional<Duration> retryAfter(io.sluice.exporter.transport.HttpResponse refusal) {
        return refusal.grpcStatus().flatMap(GrpcStatus::retryAfter);
    }

    @Test
    void malformedProtobuf_is400WithAStatusThatNamesIt_andLosesNothingElse() throws Exception {
        start();
        post("/v1/traces", request("before"));
        byte[] cut = request("cut off");
        HttpResponse<String> response = post("/v1/traces", Arrays.copyOf(cut, cut.length - 3));
        post("/v1/traces", request("after"));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/x-protobuf");
        assertThat(response.body()).contains("not a valid OTLP TRACES request: ");
        assertThat(drain()).isTrue();
        assertThat(backend.names()).containsExactlyInAnyOrder("before", "after");
        assertThat(sidecar.counts().malformedRequests()).isEqualTo(1);
    }

    @Test
    void truncatedGzip_is400() throws Exception {
        start();
        HttpResponse<String> response = send(to("/v1/traces")
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0})));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(traces().offered()).isZero();
    }

    @Test
    void tooLargeBody_is413_atItsEdge() throws Exception {
        byte[] request = request("y".repeat(3000));
        start("sluice.sidecar.max.request.bytes", Integer.toString(request.length));
        assertThat(post("/v1/traces", request).statusCode()).isEqualTo(200);
        assertThat(post("/v1/traces", request("y".repeat(3001))).statusCode()).isEqualTo(413);
        assertThat(drain()).isTrue();
        assertThat(backend.names()).hasSize(1);
    }

    // ---- answers on delivery ----------------------------------------------------------------------------------

    private java.util.concurrent.CompletableFuture<HttpResponse<String>> postLater(byte[] body) {
        return client.sendAsync(
                to("/v1/traces")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void ackOnDelivery_answersOnceTheBackendHas() throws Exception {
        start("sluice.sidecar.ack", "delivery", "sluice.sidecar.batch.delay", "1ms");
        backend.hold();
        var answer = postLater(request("a", "b"));
        while (backend.requests() == 0) {
            Thread.onSpinWait();
        }
        assertThat(answer).isNotDone();
        assertThat(traces().pending()).isEqualTo(2);
        backend.release();
        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(drain()).isTrue();
        assertThat(backend.names()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void ackOnDelivery_hasTheBackendsRefusal() throws Exception {
        start("sluice.sidecar.ack", "delivery", "sluice.sidecar.batch.delay", "1ms");
        backend.refuse();
        HttpResponse<String> answer = post("/v1/traces", request("a"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("no");
        assertThat(drain()).isTrue();
        assertThat(traces().rejected()).isEqualTo(1);
    }

    @Test
    void ackOnDelivery_thatTakesTooLong_is503_andTheRequestArrivesAnyway() throws Exception {
        start(
                "sluice.sidecar.ack",
                "delivery",
                "sluice.sidecar.ack.timeout",
                "100ms",
                "sluice.sidecar.batch.delay",
                "1ms");
        backend.hold();
        HttpResponse<String> answer = post("/v1/traces", request("late"));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
        backend.release();
        assertThat(drain()).isTrue();
        assertThat(backend.names()).containsExactly("late");
    }

    /** The batch is due in an hour; the drain sends it, and then its senders are answered. */
    @Test
    void ackOnDelivery_drain_answersWhoWaits() throws Exception {
        start("sluice.sidecar.ack", "delivery", "sluice.sidecar.batch.delay", "1h");
        var answer = postLater(request("a"));
        while (traces().pending() == 0) {
            Thread.onSpinWait();
        }
        assertThat(drain()).isTrue();
        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(backend.names()).containsExactly("a");
    }

    @Test
    void ackOnDelivery_batches_holdOneSenderOnly() throws Exception {
        start(
                "sluice.sidecar.ack",
                "delivery",
                "sluice.sidecar.sender.header",
                "x-tenant",
                "sluice.max.concurrent.exports",
                "1",
                "sluice.sidecar.batch.delay",
                "1ms");
        backend.hold();
        List<java.util.concurrent.CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(client.sendAsync(
                    to("/v1/traces")
                            .header("X-Tenant", "tenant" + i % 2)
                            .POST(HttpRequest.BodyPublishers.ofByteArray(request("tenant" + i % 2 + "-" + i)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString()));
        }
        while (traces().accepted() < 20) {
            Thread.onSpinWait();
        }
        backend.release();
        for (var answer : answers) {
            assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
        assertThat(drain()).isTrue();
        assertThat(backend.batches())
                .allSatisfy(names -> assertThat(
                                names.stream().map(name -> name.substring(0, 7)).distinct())
                        .hasSize(1));
        assertThat(backend.names()).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void wrongTypeMethodOrPath_areNamed() throws Exception {
        start();
        HttpResponse<String> text =
                send(HttpRequest.newBuilder(to("/v1/traces").build().uri())
                        .header("Content-Type", "text/plain")
                        .POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(text.statusCode()).isEqualTo(415);
        assertThat(text.body())
                .contains("text/plain is not supported; allowed: application/x-protobuf, application/json");
        HttpResponse<String> get = send(to("/v1/traces").GET());
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(get.headers().firstValue("Allow")).contains("POST");
        assertThat(post("/v1/spans", new byte[0]).statusCode()).isEqualTo(404);
        assertThat(sidecar.counts().malformedRequests()).isEqualTo(3);
    }

    @Test
    void health_followsCustody() throws Exception {
        start();
        assertThat(send(to("/healthz").GET()).statusCode()).isEqualTo(200);
        assertThat(send(to("/readyz").GET()).statusCode()).isEqualTo(200);
    }

    @Test
    void readiness_endsWhereCustodyIsFull() throws Exception {
        int overhead = request("n".repeat(65_000)).length - 65_000;
        start("sluice.sidecar.max.custody.bytes", "65536");
        backend.hold();
        assertThat(post("/v1/traces", request("n".repeat(65_536 - overhead - Custody.REQUEST_BYTES)))
                        .statusCode())
                .isEqualTo(200);
        assertThat(send(to("/readyz").GET()).statusCode()).isEqualTo(503);
        assertThat(send(to("/healthz").GET()).statusCode()).isEqualTo(200);
        backend.release();
        assertThat(drain()).isTrue();
    }

    @Test
    void readiness_followsTheDestination() throws Exception {
        start("sluice.sidecar.batch.delay", "1ms");
        backend.failNext(Integer.MAX_VALUE);
        assertThat(post("/v1/traces", request("a")).statusCode()).isEqualTo(200);
        HttpResponse<String> ready = send(to("/readyz").GET());
        while (ready.statusCode() == 200) {
            ready = send(to("/readyz").GET());
        }
        assertThat(ready.body()).contains("destination of traces does not answer");
        assertThat(send(to("/healthz").GET()).statusCode()).isEqualTo(200);
        backend.failNext(0);
        while (send(to("/readyz").GET()).statusCode() != 200) {
            Thread.onSpinWait();
        }
        assertThat(drain()).isTrue();
    }

    // ---- metrics ----------------------------------------------------------------------------------------------

    /** The value of each line, by what stands before it. */
    private Map<String, Double> metrics() throws Exception {
        HttpResponse<String> page = send(to("/metrics").GET());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        Map<String, Double> values = new HashMap<>();
        page.body().lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int space = line.lastIndexOf(' ');
            assertThat(values.put(line.substring(0, space), Double.valueOf(line.substring(space + 1))))
                    .as(line)
                    .isNull();
        });
        return values;
    }

    @Test
    void metrics_agreeWithTheAccount_andWithTheBackend() throws Exception {
        start("sluice.sidecar.batch.delay", "1ms", "sluice.sidecar.sender.header", "x-tenant");
        backend.refuse("bad");
        for (String name : List.of("a", "b", "bad")) {
            HttpRequest.Builder request = to("/v1/traces").header("x-tenant", "of-" + name);
            assertThat(send(request.POST(HttpRequest.BodyPublishers.ofByteArray(request(name))))
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(post("/v1/traces", new byte[] {1}).statusCode()).isEqualTo(400);
        while (traces().pending() > 0) {
            Thread.onSpinWait();
        }
        Map<String, Double> values = metrics();
        assertThat(values)
                .containsEntry("otelcol_receiver_accepted_spans{receiver=\"otlp\"}", 3.0)
                .containsEntry("otelcol_receiver_refused_spans{receiver=\"otlp\"}", 0.0)
                .containsEntry("otelcol_exporter_sent_spans{exporter=\"otlp_http\"}", (double)
                        backend.names().size())
                .containsEntry("otelcol_exporter_send_failed_spans{exporter=\"otlp_http\"}", 1.0)
                .containsEntry("otelcol_exporter_sent_log_records{exporter=\"otlp_http\"}", 0.0)
                .containsEntry("sluice_receiver_requests_refused_total{reason=\"malformed\"}", 1.0)
                .containsEntry("sluice_items_rejected_total{signal=\"traces\"}", 1.0)
                .containsEntry("sluice_sender_items_total{sender=\"of-a\",outcome=\"delivered\"}", 1.0)
                .containsEntry("sluice_sender_items_total{sender=\"of-bad\",outcome=\"rejected\"}", 1.0)
                .containsEntry("sluice_destination_up{signal=\"traces\"}", 1.0);
        assertThat(values.get("otelcol_exporter_queue_capacity")).isGreaterThan(65_536);
        assertThat(values.get("sluice_custody_peak_bytes")).isPositive();
        assertThat(values.get("otelcol_process_runtime_heap_alloc_bytes")).isPositive();
    }

    @Test
    void metrics_ofSenders_areSoManyAndNoMore() throws Exception {
        start(
                "sluice.sidecar.batch.delay",
                "1ms",
                "sluice.sidecar.sender.header",
                "x-tenant",
                "sluice.sidecar.metrics.max.senders",
                "2");
        for (int i = 0; i < 30; i++) {
            HttpRequest.Builder request = to("/v1/traces").header("x-tenant", "tenant" + i % 5 * (i % 2));
            send(request.POST(HttpRequest.BodyPublishers.ofByteArray(request("s" + i))));
        }
        while (traces().pending() > 0) {
            Thread.onSpinWait();
        }
        List<Map.Entry<String, Double>> delivered = metrics().entrySet().stream()
                .filter(line -> line.getKey().startsWith("sluice_sender_items_total")
                        && line.getKey().contains("\"delivered\""))
                .toList();
        assertThat(delivered).hasSize(3);
        assertThat(delivered.stream().mapToDouble(Map.Entry::getValue).sum()).isEqualTo(30);
    }

    /** Whoever adds one writes down what it says. */
    @Test
    void metrics_areThoseOfThePage() throws Exception {
        start();
        List<String> shown = send(to("/metrics").GET())
                .body()
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ")[2])
                .toList();
        String page = java.nio.file.Files.readString(java.nio.file.Path.of("..", "..", "docs", "metrics.md"));
        List<String> told = java.util.regex.Pattern.compile("`((?:otelcol|sluice)_[a-z_]+)`")
                .matcher(page.substring(page.indexOf("## The sidecar")))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(shown).containsExactlyInAnyOrderElementsOf(told);
    }

    @Test
    void ownMetrics_goToTheBackend_ifTheyAreAskedFor() throws Exception {
        start("sluice.sidecar.self.metrics.interval", "50ms", "sluice.sidecar.batch.delay", "1ms");
        while (backend.metrics().isEmpty()) {
            Thread.onSpinWait();
        }
        List<String> names = new ArrayList<>();
        backend.metrics()
                .get(0)
                .getResourceMetricsList()
                .forEach(resource -> resource.getScopeMetricsList()
                        .forEach(scope -> scope.getMetricsList().forEach(metric -> names.add(metric.getName()))));
        assertThat(names).contains("otelcol_receiver_accepted_spans", "sluice_custody_peak_bytes");
        assertThat(drain()).isTrue();
        assertThat(sidecar.accounts().get("metrics").pending()).isZero();
    }

    // ---- starting ---------------------------------------------------------------------------------------------

    @Test
    void start_portInUse_namesTheAddress() throws Exception {
        start();
        int port = sidecar.localAddress().getPort();
        long tasks = runtime.metrics().aliveTasks();
        assertThatThrownBy(() -> start("sluice.sidecar.listen", "127.0.0.1:" + port))
                .isInstanceOf(java.net.BindException.class)
                .hasMessageContaining(":" + port);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (runtime.metrics().aliveTasks() > tasks && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(runtime.metrics().aliveTasks()).isEqualTo(tasks);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:14318, http://localhost:14318",
        "127.0.0.1:14318, http://127.0.0.1:14318/v1",
        "0.0.0.0:14318, http://127.0.0.1:14318",
        "127.0.0.1:80, http://localhost",
        "[::1]:14318, http://[::1]:14318",
    })
    void start_endpointIsItself_isRefused(String listen, String endpoint) {
        assertThatThrownBy(() -> start("sluice.sidecar.listen", listen, "otel.exporter.otlp.endpoint", endpoint))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("would send TRACES to itself");
    }
}
