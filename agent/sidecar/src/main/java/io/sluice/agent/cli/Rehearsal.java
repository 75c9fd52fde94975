package io.sluice.agent.cli;

import io.sluice.agent.sidecar.Sidecar;
import io.sluice.batching.AccountSnapshot;
import io.sluice.config.SluiceSettings;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.transport.NettyLogs;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import io.sluice.runtime.io.AsyncIo;
import io.sluice.runtime.net.TcpStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * A life of a sidecar in a second, for the JVM to see which classes that takes: one request of each kind to two sidecars,
 * which forward over HTTP and over gRPC to a third, and the end of all of them. Nothing leaves the machine's loopback.
 * Whoever runs it clears the environment before, so that no settings are found there.
 */
final class Rehearsal {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Of two sidecars, three requests each. */
    private static final int SPANS_IN_ALL = 6;

    private static final int MOST_BYTES = 1 << 20;
    private static final String JSON = "application/json";
    private static final String SPANS = """
            {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10",\
            "spanId":"0102030405060708","name":"rehearsal"}]}]}]}""";
    private static final String METRICS = """
            {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"rehearsal",\
            "gauge":{"dataPoints":[{"timeUnixNano":"1","asInt":"1"}]}}]}]}]}""";
    private static final String LOGS = """
            {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"rehearsal"}}]}]}]}""";

    /** One span without ids: resource_spans, scope_spans, spans, name. */
    private static final byte[] SPAN = {0x0a, 7, 0x12, 5, 0x12, 3, 0x2a, 1, 'r'};

    private final AsyncRuntime runtime;

    private Rehearsal(AsyncRuntime runtime) {
        this.runtime = runtime;
    }

    /** Returns the exit code: success if everything arrived that was sent. */
    static int run(PrintWriter err) {
        NettyLogs.silence();
        AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build();
        try {
            new Rehearsal(runtime).run();
            return 0;
        } catch (Exception e) {
            err.println("sluice: the rehearsal failed: " + e);
            return ExitCodes.LOST;
        } finally {
            runtime.shutdownInBackground();
        }
    }

    private void run() throws Exception {
        // Nobody is at port 1: the third one keeps what it gets.
        Sidecar far = sidecar("http://127.0.0.1:1", "http/protobuf");
        String there = "http://" + SidecarProcess.describe(far.localAddress());
        Sidecar overHttp = sidecar(there, "http/protobuf");
        Sidecar overGrpc = sidecar(there, "grpc");
        for (Sidecar near : List.of(overHttp, overGrpc)) {
            send(near);
            check(near.drain(), "a drain was not in time");
        }
        AccountSnapshot arrived = far.accounts().get("traces");
        check(arrived != null && arrived.accepted() == SPANS_IN_ALL, "not all spans arrived: " + arrived);
        far.drain();
    }

    private Sidecar sidecar(String endpoint, String protocol) throws IOException {
        String[] arguments = {
            "sidecar",
            "--listen=127.0.0.1:0",
            "--endpoint=" + endpoint,
            "--set=otel.exporter.otlp.protocol=" + protocol,
            "--set=otel.exporter.otlp.compression=gzip",
            "--set=sluice.drain.timeout=2s"
        };
        PrintWriter nobody = SluiceProgram.printer(System.err);
        SluiceSettings settings =
                SettingValues.load(PlainFlags.ofSidecar(arguments).orElseThrow(), nobody);
        return Sidecar.start(runtime, settings, DiagnosticLog.silent());
    }

    private void send(Sidecar to) throws Exception {
        post(to, "/v1/traces", "application/x-protobuf", "identity", SPAN);
        post(to, "/v1/traces", JSON, "identity", bytes(SPANS));
        post(to, "/v1/traces", JSON, "gzip", gzipped(bytes(SPANS)));
        post(to, "/v1/metrics", JSON, "identity", bytes(METRICS));
        post(to, "/v1/logs", JSON, "identity", bytes(LOGS));
        for (String page : List.of("/healthz", "/readyz", "/metrics")) {
            answer(to, bytes("GET " + page + " HTTP/1.1\r\nHost: rehearsal\r\nConnection: close\r\n\r\n"));
        }
    }

    private void post(Sidecar to, String path, String type, String coding, byte[] body) throws Exception {
        byte[] head = bytes("POST " + path + " HTTP/1.1\r\nHost: rehearsal\r\nConnection: close\r\nContent-Type: "
                + type + "\r\nContent-Encoding: " + coding + "\r\nContent-Length: " + body.length + "\r\n\r\n");
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head);
        request.writeBytes(body);
        String answer = answer(to, request.toByteArray());
        check(answer.startsWith("HTTP/1.1 200 "), path + " was answered " + answer);
    }

    private String answer(Sidecar from, byte[] request) throws Exception {
        TcpStream stream = await(TcpStream.connect(runtime.handle(), from.localAddress()));
        try {
            await(AsyncIo.writeAll(stream, ByteBuffer.wrap(request)));
            return new String(await(AsyncIo.readToEnd(stream, MOST_BYTES)), StandardCharsets.UTF_8);
        } finally {
            stream.close();
        }
    }

    private <T> T await(Future<T> future) throws Exception {
        return runtime.blockOn(runtime.handle().timeout(LIMIT, future));
    }

    private static byte[] gzipped(byte[] body) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(compressed)) {
            out.write(body);
        }
        return compressed.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
