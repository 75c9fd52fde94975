package io.sluice.agent.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.batching.AccountSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sidecar behind a sidecar: our own transports against our own server. */
@Timeout(60)
class ChainTest {

    private static final int REQUESTS = 100;

    @ParameterizedTest
    @CsvSource({"grpc,none", "grpc,gzip", "http/protobuf,none", "http/protobuf,gzip"})
    void spans_throughTwoSidecars_arriveOnce(String protocol, String compression) throws Exception {
        List<String> driven = new ArrayList<>();
        AccountSnapshot near;
        AccountSnapshot far;
        try (SidecarRun farSide = new SidecarRun()) {
            try (SidecarRun nearSide = new SidecarRun(
                    "otel.exporter.otlp.endpoint",
                    "http://127.0.0.1:" + farSide.sidecar.localAddress().getPort(),
                    "otel.exporter.otlp.protocol",
                    protocol,
                    "otel.exporter.otlp.compression",
                    compression)) {
                for (int i = 0; i < REQUESTS; i++) {
                    driven.add("span " + i);
                    assertThat(nearSide.post("/v1/traces", request("span " + i)).statusCode())
                            .isEqualTo(200);
                }
                near = nearSide.drained("traces");
            }
            far = farSide.drained("traces");
            assertThat(names(farSide)).containsExactlyInAnyOrderElementsOf(driven);
        }
        assertThat(near.delivered()).isEqualTo(REQUESTS).isEqualTo(near.accepted());
        assertThat(far.accepted()).isEqualTo(REQUESTS).isEqualTo(far.delivered());
    }

    private static List<String> names(SidecarRun run) throws InvalidProtocolBufferException {
        List<String> names = new ArrayList<>();
        for (byte[] body : run.backend.at("/v1/traces")) {
            for (ResourceSpans resource :
                    ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
                resource.getScopeSpansList()
                        .forEach(scope -> scope.getSpansList().forEach(span -> names.add(span.getName())));
            }
        }
        return names;
    }

    private static byte[] request(String name) {
        ScopeSpans.Builder scope =
                ScopeSpans.newBuilder().addSpans(Span.newBuilder().setName(name));
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
                .build()
                .toByteArray();
    }
}
