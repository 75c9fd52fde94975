package io.sluice.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** One run of {@link HostProgram} under the agent, in a JVM of its own. */
final class AgentRun {

    /** Far more than a start under the agent needs, on a machine that is busy. */
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** What the program's SDK comes from. */
    private enum Host {
        AGENT,
        STOCK_AGENT,
        NOTHING,
        LIBRARY
    }

    private final Path directory;
    private final Map<String, String> settings = new TreeMap<>();
    private final List<String> jvmOptions = new ArrayList<>();
    private final List<String> lateJvmOptions = new ArrayList<>();
    private List<String> prefix = List.of();
    private String agentJar = System.getProperty("sluice.test.agentJar");
    private Class<?> program = HostProgram.class;

    /** A regular expression of further jars. */
    private String programNeeds = "nothing else";

    private Host host = Host.AGENT;
    private Path java = Path.of(System.getProperty("sluice.test.java"));
    private Meanwhile meanwhile = unused -> true;
    private BooleanSupplier termination = () -> true;

    /** @param directory empty; for the run's output */
    AgentRun(Path directory) {
        this.directory = directory;
        // Only what the program uses; a start is then twice as fast.
        set("otel.instrumentation.common.default-enabled", "false");
        set("otel.instrumentation.opentelemetry-api.enabled", "true");
        set("otel.metric.export.interval", "3600000");
        set("sluice.account.file", accountFile().toString());
    }

    AgentRun set(String property, String value) {
        settings.put(property, value);
        return this;
    }

    /** Comes before the agent. */
    AgentRun jvmOption(String option) {
        jvmOptions.add(option);
        return this;
    }

    /** Comes after the agent. */
    AgentRun lateJvmOption(String option) {
        lateJvmOptions.add(option);
        return this;
    }

    /** Another agent jar than the one that was built. */
    AgentRun agentJar(Path jar) {
        agentJar = jar.toString();
        return this;
    }

    /** In place of {@link HostProgram}, with what it needs on its class path beside OpenTelemetry's API. */
    AgentRun program(Class<?> main, String needs) {
        program = main;
        programNeeds = needs;
        return this;
    }

    /** The command that starts the JVM, which stands at its end. */
    AgentRun startedBy(String... command) {
        prefix = List.of(command);
        return this;
    }

    /** Without the agent: the program's own SDK, autoconfigured, with the product on its class path. */
    AgentRun asLibrary() {
        host = Host.LIBRARY;
        return set("otel.java.global-autoconfigure.enabled", "true");
    }

    /** Under OpenTelemetry's own agent, which is what ours is compared with. */
    AgentRun underStockAgent() {
        host = Host.STOCK_AGENT;
        return this;
    }

    /** The program alone: what both agents are compared with. */
    AgentRun withoutAgent() {
        host = Host.NOTHING;
        return this;
    }

    /** A program that waits to be terminated is, as soon as this holds. */
    AgentRun terminateWhen(BooleanSupplier condition) {
        termination = condition;
        return this;
    }

    /** Something to do while the program runs, once it is ready. */
    @FunctionalInterface
    interface Meanwhile {
        /** Called again until it returns true. */
        boolean tryInDirectory(Path directory) throws IOException;
    }

    /** Done before the program is terminated, if that is how it ends. */
    AgentRun onceReady(Meanwhile work) {
        meanwhile = work;
        return this;
    }

    private boolean meanwhile() {
        try {
            return meanwhile.tryInDirectory(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Path accountFile() {
        return directory.resolve("account.jsonl");
    }

    /** Runs to the end; terminates a program that waits for it as soon as it is ready. */
    Result run(HostProgram.Ending ending, int spans) throws IOException, InterruptedException {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Process process = new ProcessBuilder(command(ending, spans))
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            await("the program is ready", () -> !process.isAlive() || read(out).contains("ready"));
            await("what is done meanwhile", () -> !process.isAlive() || meanwhile());
            terminate(process, ending);
            long begunNanos = System.nanoTime();
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("the program ends; standard error: " + read(err))
                    .isTrue();
            return new Result(
                    process.exitValue(),
                    read(out),
                    read(err),
                    Files.exists(accountFile()) ? Files.readAllLines(accountFile()) : List.of(),
                    Duration.ofNanos(System.nanoTime() - begunNanos));
        } finally {
            process.destroyForcibly();
        }
    }

    private void terminate(Process process, HostProgram.Ending ending) throws InterruptedException {
        switch (ending) {
            case SIGTERM, LOAD, GRACEFUL -> {
                awaitTermination(process);
                process.destroy();
            }
            case KILL -> {
                awaitTermination(process);
                process.destroyForcibly();
            }
            case RETURN,
                    EXIT,
                    UNCAUGHT,
                    HOOK,
                    LATE_THREAD,
                    ONE_SECOND,
                    OPEN_SPAN,
                    SILENT_HOOK,
                    WATCHED,
                    HUNGRY,
                    HALT -> {}
        }
    }

    private void awaitTermination(Process process) throws InterruptedException {
        await("it is time to terminate the program", () -> !process.isAlive() || termination.getAsBoolean());
    }

    private List<String> command(HostProgram.Ending ending, int spans) {
        List<String> command = new ArrayList<>(prefix);
        command.add(java.resolve("bin/java").toString());
        // The cheapest start: none of this changes what the agent does.
        command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(jvmOptions);
        switch (host) {
            case AGENT -> command.add("-javaagent:" + agentJar);
            case STOCK_AGENT -> command.add("-javaagent:" + System.getProperty("sluice.test.upstreamJar"));
            case LIBRARY, NOTHING -> {}
        }
        command.addAll(lateJvmOptions);
        settings.forEach((property, value) -> command.add("-D" + property + "=" + value));
        command.add("-cp");
        command.add(host == Host.LIBRARY ? productClassPath() : apiClassPath());
        command.add(program.getName());
        command.add(ending.name());
        command.add(Integer.toString(spans));
        return command;
    }

    /** The program, OpenTelemetry's API and what the program needs: nothing of the product. */
    private String apiClassPath() {
        return classPath(entry -> entry.endsWith("test-classes")
                || entry.matches(".*/opentelemetry-(api|context|common)-[0-9.]+\\.jar")
                || entry.matches(".*/(" + programNeeds + ")-[^/]*\\.jar"));
    }

    /** The program, OpenTelemetry's SDK and the product, without what only tests need. */
    private static String productClassPath() {
        return classPath(entry -> !entry.matches(".*/(archunit|slf4j|junit|assertj)[^/]*\\.jar"));
    }

    private static String classPath(Predicate<String> wanted) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(wanted)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadlineNanos).as(what).isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * How a run ended.
     *
     * @param accounts lines of JSON, one a signal
     * @param ending from when the program was ready until it was gone
     */
    record Result(int exitValue, String out, String err, List<String> accounts, Duration ending) {

        /** Ids of the spans that the program ended. */
        List<String> spanIds() {
            return lines("span ").stream()
                    .map(line -> line.substring("span ".length()))
                    .toList();
        }

        /** The agent's threads, as the program saw them when it was ready. */
        List<String> ownThreads() {
            return lines("thread sluice");
        }

        /** What the program printed that begins so. */
        List<String> lines(String beginning) {
            return out.lines().filter(line -> line.startsWith(beginning)).toList();
        }

        /** Standard error without what the OpenTelemetry agent and the JVM say of its start. */
        List<String> errorLines() {
            return err.lines()
                    .filter(line -> !line.contains("VersionLogger - opentelemetry-javaagent - version")
                            && !line.contains("Sharing is only supported for boot loader classes"))
                    .toList();
        }

        String account(String signal) {
            return accounts.stream()
                    .filter(line -> line.contains("\"signal\":\"" + signal + "\""))
                    .collect(Collectors.joining("\n"));
        }
    }
}
