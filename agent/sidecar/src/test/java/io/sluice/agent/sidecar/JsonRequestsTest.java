package io.sluice.agent.sidecar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.batching.AccountSnapshot;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OTLP's JSON through the sidecar, which forwards protobuf. */
@Timeout(60)
class JsonRequestsTest {

    private static HttpResponse<byte[]> post(SidecarRun run, String path, String json) throws Exception {
        return run.send(
                run.to(path, "application/json; charset=utf-8").POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private static String spans(String... names) {
        return IntStream.range(0, names.length)
                .mapToObj(i ->
                        "{\"traceId\":\"5b8efff798038103d269b633813fc60c\",\"spanId\":\"eee19b7ec3c1b174\",\"name\":\""
                                + names[i] + "\",\"startTimeUnixNano\":\"" + i + "\"}")
                .collect(Collectors.joining(",", "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[", "]}]}]}"));
    }

    private static List<String> arrived(SidecarRun run) throws Exception {
        List<String> names = new ArrayList<>();
        for (byte[] body : run.backend.at("/v1/traces")) {
            ExportTraceServiceRequest.parseFrom(body)
                    .getResourceSpansList()
                    .forEach(resource -> resource.getScopeSpansList()
                            .forEach(scope -> scope.getSpansList().forEach(span -> names.add(span.getName()))));
        }
        return names;
    }

    @Test
    void requests_smallAndLarge_arriveAsProtobuf_eachSpanOnce() throws Exception {
        try (SidecarRun run = new SidecarRun()) {
            List<String> driven = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int request = i;
                String[] names = IntStream.range(0, i == 7 ? 2_000 : 3)
                        .mapToObj(n -> "żółć " + request + "-" + n)
                        .toArray(String[]::new);
                driven.addAll(List.of(names));
                HttpResponse<byte[]> response = post(run, "/v1/traces", spans(names));
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
                assertThat(new String(response.body(), UTF_8)).isEqualTo("{}");
            }
            AccountSnapshot account = run.drained("traces");
            assertThat(account.accepted()).isEqualTo(driven.size());
            assertThat(account.delivered()).isEqualTo(driven.size());
            assertThat(arrived(run)).containsExactlyInAnyOrderElementsOf(driven);
        }
    }

    @Test
    void logs_arriveAsProtobuf() throws Exception {
        try (SidecarRun run = new SidecarRun()) {
            post(
                    run,
                    "/v1/logs",
                    "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\"hi\"}}]}]}]}");
            assertThat(run.drained("logs").delivered()).isEqualTo(1);
            ExportLogsServiceRequest request = ExportLogsServiceRequest.parseFrom(
                    run.backend.at("/v1/logs").get(0));
            assertThat(request.getResourceLogs(0)
                            .getScopeLogs(0)
                            .getLogRecords(0)
                            .getBody()
                            .getStringValue())
                    .isEqualTo("hi");
        }
    }

    @Test
    void malformedRequest_isAnswered400InJson_namingThePlace_andGivesItsRoomBack() throws Exception {
        try (SidecarRun run = new SidecarRun("sluice.sidecar.max.custody.bytes", "65536")) {
            for (int i = 0; i < 10; i++) {
                String json = spans("n".repeat(i % 2 == 0 ? 10 : 30_000)).replace("5b8e", "5b8x");
                HttpResponse<byte[]> response = post(run, "/v1/traces", json);
                assertThat(response.statusCode()).isEqualTo(400);
                assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
                assertThat(new String(response.body(), UTF_8))
                        .startsWith("{\"code\":3,\"message\":\"not a valid OTLP request in JSON:"
                                + " /resourceSpans/0/scopeSpans/0/spans/0/traceId: an id that is not hexadecimal");
            }
            assertThat(post(run, "/v1/traces", spans("good")).statusCode()).isEqualTo(200);
            assertThat(run.sidecar.counts().malformedRequests()).isEqualTo(10);
            assertThat(run.drained("traces").offered()).isEqualTo(1);
            assertThat(arrived(run)).containsExactly("good");
        }
    }

    @Test
    void refusals_areJsonToo() throws Exception {
        try (SidecarRun run = new SidecarRun("sluice.sidecar.max.request.bytes", "4096")) {
            HttpResponse<byte[]> nowhere = post(run, "/v1/spans", "{}");
            assertThat(nowhere.statusCode()).isEqualTo(404);
            assertThat(new String(nowhere.body(), UTF_8))
                    .startsWith("{\"code\":5,\"message\":\"nothing is at /v1/spans");
            HttpResponse<byte[]> large = post(run, "/v1/traces", spans("n".repeat(5_000)));
            assertThat(large.statusCode()).isEqualTo(413);
            assertThat(new String(large.body(), UTF_8)).startsWith("{\"code\":8,");
            String grows = "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"histogram\":{\"dataPoints\":[{"
                    + "\"bucketCounts\":[1" + ",1".repeat(999) + "]}]}}]}]}]}";
            assertThat(post(run, "/v1/metrics", grows).statusCode()).isEqualTo(413);
            assertThat(run.drained("metrics").offered()).isZero();
        }
    }
}
