package io.sluice.benchmarks.agent;

import io.sluice.runtime.time.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The application in a JVM of its own, and what the system and the JVM's own tools say of it. */
final class Shop implements AutoCloseable {

    private static final double PATIENCE_SECONDS = 180;
    private static final int LOOK_MILLIS = 5;
    private static final double TICKS_PER_SECOND = 100;
    private static final Pattern JAVA_THREAD = Pattern.compile("^\"(.*)\" #\\d+.* cpu=([0-9.]+)ms ");

    private final Clock clock = Clock.system();
    private final Platform platform;
    private final Variant variant;
    private final FarEnd farEnd = new FarEnd();
    private final int port = freePort();
    private final Process process;
    private final long startNanos;

    /** Starts it; see {@link #awaitFirstAnswer}. */
    Shop(Platform platform, Variant variant, Path home, List<String> program) throws IOException {
        this.platform = platform;
        this.variant = variant;
        List<String> command = new ArrayList<>(List.of(platform.program("java")));
        command.addAll(platform.jvmOptions());
        command.addAll(variant.jvmOptions(home));
        command.add("-Dotel.exporter.otlp.endpoint=" + farEnd.endpoint());
        command.add("-Dotel.service.name=shop");
        command.addAll(program);
        command.add("--server.port=" + port);
        Path output = Files.createDirectories(home.resolve("target/bench-agent"))
                .resolve(platform.id() + "-" + variant.name() + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_") || name.startsWith("SLUICE_"));
        startNanos = clock.nanoTime();
        process = builder.start();
    }

    static List<String> shop(Path home) {
        return List.of(
                "-jar",
                home.resolve("applications/target/sluice-applications.jar").toString());
    }

    /** A program of the same jar that lives a second and takes no requests. */
    static List<String> brief(Path home) {
        return List.of(
                "-cp",
                home.resolve("applications/target/sluice-applications.jar").toString(),
                "io.sluice.applications.shop.BriefProgram");
    }

    Variant variant() {
        return variant;
    }

    FarEnd farEnd() {
        return farEnd;
    }

    int port() {
        return port;
    }

    /** Waits until an order has been answered for the first time; seconds since the start. */
    double awaitFirstAnswer() throws InterruptedException {
        while (true) {
            try (HttpConnection connection = new HttpConnection(port)) {
                if (connection.ask("GET", "/orders/1", "") == 200) {
                    return age();
                }
            } catch (IOException notYet) {
                // nobody listens yet
            }
            if (!process.isAlive() || age() > PATIENCE_SECONDS) {
                throw new IllegalStateException("the application does not start; see target/bench-agent");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private double age() {
        return (clock.nanoTime() - startNanos) / 1e9;
    }

    /** CPU seconds of the process, in user and system mode. */
    double cpuSeconds() throws IOException {
        String[] stat = Files.readString(proc("stat")).replaceAll(".*\\) ", "").split(" ", -1);
        return (Long.parseLong(stat[11]) + Long.parseLong(stat[12])) / TICKS_PER_SECOND;
    }

    /** What of the process is in memory, in MB. */
    double residentMegabytes() throws IOException {
        return number(Files.readString(proc("status")), "VmRSS:\\s+(\\d+) kB") / 1024;
    }

    /** What of the heap is alive, in MB; collects it. */
    double liveMegabytes() throws IOException, InterruptedException {
        return number(jcmd("GC.class_histogram"), "Total\\s+\\d+\\s+(\\d+)") / (1 << 20);
    }

    double loadedClasses() throws IOException, InterruptedException {
        return number(jcmd("PerfCounter.print"), "java\\.cls\\.loadedClasses=(\\d+)")
                + number(jcmd("PerfCounter.print"), "java\\.cls\\.sharedLoadedClasses=(\\d+)");
    }

    /** CPU milliseconds of each Java thread that lives, by its name. */
    Map<String, Double> threads() throws IOException, InterruptedException {
        Map<String, Double> threads = new HashMap<>();
        jcmd("Thread.print").lines().forEach(line -> {
            Matcher found = JAVA_THREAD.matcher(line);
            if (found.find()) {
                threads.merge(found.group(1), Double.parseDouble(found.group(2)), Double::sum);
            }
        });
        return threads;
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(process.pid()), file);
    }

    private static double number(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        if (!found.find()) {
            throw new IllegalStateException(
                    "no " + pattern + " in " + text.lines().limit(3).toList());
        }
        return Double.parseDouble(found.group(1));
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(platform.program("jcmd"), Long.toString(process.pid()), command)
                .redirectErrorStream(true)
                .start();
        String answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        jcmd.waitFor();
        return answer;
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Has the application call {@link System#exit}. */
    void exit() throws IOException {
        try (HttpConnection connection = new HttpConnection(port)) {
            connection.ask("POST", "/exit/7", "");
        }
    }

    /** Waits until it is gone. */
    void awaitEnd() throws InterruptedException {
        if (!process.waitFor((long) PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the application does not end; see target/bench-agent");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
        farEnd.close();
    }
}
