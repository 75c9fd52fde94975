package io.sluice.exporter.otlp;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;

/** The span that benchmarks use: a server span of eight attributes, about 374 bytes on the wire. */
final class TestSpans {

    private TestSpans() {}

    static SpanData server() {
        return TestSpanData.builder()
                .setSpanContext(SpanContext.create(
                        "0af7651916cd43dd8448eb211c80319c",
                        "b7ad6b7169203331",
                        TraceFlags.getSampled(),
                        TraceState.getDefault()))
                .setResource(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "shop")))
                .setInstrumentationScopeInfo(InstrumentationScopeInfo.create("io.sluice.test"))
                .setName("GET /orders/{id}")
                .setKind(SpanKind.SERVER)
                .setStartEpochNanos(1_700_000_000_000_000_000L)
                .setEndEpochNanos(1_700_000_000_012_345_678L)
                .setHasEnded(true)
                .setStatus(StatusData.unset())
                .setAttributes(Attributes.builder()
                        .put("http.request.method", "GET")
                        .put("http.route", "/orders/{id}")
                        .put("url.path", "/orders/4711")
                        .put("url.scheme", "https")
                        .put("server.address", "shop.example.com")
                        .put("server.port", 8443)
                        .put("http.response.status_code", 200)
                        .put("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101")
                        .build())
                .setTotalAttributeCount(8)
                .build();
    }
}
