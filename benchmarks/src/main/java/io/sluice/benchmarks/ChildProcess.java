package io.sluice.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A JVM with the benchmark's class path that answers commands line by line. */
public final class ChildProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;

    public ChildProcess(String mainClass, List<String> jvmOptions, List<String> args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(mainClass);
        command.addAll(args);
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = process.inputReader(StandardCharsets.US_ASCII);
        commands = process.outputWriter(StandardCharsets.US_ASCII);
    }

    /** Sends a line and waits for the answer to it. Any thread. */
    public synchronized String ask(String command) throws IOException {
        tell(command);
        return answer();
    }

    public void tell(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
    }

    public String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("a benchmark process ended early: "
                    + process.info().commandLine().orElse("?"));
        }
        return line;
    }

    /** SIGTERM; completes when the process has ended. */
    public CompletableFuture<?> terminate() {
        process.destroy();
        return process.onExit();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
