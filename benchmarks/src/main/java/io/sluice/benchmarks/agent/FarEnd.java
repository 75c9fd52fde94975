package io.sluice.benchmarks.agent;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.GZIPInputStream;

/**
 * The collector of one application: counts the spans of each trace that {@link LoadGenerator} began, each span once.
 * Metrics and logs are taken and thrown away.
 */
final class FarEnd implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "far end");
        thread.setDaemon(true);
        return thread;
    });

    private final Set<Long> spanIds = ConcurrentHashMap.newKeySet();
    private final Map<Long, Integer> spansOfTrace = new ConcurrentHashMap<>();
    private final LongAdder all = new LongAdder();

    FarEnd() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/traces", exchange -> answer(exchange, true));
        server.createContext("/", exchange -> answer(exchange, false));
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Spans that arrived, of whatever trace. */
    long spans() {
        return all.sum();
    }

    /** How many spans of that driven trace arrived. */
    int spansOf(long trace) {
        return spansOfTrace.getOrDefault(trace, 0);
    }

    private void answer(HttpExchange exchange, boolean traces) throws IOException {
        try (exchange) {
            boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            try (InputStream body = gzip ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
                byte[] request = body.readAllBytes();
                if (traces) {
                    count(ExportTraceServiceRequest.parseFrom(request));
                }
            }
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private void count(ExportTraceServiceRequest request) {
        request.getResourceSpansList()
                .forEach(resource -> resource.getScopeSpansList()
                        .forEach(scope -> scope.getSpansList().forEach(span -> {
                            if (spanIds.add(lastLong(span.getSpanId()))) {
                                all.increment();
                                spansOfTrace.merge(lastLong(span.getTraceId()), 1, Integer::sum);
                            }
                        })));
    }

    /** Driven traces have their number there. */
    private static long lastLong(ByteString id) {
        return id.asReadOnlyByteBuffer().getLong(id.size() - Long.BYTES);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
