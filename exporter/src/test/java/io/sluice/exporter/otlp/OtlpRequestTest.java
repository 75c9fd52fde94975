package io.sluice.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.exporter.Signal;
import org.junit.jupiter.api.Test;

class OtlpRequestTest {

    @Test
    void layout_ofOneResource_isKept_howeverManySpans() {
        assertThat(keepsLayout(request(1, 5_000))).isTrue();
        assertThat(keepsLayout(request(0, 0))).isTrue();
    }

    /** Also where all say the same and become one: each run of spans between two heads has to be remembered. */
    @Test
    void layout_ofManyResources_isNotKept_evenIfTheyAreTheSame() {
        assertThat(keepsLayout(request(1_000, 1))).isFalse();
        assertThat(keepsLayout(request(4, 1))).isTrue();
        assertThat(keepsLayout(request(5, 1))).isFalse();
    }

    private static boolean keepsLayout(OtlpRequest request) {
        Envelopes.Layout first = request.layout();
        return request.layout() == first;
    }

    private static OtlpRequest request(int resources, int spansEach) {
        ScopeSpans.Builder scope = ScopeSpans.newBuilder();
        for (int i = 0; i < spansEach; i++) {
            scope.addSpans(Span.newBuilder().setName("span"));
        }
        ResourceSpans resource = ResourceSpans.newBuilder()
                .setResource(Resource.newBuilder()
                        .addAttributes(KeyValue.newBuilder().setKey("service.name")))
                .addScopeSpans(scope)
                .build();
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        for (int i = 0; i < resources; i++) {
            request.addResourceSpans(resource);
        }
        return new OtlpRequest(Signal.TRACES, request.build().toByteArray(), resources * spansEach);
    }
}
