package io.sluice.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.agent.process.LibraryProgram.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The drop-in jar in a JVM that has OpenTelemetry from elsewhere, and nothing else of ours. */
class DropInIT {

    /** A directory for each further version of the SDK, full of its jars; see the step {@code sdk_versions} of CI. */
    private static final String SDKS = "sluice.test.sdks";

    private static final int SPANS = 200;

    @TempDir
    Path directory;

    @AutoClose
    private final OtlpSink sink = new OtlpSink();

    private DropInRun dropIn() {
        return new DropInRun(directory)
                .set("otel.exporter.otlp.endpoint", sink.endpoint())
                .set("test.endpoint", sink.endpoint());
    }

    @Test
    void sdkOnTheClassPath_exportsOurWay() throws Exception {
        assertEverythingArrived(dropIn().onClassPath(Origin.AUTOCONFIGURED, SPANS));
    }

    @Test
    void sdkByHand_exportsOurWay() throws Exception {
        assertEverythingArrived(dropIn().onClassPath(Origin.HAND, SPANS));
    }

    @Test
    void stockAgent_withTheDropInAsExtension_exportsOurWay() throws Exception {
        assertEverythingArrived(dropIn().asExtension(SPANS));
    }

    @ParameterizedTest
    @MethodSource("sdks")
    @EnabledIfSystemProperty(named = SDKS, matches = ".+")
    void everyVersionOfTheSdk_exportsOurWay(Path sdk, Origin origin) throws Exception {
        assertEverythingArrived(dropIn().besideSdk(sdk, origin, SPANS));
    }

    static Stream<Arguments> sdks() throws IOException {
        try (Stream<Path> directories = Files.list(Path.of(System.getProperty(SDKS)))) {
            return directories.sorted().toList().stream()
                    .flatMap(sdk -> Stream.of(Origin.values())
                            .filter(origin -> origin != Origin.AGENT)
                            .map(origin -> Arguments.of(sdk, origin)));
        }
    }

    private void assertEverythingArrived(DropInRun.Result result) {
        assertThat(result.exitValue()).as(() -> String.join("\n", result.err())).isZero();
        assertThat(result.spanIds()).hasSize(SPANS);
        assertThat(sink.spanIds).containsExactlyInAnyOrderElementsOf(result.spanIds());
        assertThat(sink.spanNames).as("nothing of our own traffic").containsExactly("work");
        assertThat(sink.metricNames).contains("host.counter", "sluice.queue.size");
        assertThat(sink.logBodies).containsExactly("host says hello");
        assertThat(sink.malformed).isEmpty();
        assertThat(sink.userAgents).allMatch(agent -> agent.matches("Sluice-OTLP-Exporter-Java/[0-9].*"));
        assertThat(account(result, "traces"))
                .contains("\"offered\":" + SPANS + ",", "\"delivered\":" + SPANS + ",", "\"pending\":0");
        assertThat(result.errorLines()).hasSize(3).allMatch(line -> line.startsWith("sluice: "));
    }

    private static String account(DropInRun.Result result, String signal) {
        List<String> lines = result.accounts().stream()
                .filter(line -> line.contains("\"signal\":\"" + signal + "\""))
                .toList();
        assertThat(lines).hasSize(1);
        return lines.get(0);
    }
}
