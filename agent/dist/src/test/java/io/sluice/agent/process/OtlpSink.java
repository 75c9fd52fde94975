package io.sluice.agent.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;

/** A collector that keeps what it gets: OTLP over HTTP or gRPC, decoded by the protocol's own classes. */
final class OtlpSink implements AutoCloseable {

    private final HttpServer server;
    private final String scheme;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Span ids in hexadecimal, each as often as it came. */
    final List<String> spanIds = new CopyOnWriteArrayList<>();

    final Set<String> spanNames = ConcurrentHashMap.newKeySet();
    final Set<String> metricNames = ConcurrentHashMap.newKeySet();
    final List<String> logBodies = new CopyOnWriteArrayList<>();
    final Set<String> userAgents = ConcurrentHashMap.newKeySet();
    final List<String> malformed = new CopyOnWriteArrayList<>();

    private volatile long pauseNanos;

    /** What a span costs a sink that does one thing at a time; 0: nothing. */
    private volatile long paceNanos;

    private final Lock oneAtATime = new ReentrantLock();
    private GrpcIntake grpc;

    OtlpSink() {
        this(plainText(), "http");
    }

    private static HttpServer plainText() {
        try {
            return HttpServer.create(anyPort(), 0);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
    }

    /** One that speaks TLS. */
    static OtlpSink overTls(SSLContext context) throws IOException {
        HttpsServer server = HttpsServer.create(anyPort(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return new OtlpSink(server, "https");
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private OtlpSink(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.setExecutor(threads);
        server.createContext("/v1/traces", exchange -> answer(exchange, this::traces));
        server.createContext("/v1/metrics", exchange -> answer(exchange, this::metrics));
        server.createContext("/v1/logs", exchange -> answer(exchange, this::logs));
        server.start();
    }

    /** Spans are taken at once, and the answer takes so long. */
    void answerAfter(Duration pause) {
        pauseNanos = pause.toNanos();
    }

    /** From now on each span takes so long, one after the other, before it is taken. */
    void takePerSpan(Duration pace) {
        paceNanos = pace.toNanos();
    }

    /** What a program is told to export to. */
    String endpoint() {
        return scheme + "://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What a program is told to export to over gRPC; from here on there is somebody. */
    String grpcEndpoint() throws IOException {
        GrpcIntake intake = new GrpcIntake(Map.of(
                "trace.v1.TraceService", this::traces,
                "metrics.v1.MetricsService", this::metrics,
                "logs.v1.LogsService", this::logs));
        grpc = intake;
        intake.observe(userAgents::add, malformed::add);
        return intake.endpoint();
    }

    /** Takes the messages of one signal. */
    @FunctionalInterface
    interface Reader {
        void read(InputStream body) throws IOException;
    }

    private void answer(HttpExchange exchange, Reader reader) throws IOException {
        try (exchange) {
            String userAgent = exchange.getRequestHeaders().getFirst("User-Agent");
            userAgents.add(userAgent == null ? "" : userAgent);
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
        ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(body);
        if (paceNanos > 0) {
            toil(request);
        }
        request.getResourceSpansList()
                .forEach(resource -> resource.getScopeSpansList()
                        .forEach(scope -> scope.getSpansList().forEach(span -> {
                            spanIds.add(
                                    HexFormat.of().formatHex(span.getSpanId().toByteArray()));
                            spanNames.add(span.getName());
                        })));
        LockSupport.parkNanos(pauseNanos);
    }

    private void toil(ExportTraceServiceRequest request) {
        long spans = request.getResourceSpansList().stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .mapToLong(ScopeSpans::getSpansCount)
                .sum();
        oneAtATime.lock();
        try {
            LockSupport.parkNanos(paceNanos * spans);
        } finally {
            oneAtATime.unlock();
        }
    }

    private void metrics(InputStream body) throws IOException {
        ExportMetricsServiceRequest.parseFrom(body)
                .getResourceMetricsList()
                .forEach(resource -> resource.getScopeMetricsList()
                        .forEach(scope -> scope.getMetricsList().forEach(metric -> metricNames.add(metric.getName()))));
    }

    private void logs(InputStream body) throws IOException {
        ExportLogsServiceRequest.parseFrom(body)
                .getResourceLogsList()
                .forEach(resource -> resource.getScopeLogsList()
                        .forEach(scope -> scope.getLogRecordsList()
                                .forEach(
                                        record -> logBodies.add(record.getBody().getStringValue()))));
    }

    @Override
    public void close() {
        if (grpc != null) {
            grpc.close();
        }
        server.stop(0);
        threads.shutdownNow();
    }
}
