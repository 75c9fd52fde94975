package io.sluice.agent.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The agent jar as a command line; what the commands do is tested where they are. */
class CommandLineIT {

    @Test
    void version_isOurs() throws Exception {
        Ended ended = run("--version");

        assertThat(ended.exitValue).isZero();
        assertThat(ended.output).matches("(?s)sluice \\d+\\.\\d+\\.\\d+.*").doesNotContain("2.33");
    }

    @Test
    void wrongUsage_endsWithItsExitCode() throws Exception {
        Ended ended = run("nonsense");

        assertThat(ended.exitValue).isEqualTo(2);
        assertThat(ended.output).contains("nonsense").doesNotContain("Exception");
    }

    @Test
    void settings_areExplained() throws Exception {
        Ended ended = run("config", "explain");

        assertThat(ended.exitValue).isZero();
        assertThat(ended.output).contains("otel.exporter.otlp.endpoint");
    }

    private record Ended(int exitValue, String output) {}

    private static Ended run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                System.getProperty("sluice.test.agentJar")));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), output);
    }
}
