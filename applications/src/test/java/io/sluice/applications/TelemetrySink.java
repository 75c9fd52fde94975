package io.sluice.applications;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/** The far end: the JDK's HTTP server, and OTLP as its own generated classes read it. */
final class TelemetrySink implements AutoCloseable {

    /** A span as it arrived; ids in hexadecimal. */
    record Arrived(String traceId, String spanId, String parentId, Span.SpanKind kind, String scope, String name) {

        /** What is the same in every run. */
        String label() {
            return scope + " | " + kind.name().replace("SPAN_KIND_", "") + " | " + name;
        }
    }

    /** Each as often as it came. */
    final List<Arrived> spans = new CopyOnWriteArrayList<>();

    /** "scope | name". */
    final Set<String> metrics = new ConcurrentSkipListSet<>();

    /** Scopes of log records, which are the names of loggers. */
    final Set<String> loggers = new ConcurrentSkipListSet<>();

    final List<String> malformed = new CopyOnWriteArrayList<>();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    TelemetrySink() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/traces", exchange -> answer(exchange, this::traces));
        server.createContext("/v1/metrics", exchange -> answer(exchange, this::metrics));
        server.createContext("/v1/logs", exchange -> answer(exchange, this::logs));
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Takes the messages of one signal. */
    @FunctionalInterface
    private interface Reader {
        void read(InputStream body) throws IOException;
    }

    private void answer(HttpExchange exchange, Reader reader) throws IOException {
        try (exchange) {
            boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            InputStream body = exchange.getRequestBody();
            int status = 200;
            try {
                reader.read(gzip ? new GZIPInputStream(body) : body);
            } catch (IOException notOtlp) {
                malformed.add(exchange.getRequestURI() + ": " + notOtlp);
                status = 400;
            }
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private void traces(InputStream body) throws IOException {
        ExportTraceServiceRequest.parseFrom(body)
                .getResourceSpansList()
                .forEach(resource -> resource.getScopeSpansList()
                        .forEach(scope -> scope.getSpansList()
                                .forEach(span ->
                                        spans.add(arrived(scope.getScope().getName(), span)))));
    }

    private static Arrived arrived(String scope, Span span) {
        return new Arrived(
                hex(span.getTraceId()),
                hex(span.getSpanId()),
                hex(span.getParentSpanId()),
                span.getKind(),
                scope,
                span.getName());
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    private void metrics(InputStream body) throws IOException {
        ExportMetricsServiceRequest.parseFrom(body)
                .getResourceMetricsList()
                .forEach(resource -> resource.getScopeMetricsList()
                        .forEach(scope -> scope.getMetricsList()
                                .forEach(
                                        metric -> metrics.add(scope.getScope().getName() + " | " + metric.getName()))));
    }

    private void logs(InputStream body) throws IOException {
        ExportLogsServiceRequest.parseFrom(body)
                .getResourceLogsList()
                .forEach(resource -> resource.getScopeLogsList()
                        .forEach(scope -> loggers.add(scope.getScope().getName())));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
