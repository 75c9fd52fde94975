package io.sluice.benchmarks.sidecar;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.GZIPOutputStream;

/**
 * Export requests of one service, of so many spans of about 370 bytes with eight attributes. The first span's start is
 * where a request carries the moment that it was due. One thread.
 */
final class SpanRequests {

    /** Stands for the moment until there is one; found again in the encoded request. */
    private static final long PLACE_OF_STAMP = 0x5eed_5eed_5eed_5eedL;

    private static final int LARGEST_GZIP_STEP = 16 * 1024;

    private final int spans;
    private final boolean gzip;
    private final byte[] request;
    private final int stampAt;
    private final byte[] unstamped;

    /** For one connection; {@code variant} tells the spans of one connection from another's */
    SpanRequests(int spans, boolean gzip, int variant) {
        this.spans = spans;
        this.gzip = gzip;
        request = encode(spans, variant);
        stampAt = placeOfStamp(request);
        stamp(0);
        unstamped = gzip ? compress(request) : request;
    }

    int spans() {
        return spans;
    }

    /** The body with {@code nanos} in it, valid until the next call; 0 for no moment, which costs nothing. */
    byte[] body(long nanos) {
        if (nanos == 0) {
            return unstamped;
        }
        stamp(nanos);
        return gzip ? compress(request) : request;
    }

    private void stamp(long nanos) {
        ByteBuffer.wrap(request).order(ByteOrder.LITTLE_ENDIAN).putLong(stampAt, nanos);
    }

    private static int placeOfStamp(byte[] request) {
        ByteBuffer bytes = ByteBuffer.wrap(request).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i + Long.BYTES <= request.length; i++) {
            if (bytes.getLong(i) == PLACE_OF_STAMP) {
                return i;
            }
        }
        throw new IllegalStateException("no place for a stamp");
    }

    private static byte[] compress(byte[] body) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(body.length / 4 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed, LARGEST_GZIP_STEP)) {
            gzip.write(body);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return compressed.toByteArray();
    }

    private static byte[] encode(int spans, int variant) {
        ScopeSpans.Builder scope = ScopeSpans.newBuilder()
                .setScope(InstrumentationScope.newBuilder()
                        .setName("io.opentelemetry.tomcat-10.0")
                        .setVersion("2.20.0-alpha"));
        for (int i = 0; i < spans; i++) {
            scope.addSpans(span(variant, i));
        }
        Resource.Builder service = Resource.newBuilder()
                .addAttributes(text("service.name", "shop"))
                .addAttributes(text("service.instance.id", "627cc493-f310-47de-96bd-71410b7dec09"))
                .addAttributes(text("telemetry.sdk.language", "java"))
                .addAttributes(text("telemetry.sdk.name", "opentelemetry"))
                .addAttributes(text("telemetry.sdk.version", "1.67.0"))
                .addAttributes(text("host.name", "shop-7f9c6d5b4-x2x8q"));
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                        ResourceSpans.newBuilder().setResource(service).addScopeSpans(scope))
                .build()
                .toByteArray();
    }

    private static Span span(int variant, int number) {
        return Span.newBuilder()
                .setTraceId(id(16, variant, number))
                .setSpanId(id(8, variant, number))
                .setParentSpanId(id(8, variant, number + 1))
                .setFlags(257)
                .setName("GET /orders/{id}")
                .setKind(Span.SpanKind.SPAN_KIND_SERVER)
                .setStartTimeUnixNano(number == 0 ? PLACE_OF_STAMP : 0)
                .setEndTimeUnixNano(1_700_000_000_000_000_000L + number * 1_000L)
                .addAttributes(text("http.request.method", "GET"))
                .addAttributes(text("http.route", "/orders/{id}"))
                .addAttributes(text("url.path", "/orders/" + (4000 + number)))
                .addAttributes(text("url.scheme", "https"))
                .addAttributes(text("server.address", "shop.example.com"))
                .addAttributes(whole("server.port", 8443))
                .addAttributes(whole("http.response.status_code", 200))
                .addAttributes(text("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101"))
                .build();
    }

    private static ByteString id(int bytes, int variant, int number) {
        long mixed = (variant * 1_000_003L + number + 1) * 0x9E37_79B9_7F4A_7C15L;
        ByteBuffer id = ByteBuffer.allocate(bytes);
        while (id.hasRemaining()) {
            id.putLong(mixed);
            mixed = Long.rotateLeft(mixed, 23) * 0xBF58_476D_1CE4_E5B9L;
        }
        return ByteString.copyFrom(id.flip());
    }

    private static KeyValue text(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private static KeyValue whole(String key, long value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setIntValue(value))
                .build();
    }
}
