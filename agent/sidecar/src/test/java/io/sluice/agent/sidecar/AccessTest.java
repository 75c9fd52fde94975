package io.sluice.agent.sidecar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may send to the sidecar, and how much: tokens, origins, bytes per second. */
@Timeout(60)
class AccessTest {

    private static final String PATH = "/v1/traces";

    @TempDir
    private Path directory;

    private static HttpRequest.Builder request(SidecarRun run, int bytes) {
        byte[] body = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .addScopeSpans(ScopeSpans.newBuilder()
                                .addSpans(Span.newBuilder().setName("x".repeat(bytes)))))
                .build()
                .toByteArray();
        return run.to(PATH, "application/x-protobuf").POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    private static int with(SidecarRun run, String header, String value) throws Exception {
        return run.send(request(run, 1).header(header, value)).statusCode();
    }

    // ---- tokens -----------------------------------------------------------------------------------------------

    @Test
    void token_isNeeded_whereAFileIsSet_andIsNeverToldInAnAnswer() throws Exception {
        Path file = Files.writeString(directory.resolve("tokens"), "# of the shop\nsesame\n\nopen-2\n");
        try (SidecarRun run = new SidecarRun("sluice.sidecar.auth.file", file.toString())) {
            HttpResponse<byte[]> none = run.send(request(run, 1));
            assertThat(none.statusCode()).isEqualTo(401);
            assertThat(none.headers().firstValue("WWW-Authenticate")).contains("Bearer");
            assertThat(new String(none.body(), UTF_8)).contains("a bearer token that is valid here");
            HttpResponse<byte[]> wrong = run.send(request(run, 1).header("Authorization", "Bearer sesame-not"));
            assertThat(wrong.statusCode()).isEqualTo(401);
            assertThat(new String(wrong.body(), UTF_8)).doesNotContain("sesame");
            assertThat(with(run, "Authorization", "sesame")).isEqualTo(401);
            assertThat(with(run, "Authorization", "Bearer # of the shop")).isEqualTo(401);
            assertThat(with(run, "Authorization", "bearer sesame")).isEqualTo(200);
            assertThat(with(run, "Authorization", "Bearer open-2")).isEqualTo(200);
            assertThat(run.send(run.to("/healthz", "text/plain").GET()).statusCode())
                    .isEqualTo(200);
            assertThat(run.sidecar.counts().unauthenticatedRequests()).isEqualTo(4);
            assertThat(run.drained("traces").offered()).isEqualTo(2);
        }
    }

    @Test
    void token_mayStandInAHeaderOfItsOwn() throws Exception {
        Path file = Files.writeString(directory.resolve("tokens"), "k1");
        try (SidecarRun run = new SidecarRun(
                "sluice.sidecar.auth.file", file.toString(), "sluice.sidecar.auth.header", "X-Api-Key")) {
            assertThat(with(run, "x-api-key", "k1")).isEqualTo(200);
            assertThat(with(run, "x-api-key", "Bearer k1")).isEqualTo(401);
            assertThat(with(run, "Authorization", "Bearer k1")).isEqualTo(401);
        }
    }

    private static String metrics(SidecarRun run) throws Exception {
        return new String(run.send(run.to("/metrics", "text/plain").GET()).body(), UTF_8);
    }

    /** Whatever a sender calls itself: the header is only asked where nothing was checked. */
    @Test
    void token_isTheSender_andItsNameDoesNotTellTheToken() throws Exception {
        Path file = Files.writeString(directory.resolve("tokens"), "sesame\nopen-2\n");
        try (SidecarRun run = new SidecarRun(
                "sluice.sidecar.auth.file", file.toString(), "sluice.sidecar.sender.header", "x-tenant")) {
            for (String tenant : new String[] {"a", "b"}) {
                HttpRequest.Builder sent = request(run, 1).header("Authorization", "Bearer sesame");
                assertThat(run.send(sent.header("x-tenant", tenant)).statusCode())
                        .isEqualTo(200);
            }
            assertThat(with(run, "Authorization", "Bearer open-2")).isEqualTo(200);

            // printf sesame | sha256sum | cut -c 1-8
            assertThat(metrics(run))
                    .contains("sluice_senders 2", "{sender=\"token-d0c04f4b\"}", "{sender=\"token-cc8383fd\"}")
                    .doesNotContain("sesame", "open-2");
            assertThat(run.drained("traces").delivered()).isEqualTo(3);
        }
    }

    @Test
    void refusals_andWhatHappenedToConnections_areShown() throws Exception {
        Path file = Files.writeString(directory.resolve("tokens"), "sesame");
        try (SidecarRun run = new SidecarRun(
                "sluice.sidecar.auth.file", file.toString(), "sluice.sidecar.max.bytes.per.second", "1024")) {
            assertThat(with(run, "Authorization", "Bearer wrong")).isEqualTo(401);
            assertThat(run.send(request(run, 50_000).header("Authorization", "Bearer sesame"))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(with(run, "Authorization", "Bearer sesame")).isEqualTo(429);

            assertThat(metrics(run))
                    .contains(
                            "sluice_receiver_requests_refused_total{reason=\"unauthenticated\"} 1",
                            "sluice_receiver_requests_refused_total{reason=\"throttled\"} 1",
                            "sluice_receiver_events_total{event=\"flood\"} 0")
                    .containsPattern("sluice_receiver_events_total\\{event=\"connection_accepted\"} [1-9]");
            assertThat(run.drained("traces").delivered()).isEqualTo(1);
        }
    }

    @Test
    void tokenFile_thatChanges_isReadAgain_andOneThatIsGoneChangesNothing() throws Exception {
        Path file = Files.writeString(directory.resolve("tokens"), "old");
        try (SidecarRun run = new SidecarRun("sluice.sidecar.auth.file", file.toString())) {
            assertThat(with(run, "Authorization", "Bearer old")).isEqualTo(200);
            Path next = Files.writeString(directory.resolve("next"), "new");
            Files.move(next, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (with(run, "Authorization", "Bearer new") != 200) {
                assertThat(System.nanoTime()).isLessThan(deadline);
            }
            assertThat(with(run, "Authorization", "Bearer old")).isEqualTo(401);
            Files.delete(file);
            assertThat(with(run, "Authorization", "Bearer new")).isEqualTo(200);
        }
    }

    @Test
    void tokenFile_missingOrEmpty_isNamedAtTheStart() throws Exception {
        Path empty = Files.writeString(directory.resolve("empty"), "# nobody\n");
        assertThatThrownBy(() -> Tokens.read(empty))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sluice.sidecar.auth.file: " + empty + " holds no token");
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> Tokens.read(missing)).hasMessageContaining(missing + " cannot be read");
    }

    // ---- origins ----------------------------------------------------------------------------------------------

    private static HttpResponse<byte[]> preflight(SidecarRun run, String origin) throws Exception {
        return run.send(run.to(PATH, "text/plain")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type,authorization"));
    }

    @Test
    void origin_allowed_maySend_withoutATokenForItsQuestion() throws Exception {
        Path file = Files.writeString(directory.resolve("tokens"), "sesame");
        try (SidecarRun run = new SidecarRun(
                "sluice.sidecar.cors.allowed.origins",
                "https://shop.example.com, http://*.example.org:8080",
                "sluice.sidecar.auth.file",
                file.toString())) {
            for (String origin : new String[] {"https://shop.example.com", "http://a.b.example.org:8080"}) {
                HttpResponse<byte[]> answer = preflight(run, origin);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                        .contains(origin);
                assertThat(answer.headers().firstValue("Access-Control-Allow-Methods"))
                        .contains("POST");
                assertThat(answer.headers().firstValue("Access-Control-Allow-Headers"))
                        .contains("content-type,authorization");
                assertThat(answer.headers().firstValue("Vary")).contains("Origin");
                HttpResponse<byte[]> sent =
                        run.send(request(run, 1).header("Origin", origin).header("Authorization", "Bearer sesame"));
                assertThat(sent.statusCode()).isEqualTo(200);
                assertThat(sent.headers().firstValue("Access-Control-Allow-Origin"))
                        .contains(origin);
                HttpResponse<byte[]> refused = run.send(request(run, 1).header("Origin", origin));
                assertThat(refused.statusCode()).isEqualTo(401);
                assertThat(refused.headers().firstValue("Access-Control-Allow-Origin"))
                        .contains(origin);
            }
            assertThat(run.drained("traces").delivered()).isEqualTo(2);
        }
    }

    @Test
    void origin_ofStrangers_getsNoPermission() throws Exception {
        try (SidecarRun run = new SidecarRun("sluice.sidecar.cors.allowed.origins", "https://*.example.com")) {
            for (String origin : new String[] {
                "https://example.com",
                "http://a.example.com",
                "https://a.example.com.evil.net",
                "null",
                "https://evil/x.example.com"
            }) {
                HttpResponse<byte[]> answer = preflight(run, origin);
                assertThat(answer.statusCode()).as(origin).isEqualTo(403);
                assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                        .isEmpty();
            }
        }
        try (SidecarRun run = new SidecarRun()) {
            assertThat(preflight(run, "https://a.example.com").statusCode()).isEqualTo(405);
        }
        try (SidecarRun run = new SidecarRun("sluice.sidecar.cors.allowed.origins", "*")) {
            assertThat(preflight(run, "https://any.where:1").statusCode()).isEqualTo(200);
        }
    }

    // ---- rate -------------------------------------------------------------------------------------------------

    @Test
    void bytesPerSecond_beyondThem_areRefusedWithTheTimeToWait_andCounted() throws Exception {
        try (SidecarRun run = new SidecarRun("sluice.sidecar.max.bytes.per.second", "1024")) {
            assertThat(run.send(request(run, 50_000)).statusCode()).isEqualTo(200);
            HttpResponse<byte[]> refused = run.send(request(run, 10));
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(Integer.parseInt(
                            refused.headers().firstValue("Retry-After").orElse("0")))
                    .isBetween(30, 50);
            assertThat(new String(refused.body(), UTF_8)).contains("more than 1024 bytes a second");
            assertThat(run.send(run.to("/healthz", "text/plain").GET()).statusCode())
                    .isEqualTo(200);
            assertThat(run.sidecar.counts().throttledRequests()).isEqualTo(1);
            assertThat(run.drained("traces").offered()).isEqualTo(1);
        }
    }

    @Test
    void rate_letsPassWhatFits_andMakesTheRestWait_atItsEdge() {
        long second = TimeUnit.SECONDS.toNanos(1);
        ByteRate rate = new ByteRate(1_000, 0);
        assertThat(rate.take(999, 0)).isZero();
        assertThat(rate.take(501, 0)).isZero(); // one byte was left
        assertThat(rate.take(1, 0)).isBetween(second / 2, second / 2 + 2_000_000);
        assertThat(rate.take(1, second / 2)).isPositive();
        assertThat(rate.take(1, second / 2 + 2_000_000)).isZero();
        assertThat(rate.take(1_000, 100 * second)).isZero(); // a bucket, not a hundred of them
        assertThat(rate.take(1, 100 * second)).isPositive();
        rate.charge(1_000);
        assertThat(rate.take(1, 101 * second)).isPositive();
    }
}
