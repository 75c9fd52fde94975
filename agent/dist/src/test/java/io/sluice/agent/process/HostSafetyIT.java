package io.sluice.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.agent.process.HostProgram.Ending;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What fails on our side, and that the application goes on: it ends as it would have, is told why in few lines, and
 * nobody else exports in our place. Faults within the SPI are {@code HostSafetyTest}'s. Run by {@code .ci/run host}.
 */
@Tag("host")
class HostSafetyIT {

    private static final int SPANS = 100;

    @TempDir
    Path directory;

    @AutoClose
    private final OtlpSink sink = new OtlpSink();

    private AgentRun agent() {
        return new AgentRun(directory).set("otel.exporter.otlp.endpoint", sink.endpoint());
    }

    /** What was done to the jar. */
    enum Damage {
        /** As a tool that repacks jars may do. */
        SERVICE_LOST("is not whole, it lacks io.sluice.agent.otel.SluiceCustomizer in inst/META-INF/services/") {
            @Override
            void inflict(Path root) throws IOException {
                Path services = root.resolve("inst/META-INF/services")
                        .resolve("io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider");
                Files.writeString(
                        services,
                        Files.readAllLines(services).stream()
                                .filter(line -> !line.contains("sluice"))
                                .collect(Collectors.joining("\n")));
            }
        },
        CUSTOMIZER_LOST("is not whole, it lacks inst/io/sluice/agent/otel/SluiceCustomizer.classdata") {
            @Override
            void inflict(Path root) throws IOException {
                Files.delete(root.resolve("inst/io/sluice/agent/otel/SluiceCustomizer.classdata"));
            }
        },
        PIPELINES_LOST("not started: io/sluice/agent/otel/Pipelines") {
            @Override
            void inflict(Path root) throws IOException {
                Files.delete(root.resolve("inst/io/sluice/agent/otel/Pipelines.classdata"));
            }
        },
        RUNTIME_GARBLED("not started: ") {
            @Override
            void inflict(Path root) throws IOException {
                Files.write(
                        root.resolve("inst/io/sluice/runtime/AsyncRuntime.classdata"),
                        "garbage".getBytes(StandardCharsets.UTF_8));
            }
        };

        private final String told;

        Damage(String told) {
            this.told = told;
        }

        abstract void inflict(Path root) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void brokenJar_isOneLine_andNobodyElseExports(Damage damage) throws Exception {
        Path jar = directory.resolve("broken.jar");
        Files.copy(Path.of(System.getProperty("sluice.test.agentJar")), jar);
        try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of())) {
            damage.inflict(zip.getPath("/"));
        }
        AgentRun.Result result = agent().agentJar(jar).run(Ending.RETURN, SPANS);

        assertThat(result.exitValue()).as(result.err()).isZero();
        assertThat(result.spanIds()).hasSize(SPANS);
        assertThat(sink.userAgents).as("nobody exported anything").isEmpty();
        assertThat(result.errorLines())
                .singleElement()
                .asString()
                .startsWith("sluice: not started: ")
                .contains(damage.told)
                .endsWith("; the application runs without telemetry");
    }

    @Test
    void fullDisk_costsTheAccountFile_andNothingElse() throws Exception {
        Needed.orSkipped(Files.exists(Path.of("/dev/full")), "/dev/full");
        AgentRun.Result result = agent().set("sluice.account.file", "/dev/full").run(Ending.EXIT, SPANS);

        assertThat(result.exitValue()).as(result.err()).isEqualTo(7);
        assertThat(sink.spanIds).containsExactlyInAnyOrderElementsOf(result.spanIds());
        assertThat(result.errorLines())
                .filteredOn(line -> line.startsWith("sluice: account file not written: "))
                .hasSize(3)
                .allMatch(line -> line.contains("No space left on device"));
        assertThat(result.errorLines()).hasSize(6);
    }

    @Test
    void collectorThatIsGone_isToldInFewLines() throws Exception {
        AgentRun.Result result = new AgentRun(directory)
                .set("otel.exporter.otlp.endpoint", nowhere())
                .set("otel.bsp.schedule.delay", "10")
                .set("otel.metric.export.interval", "100")
                .set("sluice.drain.timeout", "3s")
                .run(Ending.ONE_SECOND, SPANS);

        assertThat(result.exitValue()).as(result.err()).isZero();
        assertThat(result.ending()).isLessThan(Duration.ofSeconds(10));
        assertThat(result.account("traces")).contains("{\"drain_deadline\":" + SPANS + "}", "\"pending\":0");
        assertThat(result.errorLines())
                .as("for each signal: the first failure, what is held at the end, what is dropped, the account")
                .hasSizeLessThanOrEqualTo(3 * 4)
                .allMatch(line -> line.startsWith("sluice: "));
    }

    @Test
    void heapThatIsFull_endsNothingOfTheProgram_andWhatIsLostIsTold() throws Exception {
        AgentRun.Result result = agent().jvmOption("-Xmx96m")
                .set("otel.bsp.schedule.delay", "50")
                .run(Ending.HUNGRY, SPANS);

        assertThat(result.exitValue()).as(result.err()).isZero();
        assertThat(result.lines("fillings ")).as("the heap was full").noneMatch("fillings 0"::equals);
        assertThat(result.spanIds()).as("the program does its work").hasSize(SPANS);
        List<String> told = result.errorLines().stream()
                .filter(line -> line.startsWith("sluice: "))
                .toList();
        assertThat(told).as(result.err()).hasSizeLessThan(3 * 3 + 25);
        if (told.stream().noneMatch(line -> line.contains("for want of memory"))) {
            assertThat(sink.spanIds)
                    .as("what was ended when there was room again: " + result.account("traces") + result.err())
                    .containsAll(result.spanIds());
        }
    }

    private static String nowhere() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "http://127.0.0.1:" + socket.getLocalPort();
        }
    }
}
