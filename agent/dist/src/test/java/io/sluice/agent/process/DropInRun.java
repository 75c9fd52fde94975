package io.sluice.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One run of {@link LibraryProgram} with the drop-in jar, in a JVM of its own. */
final class DropInRun {

    private static final long PATIENCE_SECONDS = 120;
    private static final Path DROP_IN = Path.of(System.getProperty("sluice.test.dropinJar", "absent"));

    private final Path directory;
    private final Map<String, String> settings = new TreeMap<>();

    /** @param directory for the run's output */
    DropInRun(Path directory) {
        this.directory = directory;
        set("otel.metric.export.interval", "3600000");
        // How long a busy machine takes is no question here.
        set("sluice.drain.timeout", "60s");
        set("sluice.account.file", accountFile().toString());
    }

    DropInRun set(String property, String value) {
        settings.put(property, value);
        return this;
    }

    private Path accountFile() {
        return directory.resolve("account.jsonl");
    }

    /** Under OpenTelemetry's own agent, with the drop-in as its extension. */
    Result asExtension(int spans) throws IOException, InterruptedException {
        set("otel.javaagent.extensions", DROP_IN.toString());
        set("otel.instrumentation.common.default-enabled", "false");
        set("otel.instrumentation.opentelemetry-api.enabled", "true");
        List<String> agent = List.of("-javaagent:" + System.getProperty("sluice.test.upstreamJar"));
        return run(agent, classPath("opentelemetry-(api|context|common)"), LibraryProgram.Origin.AGENT, spans);
    }

    /** {@link SlowHookProgram} under our own agent. */
    Result slowHooksUnderAgent(int spans) throws IOException, InterruptedException {
        List<String> agent = List.of("-javaagent:" + System.getProperty("sluice.test.agentJar"));
        set("otel.instrumentation.common.default-enabled", "false");
        set("otel.instrumentation.opentelemetry-api.enabled", "true");
        return run(
                agent,
                classPath("opentelemetry-(api|context|common)"),
                List.of(SlowHookProgram.class.getName(), Integer.toString(spans)));
    }

    /** On the class path, beside the SDK of this build. */
    Result onClassPath(LibraryProgram.Origin origin, int spans) throws IOException, InterruptedException {
        return run(List.of(), DROP_IN + File.pathSeparator + classPath("opentelemetry-[a-z-]+"), origin, spans);
    }

    /** On the class path, beside the jars of another SDK. */
    Result besideSdk(Path jars, LibraryProgram.Origin origin, int spans) throws IOException, InterruptedException {
        String sdk = String.join(File.pathSeparator, jars(jars));
        return run(List.of(), DROP_IN + File.pathSeparator + ownClasses() + File.pathSeparator + sdk, origin, spans);
    }

    private static List<String> jars(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(Path::toString)
                    .filter(name -> name.endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    private Result run(List<String> options, String classPath, LibraryProgram.Origin origin, int spans)
            throws IOException, InterruptedException {
        return run(options, classPath, List.of(LibraryProgram.class.getName(), origin.name(), Integer.toString(spans)));
    }

    private Result run(List<String> options, String classPath, List<String> program)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(options);
        settings.forEach((property, value) -> command.add("-D" + property + "=" + value));
        command.addAll(List.of("-cp", classPath));
        command.addAll(program);
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("the program ends")
                    .isTrue();
            return new Result(
                    process.exitValue(),
                    Files.readAllLines(out),
                    Files.readAllLines(err),
                    Files.exists(accountFile()) ? Files.readAllLines(accountFile()) : List.of());
        } finally {
            process.destroyForcibly();
        }
    }

    /** The program and those jars of this test's class path whose name without the version is {@code jars}. */
    private static String classPath(String jars) {
        List<String> entries = new ArrayList<>(List.of(ownClasses()));
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Path.of(entry).getFileName().toString().matches(jars + "-[0-9][0-9.]+\\.jar"))
                .filter(entry -> !entry.contains("opentelemetry-javaagent-"))
                .forEach(entries::add);
        return String.join(File.pathSeparator, entries);
    }

    private static String ownClasses() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith("test-classes"))
                .findFirst()
                .orElseThrow();
    }

    /**
     * How a run ended.
     *
     * @param accounts lines of JSON, one a signal
     */
    record Result(int exitValue, List<String> out, List<String> err, List<String> accounts) {

        /** Ids of the spans that the program ended. */
        List<String> spanIds() {
            return out.stream()
                    .filter(line -> line.startsWith("span "))
                    .map(line -> line.substring("span ".length()))
                    .toList();
        }

        /** Standard error without what the OpenTelemetry agent and the JVM say of its start. */
        List<String> errorLines() {
            return err.stream()
                    .filter(line -> !line.contains("VersionLogger - opentelemetry-javaagent - version")
                            && !line.contains("Sharing is only supported for boot loader classes"))
                    .toList();
        }
    }
}
