package io.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole path as the launcher script starts it, with the agent jar that was just built. The step {@code demo} of
 * {@code .ci/run} has faults, too.
 */
class DemoIT {

    private static final long LIMIT_SECONDS = 240;

    /** How a demo ended. */
    private record Result(int exitCode, String output, String errors) {}

    @TempDir
    Path directory;

    @Test
    void demo_balances() throws Exception {
        Result result = demo("--requests=30");

        assertThat(result.output())
                .contains(
                        "POST /order",
                        "http.server.request.duration",
                        "at the far end 48 of 48 server spans, 135 of 135 spans")
                .endsWith("balanced: nothing was lost" + System.lineSeparator());
        assertThat(result.errors()).isEmpty();
        assertThat(result.exitCode()).isZero();
    }

    private Result demo(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("sluice.test.examplesJar")
                        + File.pathSeparator
                        + Path.of(System.getProperty("sluice.test.lib"), "*"),
                Demo.class.getName(),
                "--agent=" + System.getProperty("sluice.test.agentJar"));
        builder.command().addAll(List.of(arguments));
        Path output = directory.resolve("output");
        Path errors = directory.resolve("errors");
        Process process = builder.redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            return new Result(
                    process.exitValue(),
                    Files.readString(output, Charset.defaultCharset()),
                    Files.readString(errors, Charset.defaultCharset()));
        } finally {
            process.destroy();
        }
    }
}
