package io.sluice.exporter.transport;

import io.sluice.exporter.Compression;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import io.sluice.exporter.tls.PemFile;
import io.sluice.exporter.tls.TlsSettings;
import io.sluice.exporter.tls.TlsVersion;
import io.sluice.runtime.AsyncRuntime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * Sends and serves once, as an agent would, and says "ok" if the JVM is as before: same system properties, same
 * non-daemon threads. Run by {@link HostFootprintTest} in a JVM of its own.
 */
final class HostFootprint {

    private HostFootprint() {}

    public static void main(String[] arguments) throws Exception {
        Properties before = (Properties) System.getProperties().clone();
        Set<Thread> threadsBefore = Thread.getAllStackTraces().keySet();
        NettyLogs.silence();
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build()) {
            if (arguments.length == 0) {
                sendOnce(runtime);
            } else {
                sendOverTls(runtime, URI.create(arguments[0]), Path.of(arguments[1]));
            }
        }
        check(before.equals(System.getProperties()), "system properties changed");
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            check(thread.isDaemon() || threadsBefore.contains(thread), "left behind: " + thread);
        }
        System.out.println("ok");
    }

    private static void sendOnce(AsyncRuntime runtime) throws Exception {
        HttpServer server = HttpServer.bind(
                runtime.handle(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                HttpServerSettings.defaults(),
                (request, responder) ->
                        responder.respond(new HttpResponse(200, "application/x-protobuf", new byte[0])));
        HttpTransport transport = HttpTransport.open(
                runtime.handle(),
                new HttpTransportSettings(
                        URI.create("http://localhost:" + server.localAddress().getPort() + "/v1/traces"),
                        Map.of(),
                        Compression.GZIP,
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(20),
                        1 << 20));
        Payload payload =
                new Payload(Signal.TRACES, 1, new ByteBuffer[] {ByteBuffer.wrap(new byte[100_000])}, () -> {});
        ExportResult result = runtime.blockOn(transport.send(payload));
        check(result instanceof ExportResult.Delivered, "the send came to " + result);
        runtime.blockOn(transport.shutdown());
        runtime.blockOn(server.shutdown(Duration.ofSeconds(10)));
    }

    /** To a server in another process, so that only the client's side of TLS is seen. */
    private static void sendOverTls(AsyncRuntime runtime, URI server, Path trusted) throws Exception {
        TlsSettings tls = new TlsSettings(
                Optional.of(new PemFile("certificate", trusted)),
                Optional.empty(),
                Optional.empty(),
                TlsVersion.TLS_1_2,
                Duration.ofSeconds(20));
        HttpTransport transport = HttpTransport.open(
                runtime.handle(),
                new HttpTransportSettings(
                                server,
                                Map.of(),
                                Compression.NONE,
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(20),
                                1000)
                        .withTls(tls));
        Payload payload = new Payload(Signal.TRACES, 1, new ByteBuffer[] {ByteBuffer.wrap(new byte[100])}, () -> {});
        ExportResult result = runtime.blockOn(transport.send(payload));
        check(result instanceof ExportResult.Delivered, "the send came to " + result);
        runtime.blockOn(transport.shutdown());
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
