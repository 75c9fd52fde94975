package io.sluice.conformance.clients;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Collectors and sidecars that are started one after the other and stopped in the same order, so that all is passed on. */
final class Scene implements AutoCloseable {

    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final long STOP_SECONDS = 30;
    private static final int TERMINATED = 128 + 15;

    private static final String CONFIGURATION = """
            receivers:
              otlp:
                protocols:
                  http:
                    endpoint: 127.0.0.1:%1$d
                  grpc:
                    endpoint: 127.0.0.1:%2$d
            exporters:
              file/traces:
                path: %3$s/traces
                format: proto
              file/metrics:
                path: %3$s/metrics
                format: proto
              file/logs:
                path: %3$s/logs
                format: proto
            %4$s
            service:
              telemetry:
                metrics:
                  level: none
              pipelines:
                traces:
                  receivers: [otlp]
                  exporters: [file/traces%5$s]
                metrics:
                  receivers: [otlp]
                  exporters: [file/metrics%5$s]
                logs:
                  receivers: [otlp]
                  exporters: [file/logs%5$s]
            """;

    private final Path folder;
    private final Path collector;
    private final Path sidecarJar;
    private final List<Process> running = new ArrayList<>();

    Scene(Path folder, Path collector, Path sidecarJar) {
        this.folder = folder;
        this.collector = collector;
        this.sidecarJar = sidecarJar;
    }

    /** Where a program listens, and where it leaves what arrived. */
    record Place(Process process, int httpPort, int grpcPort, Path files) {

        String url(boolean grpc) {
            return "http://127.0.0.1:" + (grpc ? grpcPort : httpPort);
        }
    }

    /** A Collector that writes what it gets to files, and sends it on if {@code onwards} says where. */
    Place collector(String name, String exporter, String onwards) throws IOException, InterruptedException {
        int http = freePort();
        int grpc = freePort();
        Path files = Files.createDirectory(folder.resolve(name));
        Path configuration = Files.writeString(
                folder.resolve(name + ".yaml"),
                CONFIGURATION.formatted(http, grpc, files, onwards, exporter.isEmpty() ? "" : ", " + exporter));
        Process process = start(name, List.of(collector.toString(), "--config=file:" + configuration), Map.of());
        awaitPort(process, http);
        return new Place(process, http, grpc, files);
    }

    Place collector(String name) throws IOException, InterruptedException {
        return collector(name, "", "");
    }

    /** A Collector that also sends on what it gets, by {@code otlp_http} or {@code otlp_grpc}. */
    Place collectorBefore(String name, String exporter, String endpoint) throws IOException, InterruptedException {
        String onwards = "  " + exporter + ":\n    endpoint: " + endpoint + "\n    tls:\n      insecure: true";
        return collector(name, exporter, onwards);
    }

    /** Our sidecar, as a process. */
    Place sidecar(String name, String protocol, String endpoint, Map<String, String> more)
            throws IOException, InterruptedException {
        int port = freePort();
        Map<String, String> settings = new HashMap<>(more);
        settings.put("SLUICE_SIDECAR_LISTEN", "127.0.0.1:" + port);
        settings.put("OTEL_EXPORTER_OTLP_PROTOCOL", protocol);
        settings.put("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = start(name, List.of(java, "-jar", sidecarJar.toString(), "sidecar"), settings);
        awaitPort(process, port);
        return new Place(process, port, port, folder);
    }

    /** Runs a program to its end. */
    void run(String name, List<String> command) throws IOException, InterruptedException {
        Process process = start(name, command, Map.of());
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError(name + " failed: " + log(name));
        }
    }

    private Process start(String name, List<String> command, Map<String, String> settings) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(key -> key.startsWith("OTEL_") || key.startsWith("SLUICE_"));
        builder.environment().putAll(settings);
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile())
                .start();
        running.add(process);
        return process;
    }

    String log(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".log"));
    }

    /** SIGTERM; the exit code of 0 or of that signal. */
    void stop(String name, Place place) throws IOException, InterruptedException {
        place.process().destroy();
        if (!place.process().waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError(name + " does not end: " + log(name));
        }
        int code = place.process().exitValue();
        if (code != 0 && code != TERMINATED) {
            throw new AssertionError(name + " ended with " + code + ": " + log(name));
        }
    }

    private static void awaitPort(Process process, int port) throws InterruptedException {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (System.nanoTime() < deadline && process.isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return;
            } catch (IOException notYet) {
                Thread.sleep(20);
            }
        }
        throw new AssertionError("nothing listens at port " + port);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        running.forEach(Process::destroyForcibly);
    }
}
