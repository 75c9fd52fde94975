package io.sluice.examples.demo;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that was started here: its output is read, its errors are kept in a file too. */
final class Child {

    private static final long START_LIMIT_SECONDS = 120;
    private static final long STOP_LIMIT_SECONDS = 45;
    private static final int ERROR_LINES = 20;
    private static final int TERMINATED = 128 + 15;
    /** What the JVM, the OpenTelemetry agent and our hops say in every run, the account among it. */
    private static final Pattern ROUTINE = Pattern.compile("Sharing is only supported for boot loader classes"
            + "|VersionLogger - opentelemetry-javaagent|sluice: (\\w+: offered )?\\d+ .*");

    private final ChildPlan plan;
    private final Process process;
    private final Path errors;
    private final Thread outputReader;
    private final Thread errorReader;
    private final CompletableFuture<Matcher> ready = new CompletableFuture<>();

    private Child(ChildPlan plan, Process process, Path errors, Consumer<String> onLine) {
        this.plan = plan;
        this.process = process;
        this.errors = errors;
        Charset charset = Charset.defaultCharset();
        outputReader = reader("output", process.inputReader(charset), onLine);
        errorReader = reader("errors", process.errorReader(charset), this::keepError);
    }

    /**
     * Starts a process with no input.
     *
     * @param errors where standard error is kept
     * @param onLine told each line of standard output but the one that says that it is ready; on a thread of its own
     */
    static Child start(ChildPlan plan, Path errors, Consumer<String> onLine) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(plan.command());
        builder.environment().keySet().removeIf(Child::isInTheWay);
        builder.environment().putAll(plan.environment());
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        Files.createFile(errors);
        Child child = new Child(plan, builder.start(), errors, onLine);
        child.outputReader.start();
        child.errorReader.start();
        return child;
    }

    /** Settings of the caller's that would make the run another one. */
    private static boolean isInTheWay(String variable) {
        return variable.startsWith("OTEL_")
                || variable.startsWith("SLUICE_")
                || variable.equals("JAVA_TOOL_OPTIONS")
                || variable.equals("JDK_JAVA_OPTIONS");
    }

    private Thread reader(String what, BufferedReader lines, Consumer<String> onLine) {
        Thread thread = new Thread(() -> read(lines, onLine), plan.name() + "-" + what);
        thread.setDaemon(true);
        return thread;
    }

    private void read(BufferedReader lines, Consumer<String> onLine) {
        try (lines) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher matcher = plan.ready().matcher(line);
                if (ready.isDone() || !matcher.find() || !ready.complete(matcher)) {
                    onLine.accept(line);
                }
            }
        } catch (IOException | UncheckedIOException ended) {
            // The process is gone, which is noticed by whoever waits for it.
        }
    }

    private void keepError(String line) {
        try {
            Files.writeString(errors, line + "\n", Charset.defaultCharset(), StandardOpenOption.APPEND);
        } catch (IOException gone) {
            // So is the directory, with all else.
        }
    }

    /**
     * Waits until the process has said that it is ready, and what address it said.
     *
     * @throws IOException if it ends before, or takes too long
     */
    URI awaitAddress() throws IOException, InterruptedException {
        return URI.create("http://" + awaitReady().group(1));
    }

    /**
     * Waits until the process has said that it is ready.
     *
     * @throws IOException if it ends before, or takes too long
     */
    Matcher awaitReady() throws IOException, InterruptedException {
        CompletableFuture<Process> ended = process.onExit();
        try {
            CompletableFuture.anyOf(ready, ended).get(START_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            kill();
            throw new IOException(plan.name() + " was not ready within " + START_LIMIT_SECONDS + " s", failed);
        }
        Matcher matcher = ready.getNow(null);
        if (matcher == null) {
            joinReaders();
            throw new IOException(plan.name() + " did not start, exit code " + process.exitValue());
        }
        return matcher;
    }

    /**
     * Ends the process by SIGTERM and waits for its end.
     *
     * @throws IOException if it ended before, takes too long, or exits with another code than a signal's or 0
     */
    void stop() throws IOException, InterruptedException {
        boolean early = !process.isAlive();
        // Not the process's own destroy, which closes its output, and with it what it says at its end.
        process.toHandle().destroy();
        if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
            kill();
            throw new IOException(plan.name() + " did not end within " + STOP_LIMIT_SECONDS + " s of SIGTERM");
        }
        joinReaders();
        int exit = process.exitValue();
        if (early || (exit != 0 && exit != TERMINATED)) {
            throw new IOException(plan.name() + " ended" + (early ? " early" : "") + " with exit code " + exit);
        }
    }

    private void joinReaders() throws InterruptedException {
        outputReader.join(TimeUnit.SECONDS.toMillis(STOP_LIMIT_SECONDS));
        errorReader.join(TimeUnit.SECONDS.toMillis(STOP_LIMIT_SECONDS));
    }

    /** Ends the process at once. Any thread, at any time. */
    void kill() {
        process.destroyForcibly();
    }

    /** The last lines of standard error that are worth a look, each marked with the process's name; or empty. */
    String errorText() {
        try {
            List<String> lines = Files.readAllLines(errors, Charset.defaultCharset()).stream()
                    .filter(line -> !ROUTINE.matcher(line).find())
                    .toList();
            StringBuilder text = new StringBuilder();
            lines.subList(Math.max(0, lines.size() - ERROR_LINES), lines.size())
                    .forEach(line -> text.append("  ")
                            .append(plan.name())
                            .append(": ")
                            .append(line)
                            .append('\n'));
            return text.toString();
        } catch (IOException unreadable) {
            return "";
        }
    }
}
