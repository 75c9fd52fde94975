package io.sluice.benchmarks.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the generator drives is what the far end counts by, down to the single span. */
class LoadGeneratorTest {

    private final List<String> parents = new CopyOnWriteArrayList<>();
    private HttpServer application;
    private long spanIds;

    @BeforeEach
    void open() throws Exception {
        application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        application.createContext("/orders", exchange -> {
            parents.add(exchange.getRequestHeaders().getFirst("traceparent"));
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[] {'o', 'k'});
            exchange.close();
        });
        application.start();
    }

    @AfterEach
    void close() {
        application.stop(0);
    }

    @Test
    void spansThatDoNotArrive_areCountedAsLost() throws Exception {
        try (LoadGenerator load = new LoadGenerator();
                FarEnd farEnd = new FarEnd()) {
            LoadGenerator.Outcome outcome = load.run(application.getAddress().getPort(), 0.2);
            int requests = outcome.answered().size();

            assertThat(outcome.failed()).isZero();
            assertThat(outcome.latencies().count()).isEqualTo(requests).isPositive();
            assertThat(parents).hasSize(requests).doesNotHaveDuplicates();
            assertThat(outcome.lost(farEnd)).isEqualTo(requests * (long) LoadGenerator.SPANS_A_REQUEST);

            for (String parent : parents) {
                export(farEnd, parent.split("-", -1)[1], LoadGenerator.SPANS_A_REQUEST);
            }
            assertThat(outcome.lost(farEnd)).isZero();
            assertThat(farEnd.spans()).isEqualTo(requests * (long) LoadGenerator.SPANS_A_REQUEST);
        }
    }

    @Test
    void spanThatComesTwice_replacesNoOther() throws Exception {
        try (LoadGenerator load = new LoadGenerator();
                FarEnd farEnd = new FarEnd()) {
            LoadGenerator.Outcome outcome = load.run(application.getAddress().getPort(), 0.2);
            for (String parent : parents) {
                export(farEnd, parent.split("-", -1)[1], LoadGenerator.SPANS_A_REQUEST - 1);
                spanIds--;
                export(farEnd, parent.split("-", -1)[1], 1);
            }

            assertThat(outcome.lost(farEnd))
                    .isEqualTo(outcome.answered().size())
                    .isPositive();
        }
    }

    private void export(FarEnd farEnd, String traceId, int spans) throws Exception {
        ScopeSpans.Builder scope = ScopeSpans.newBuilder();
        for (int i = 0; i < spans; i++) {
            scope.addSpans(Span.newBuilder()
                    .setTraceId(ByteString.copyFrom(HexFormat.of().parseHex(traceId)))
                    .setSpanId(
                            ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(0, ++spanIds))));
        }
        byte[] body = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
                .build()
                .toByteArray();
        HttpRequest request = HttpRequest.newBuilder(URI.create(farEnd.endpoint() + "/v1/traces"))
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(200);
    }
}
