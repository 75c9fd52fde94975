package io.sluice.agent.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The sidecar as a process of its own, and what may be asked of it from outside. */
final class SidecarChild implements AutoCloseable {

    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final String RESIDENT = "VmRSS:";

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final Process process;
    private final Path log;
    private final int port;

    private SidecarChild(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** How it is started. */
    static final class Start {

        private final Path directory;
        private final Map<String, String> environment = new TreeMap<>();
        private final List<String> jvmOptions = new ArrayList<>();
        private String limits = "";

        /** Its log goes into {@code directory}; what it takes goes to {@code endpoint}. */
        Start(Path directory, String endpoint) {
            this.directory = directory;
            environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
            environment.put("SLUICE_SIDECAR_BATCH_DELAY", "20ms");
        }

        Start set(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        Start jvm(String option) {
            jvmOptions.add(option);
            return this;
        }

        /** Files that it may have open. */
        Start files(int most) {
            limits = "ulimit -n " + most + " && ";
            return this;
        }

        /** Waits until it answers. */
        SidecarChild run() throws IOException, InterruptedException {
            int port = freePort();
            environment.put("SLUICE_SIDECAR_LISTEN", "127.0.0.1:" + port);
            Path log = directory.resolve("sidecar.log");
            ProcessBuilder builder = new ProcessBuilder(
                    "sh",
                    "-c",
                    limits + "exec " + System.getProperty("sluice.test.java") + "/bin/java "
                            + String.join(" ", jvmOptions) + " -jar " + System.getProperty("sluice.test.sidecarJar")
                            + " sidecar");
            builder.environment().keySet().removeIf(key -> key.startsWith("OTEL_") || key.startsWith("SLUICE_"));
            builder.environment().putAll(environment);
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            SidecarChild child = new SidecarChild(process, log, port);
            child.awaitReady();
            return child;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                connect().close();
                return;
            } catch (IOException notYet) {
                Thread.sleep(20);
            }
        }
        throw new AssertionError("the sidecar does not listen: " + log());
    }

    /** A connection that says nothing yet. */
    Socket connect() throws IOException {
        return connect(Duration.ofSeconds(10));
    }

    Socket connect(Duration limit) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) limit.toMillis());
        return socket;
    }

    /** Sends spans over OTLP/HTTP, with headers as pairs of names and values. */
    HttpResponse<byte[]> post(byte[] body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/traces"))
                .timeout(Duration.ofSeconds(60))
                .setHeader("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    long residentBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            if (line.startsWith(RESIDENT)) {
                return Long.parseLong(line.substring(RESIDENT.length()).replaceAll("\\D", "")) * 1024;
            }
        }
        throw new AssertionError("the sidecar has ended: " + log());
    }

    /** Has it stop and go on in turn, for seconds each, until the process that is returned is ended. */
    Process throttle(String stopped, String running) throws IOException {
        String loop = "while kill -STOP %1$d && sleep %2$s && kill -CONT %1$d && sleep %3$s; do :; done";
        return new ProcessBuilder("sh", "-c", String.format(Locale.ROOT, loop, process.pid(), stopped, running))
                .inheritIO()
                .start();
    }

    /** Sends a signal by its name. */
    void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (code != 0) {
            throw new AssertionError("no signal " + name);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** SIGTERM: what it holds is delivered; then its log has the account. */
    String drain() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the sidecar does not end: " + log());
        }
        return log();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
