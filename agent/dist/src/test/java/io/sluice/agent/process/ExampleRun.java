package io.sluice.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that one of the example projects, or the agent jar, is run in. */
final class ExampleRun implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path output;
    private final Process process;

    /**
     * Starts it.
     *
     * @param directory where it runs and its output is kept
     * @param command what follows {@code java}
     */
    ExampleRun(Path directory, List<String> command) throws IOException {
        output = Files.createTempFile(directory, "example", ".out");
        List<String> all = new ArrayList<>();
        all.add(Path.of(System.getProperty("sluice.test.java"), "bin", "java").toString());
        all.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        all.addAll(command);
        process = new ProcessBuilder(all)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    /** Standard output and error so far. */
    String output() throws IOException {
        return Files.readString(output);
    }

    /** The first group of {@code pattern}, as soon as the output has it. */
    String awaitOutput(String pattern) throws IOException, InterruptedException {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Matcher found = Pattern.compile(pattern).matcher(output());
            if (found.find()) {
                return found.group(1);
            }
            assertThat(process.isAlive() && System.nanoTime() - deadlineNanos < 0)
                    .as(pattern + " in " + output())
                    .isTrue();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** The body of a 200; waits until somebody answers so. */
    String get(String uri) throws IOException, InterruptedException {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return answer.body();
                }
            } catch (IOException notYet) {
                // Whether it is too late is looked at below.
            }
            assertThat(process.isAlive() && System.nanoTime() - deadlineNanos < 0)
                    .as(uri + ": " + output())
                    .isTrue();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Sends SIGTERM and waits for the end. */
    int terminate() throws IOException, InterruptedException {
        process.destroy();
        return awaitEnd();
    }

    int awaitEnd() throws IOException, InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(output())
                .isTrue();
        return process.exitValue();
    }

    static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
