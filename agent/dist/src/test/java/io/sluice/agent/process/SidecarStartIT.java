package io.sluice.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How deploy/start.sh starts the sidecar: its archive of classes, and every way in which that may be missing. */
@Tag("sidecar")
@Timeout(120)
class SidecarStartIT {

    private static final Path JAR = Path.of(System.getProperty("sluice.test.sidecarJar"));
    private static final Path SCRIPT =
            JAR.resolve("../../../../deploy/start.sh").normalize();
    private static final String LISTENS = "sluice: sidecar listens on ";

    @TempDir
    Path directory;

    private Path archives() throws IOException {
        return Files.createDirectories(directory.resolve("archives"));
    }

    private ProcessBuilder script(Path archives, String... arguments) {
        return scriptFor(System.getProperty("sluice.test.java") + "/bin/java", archives, arguments);
    }

    private ProcessBuilder scriptFor(String java, Path archives, String... arguments) {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString(), java, JAR.toString(), archives.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(key -> key.startsWith("OTEL_") || key.startsWith("SLUICE_"));
        return builder;
    }

    /** What a JVM would be started with. */
    private String started(String javaOptions, String... arguments) throws Exception {
        ProcessBuilder builder = scriptFor("/bin/echo", directory.resolve("nowhere"), arguments);
        builder.environment().put("JAVA_OPTS", javaOptions);
        return end(builder, 0).strip();
    }

    @Test
    void heap_followsTheBudget_whereverFlagsOrTheEnvironmentSetIt() throws Exception {
        String budget = "sluice.sidecar.max.custody.bytes=";
        assertThat(started("", "sidecar")).contains("-Xmx256m ", "-Xms80m ", "-XX:+UseSerialGC ");
        assertThat(started("", "sidecar", "--set=" + budget + "16MiB")).contains("-Xmx112m ", "-Xms80m ");
        assertThat(started("", "sidecar", "--set", budget + "1g")).contains("-Xmx3136m ");
        assertThat(started("", "sidecar", "--set=" + budget + "1048576")).contains("-Xmx67m ", "-Xms67m ");
        assertThat(started("", "sidecar", "--set=" + budget + "much")).contains("-Xmx256m ");
        ProcessBuilder fromEnvironment = scriptFor("/bin/echo", directory, "sidecar");
        fromEnvironment.environment().put("SLUICE_SIDECAR_MAX_CUSTODY_BYTES", "32MiB");
        assertThat(end(fromEnvironment, 0)).contains("-Xmx160m ");
    }

    @Test
    void javaOptions_overruleTheHeap_andTheCollector() throws Exception {
        assertThat(started("-Xmx64m", "sidecar", "--listen=a:1"))
                .contains("-XX:+UseSerialGC -Xmx64m -jar ")
                .doesNotContain("-Xms", "-Xmn", "-Xmx256m")
                .endsWith(" sidecar --listen=a:1");
        assertThat(started("-XX:+UseG1GC", "sidecar")).doesNotContain("Serial").contains("-Xmx256m ");
    }

    private String end(ProcessBuilder builder, int exitCode) throws Exception {
        Path output = Files.createTempFile(directory, "output", "");
        Process process = builder.redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isEqualTo(exitCode);
        return Files.readString(output);
    }

    /** What a sidecar says until it listens, and the classes that it loaded until then. */
    private record Started(String said, List<String> classes) {

        Stream<String> ours() {
            return classes.stream().filter(line -> line.contains(" io.sluice."));
        }
    }

    private Started start(Path archives, String javaOptions) throws Exception {
        Path classes = directory.resolve("classes");
        Path output = Files.createTempFile(directory, "output", "");
        ProcessBuilder builder = script(archives, "sidecar", "--listen=127.0.0.1:0", "--endpoint=http://127.0.0.1:1");
        builder.environment().put("JAVA_OPTS", javaOptions + " -Xlog:class+load:file=" + classes);
        Process process = builder.redirectOutput(output.toFile()).start();
        try {
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!Files.readString(output).endsWith("\n")) {
                assertThat(process.isAlive() && System.nanoTime() < deadline)
                        .as(Files.readString(output))
                        .isTrue();
                Thread.sleep(10);
            }
            return new Started(Files.readString(output), Files.readAllLines(classes));
        } finally {
            process.destroyForcibly().onExit().join();
        }
    }

    private List<Path> made(Path archives) throws IOException {
        try (Stream<Path> files = Files.list(archives)) {
            return files.toList();
        }
    }

    @Test
    void archive_isMadeOnce_andClassesAreTakenFromIt() throws Exception {
        Path archives = archives();

        end(script(archives, "archive"), 0);

        List<Path> first = made(archives);
        assertThat(first).singleElement().asString().matches(".*/sidecar-\\d+\\.(jsa|aot)");
        Object madeAt = Files.getLastModifiedTime(first.get(0));
        Started started = start(archives, "");
        assertThat(started.said()).startsWith(LISTENS).hasLineCount(1);
        assertThat(started.ours()).hasSizeGreaterThan(200);
        assertThat(started.ours().filter(line -> line.contains("source: jar:") || line.contains("source: file:")))
                .as("classes that the rehearsal does not know")
                .hasSizeLessThan(5);
        assertThat(made(archives)).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(first.get(0))).isEqualTo(madeAt);
    }

    @Test
    void plainStart_loadsNothingOfTheCommandLineLibrary() throws Exception {
        assertThat(start(directory.resolve("nowhere"), "").classes())
                .noneMatch(line -> line.contains(" picocli."))
                .anyMatch(line -> line.contains(" io.sluice.agent.sidecar.Sidecar "));
    }

    @Test
    void firstStart_makesTheArchive_andSaysNothingOfIt() throws Exception {
        Path archives = archives();

        assertThat(start(archives, "").said()).startsWith(LISTENS).hasLineCount(1);

        assertThat(made(archives)).hasSize(1);
    }

    @Test
    void archiveThatIsDamaged_orForAnotherCollector_isPassedOver() throws Exception {
        Path archives = archives();
        end(script(archives, "archive"), 0);
        assertThat(start(archives, "-XX:+UseG1GC -XX:-UseCompressedOops").said())
                .startsWith(LISTENS)
                .hasLineCount(1);

        made(archives).forEach(SidecarStartIT::damage);

        assertThat(start(archives, "").said()).startsWith(LISTENS).hasLineCount(1);
    }

    private static void damage(Path archive) {
        try {
            Files.delete(archive);
            Files.writeString(archive, "no archive");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void directoryThatIsNotThere_isDoneWithout() throws Exception {
        Path nowhere = directory.resolve("nowhere");

        end(script(nowhere, "archive"), 1);
        assertThat(start(nowhere, "").said()).startsWith(LISTENS).hasLineCount(1);
        assertThat(nowhere).doesNotExist();
    }
}
