package io.sluice.agent.sidecar;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.exporter.transport.HttpRequest;
import io.sluice.exporter.transport.HttpResponse;
import io.sluice.exporter.transport.HttpServer;
import io.sluice.exporter.transport.HttpServerSettings;
import io.sluice.exporter.transport.RequestHandler;
import io.sluice.exporter.transport.Responder;
import io.sluice.runtime.AsyncRuntime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A collector that keeps the names of the spans it gets, and can be made to answer otherwise, or not yet. */
final class Backend implements RequestHandler {

    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(1).threadName("backend").build();
    private final HttpServer server;
    private final Queue<String> names = new ConcurrentLinkedQueue<>();
    private final Queue<List<String>> batches = new ConcurrentLinkedQueue<>();
    private final Queue<ExportMetricsServiceRequest> metrics = new ConcurrentLinkedQueue<>();
    private final Queue<Responder> held = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> bodyBytes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile int failNext;
    private volatile boolean refusing;
    private volatile boolean holding;
    private volatile int maxBytes = Integer.MAX_VALUE;
    private volatile String badName = "";

    Backend() throws IOException {
        server = HttpServer.bind(
                runtime.handle(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                HttpServerSettings.defaults(),
                this);
    }

    String url() {
        return "http://127.0.0.1:" + server.localAddress().getPort();
    }

    /** Answers 503 with Retry-After 0 this many times. */
    void failNext(int times) {
        failNext = times;
    }

    /** Answers 400 from here on. */
    void refuse() {
        refusing = true;
    }

    /** Answers 413 to what is larger from here on. */
    void takeUpTo(int bytes) {
        maxBytes = bytes;
    }

    /** Answers 400 to what has a span of that name inside from here on. */
    void refuse(String name) {
        badName = name;
    }

    /** Keeps requests without answer until {@link #release}. */
    void hold() {
        holding = true;
    }

    void release() {
        holding = false;
        Responder responder;
        while ((responder = held.poll()) != null) {
            responder.respond(ok());
        }
    }

    List<String> names() {
        return new ArrayList<>(names);
    }

    /** The names of each request that was taken. */
    List<List<String>> batches() {
        return new ArrayList<>(batches);
    }

    List<ExportMetricsServiceRequest> metrics() {
        return new ArrayList<>(metrics);
    }

    /** The size of each request that was read. */
    List<Integer> bodyBytes() {
        return new ArrayList<>(bodyBytes);
    }

    int requests() {
        return requests.get();
    }

    @Override
    public void handle(HttpRequest request, Responder responder) {
        requests.incrementAndGet();
        if (failNext > 0) {
            failNext--;
            responder.respond(new HttpResponse(503, "text/plain", java.util.Map.of("Retry-After", "0"), new byte[0]));
            return;
        }
        if (refusing) {
            responder.respond(HttpResponse.text(400, "no"));
            return;
        }
        if (request.body().length > maxBytes) {
            responder.respond(HttpResponse.text(413, "too large"));
            return;
        }
        bodyBytes.add(request.body().length);
        try {
            if (request.head().path().equals("/v1/metrics")) {
                metrics.add(ExportMetricsServiceRequest.parseFrom(request.body()));
                responder.respond(ok());
                return;
            }
            List<String> arrived = names(request.body());
            if (arrived.contains(badName)) {
                responder.respond(HttpResponse.text(400, "a bad span"));
                return;
            }
            names.addAll(arrived);
            batches.add(arrived);
        } catch (InvalidProtocolBufferException e) {
            responder.respond(HttpResponse.text(400, e.toString()));
            return;
        }
        if (holding) {
            held.add(responder);
        } else {
            responder.respond(ok());
        }
    }

    private static List<String> names(byte[] body) throws InvalidProtocolBufferException {
        List<String> names = new ArrayList<>();
        ExportTraceServiceRequest.parseFrom(body)
                .getResourceSpansList()
                .forEach(resource -> resource.getScopeSpansList()
                        .forEach(scope -> scope.getSpansList().forEach(span -> names.add(span.getName()))));
        return names;
    }

    private static HttpResponse ok() {
        return new HttpResponse(200, "application/x-protobuf", new byte[0]);
    }

    void stop() throws Exception {
        release();
        runtime.blockOn(server.shutdown(Duration.ofSeconds(2)));
        runtime.close();
    }
}
