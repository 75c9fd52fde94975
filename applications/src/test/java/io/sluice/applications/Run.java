package io.sluice.applications;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One life of an application: it starts, says how it is, answers requests, says how it is, and is terminated.
 *
 * @param health the answers to its health checks, before the requests and after them
 * @param driven of each request, trace id and span id of the caller
 * @param ending from SIGTERM until it was gone
 * @param accounts lines of JSON, one a signal; ours only
 */
record Run(
        List<String> health,
        Map<String, String> driven,
        List<TelemetrySink.Arrived> spans,
        TelemetrySink sink,
        Duration start,
        Duration ending,
        int exitValue,
        String out,
        String err,
        List<String> accounts) {

    /** Far more than a start under an agent needs, on a machine that is busy. */
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    /**
     * @param directory where the application runs
     * @param output empty; for what it writes
     */
    static Run of(Application application, Variant variant, int requests, Path directory, Path output)
            throws IOException, InterruptedException {
        Path out = output.resolve("out");
        Path err = output.resolve("err");
        Path account = output.resolve("account.jsonl");
        int port = freePort();
        try (TelemetrySink sink = new TelemetrySink()) {
            long begunNanos = System.nanoTime();
            Process process = process(application, variant, port, sink.endpoint(), account)
                    .directory(directory.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try {
                Traffic traffic = new Traffic(port);
                String ready = application.health().get(0);
                await(application + " is ready", () -> !process.isAlive() || traffic.isUp(ready));
                assertThat(process.isAlive())
                        .as("%s is alive; standard error: %s", application, read(err))
                        .isTrue();
                final Duration start = since(begunNanos);
                List<String> health = new ArrayList<>(health(application, traffic));
                traffic.drive(application.requests(), requests);
                health.addAll(health(application, traffic));
                long terminatedNanos = System.nanoTime();
                process.destroy();
                assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .as(application + " ends")
                        .isTrue();
                return new Run(
                        health,
                        traffic.driven,
                        List.copyOf(sink.spans),
                        sink,
                        start,
                        since(terminatedNanos),
                        process.exitValue(),
                        read(out),
                        read(err),
                        Files.exists(account) ? Files.readAllLines(account) : List.of());
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static ProcessBuilder process(
            Application application, Variant variant, int port, String endpoint, Path account) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // The cheapest start, and the same collector for all; none of this changes what an agent does.
        command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(variant.jvmOptions());
        command.addAll(application.jvmOptions().apply(port));
        ProcessBuilder process = new ProcessBuilder(command);
        Map<String, String> environment = process.environment();
        environment.keySet().removeIf(name -> name.startsWith("OTEL_") || name.startsWith("SLUICE_"));
        environment.putAll(application.environment().apply(port));
        if (variant != Variant.NO_AGENT) {
            environment.put("OTEL_SERVICE_NAME", application.name());
            environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
            environment.put("OTEL_METRIC_EXPORT_INTERVAL", "2000");
        }
        if (variant == Variant.SLUICE) {
            environment.put("SLUICE_ACCOUNT_FILE", account.toString());
        }
        return process;
    }

    private static List<String> health(Application application, Traffic traffic)
            throws IOException, InterruptedException {
        List<String> answers = new ArrayList<>();
        for (String path : application.health()) {
            answers.add(path + " " + traffic.ask(path));
        }
        return answers;
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long begunNanos = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(since(begunNanos)).as(what).isLessThan(PATIENCE);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private static String read(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
