package io.sluice.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The projects of {@code examples/} that use a framework's own OpenTelemetry with the drop-in jar, as {@code
 * docs/spring-boot.md}, {@code docs/quarkus.md} and {@code docs/micrometer.md} describe them. {@code .ci/run frameworks}
 * builds them first.
 */
@Tag("frameworks")
class FrameworksIT {

    private static final int REQUESTS = 50;
    private static final Path EXAMPLES =
            Path.of("..", "..", "examples").toAbsolutePath().normalize();

    @TempDir
    Path directory;

    @AutoClose
    private final OtlpSink sink = new OtlpSink();

    private Path account;

    @BeforeEach
    void nameFile() {
        account = directory.resolve("account.jsonl");
    }

    private List<String> exporting(String... more) {
        List<String> options = new ArrayList<>(List.of(
                "-Dotel.exporter.otlp.endpoint=" + sink.endpoint(),
                "-Dotel.exporter.otlp.protocol=http/protobuf",
                "-Dsluice.account.file=" + account));
        options.addAll(List.of(more));
        return options;
    }

    @Test
    void springBootStarter_exportsThroughSluice_andLosesNothing() throws Exception {
        Path jar = EXAMPLES.resolve("spring-boot/target/app.jar");
        try (ExampleRun app = new ExampleRun(directory, exporting("-jar", jar.toString()))) {
            String port = app.awaitOutput("Tomcat started on port (\\d+)");
            List<String> spans = drive(app, port);

            assertThat(app.terminate()).as(app.output()).isEqualTo(128 + 15);
            assertAllArrived(spans, app);
            assertThat(sink.metricNames).contains("http.server.request.duration");
        }
    }

    @Test
    void quarkusExtension_exportsThroughSluice_andLosesNothing() throws Exception {
        Path jar = EXAMPLES.resolve("quarkus/target/quarkus-app/quarkus-run.jar");
        List<String> command = exporting(
                "-Dquarkus.otel.exporter.otlp.endpoint=" + sink.endpoint(),
                "-Dquarkus.otel.exporter.otlp.protocol=http/protobuf",
                "-jar",
                jar.toString());
        try (ExampleRun app = new ExampleRun(directory, command)) {
            String port = app.awaitOutput("Listening on: http://127.0.0.1:(\\d+)");
            List<String> spans = drive(app, port);

            assertThat(app.terminate()).as(app.output()).isEqualTo(128 + 15);
            assertAllArrived(spans, app);
        }
    }

    private static List<String> drive(ExampleRun app, String port) throws IOException, InterruptedException {
        List<String> spans = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            spans.add(app.get("http://127.0.0.1:" + port + "/hello"));
        }
        assertThat(spans).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f]{16}") && !id.matches("0+"));
        return spans;
    }

    private void assertAllArrived(List<String> spans, ExampleRun app) throws IOException {
        assertThat(sink.spanIds).as(app.output()).containsAll(spans).doesNotHaveDuplicates();
        assertThat(sink.userAgents).allMatch(agent -> agent.startsWith("Sluice-OTLP-Exporter-Java/"));
        assertThat(sink.malformed).isEmpty();
        assertThat(Files.readAllLines(account))
                .filteredOn(line -> line.contains("\"signal\":\"traces\""))
                .singleElement()
                .asString()
                .contains("\"delivered\":" + sink.spanIds.size() + ",", "\"pending\":0");
    }

    @Test
    void micrometer_throughTheSdk_isExportedBySluice() throws Exception {
        try (ExampleRun app = new ExampleRun(directory, micrometer(exporting(), "bridge"))) {
            assertThat(app.awaitEnd()).as(app.output()).isZero();

            assertThat(sink.metricNames).contains("shop.orders");
            assertThat(sink.userAgents).allMatch(agent -> agent.startsWith("Sluice-OTLP-Exporter-Java/"));
            assertThat(app.output()).contains("sluice: metrics: offered ");
        }
    }

    @Test
    void micrometer_withItsOwnOtlp_goesThroughASidecar() throws Exception {
        int port = ExampleRun.unusedPort();
        List<String> sidecar = List.of(
                "-jar",
                System.getProperty("sluice.test.sidecarJar"),
                "sidecar",
                "--listen",
                "127.0.0.1:" + port,
                "--endpoint",
                sink.endpoint());
        try (ExampleRun hop = new ExampleRun(directory, sidecar)) {
            hop.get("http://127.0.0.1:" + port + "/readyz");
            List<String> command = micrometer(List.of(), "registry", "http://127.0.0.1:" + port + "/v1/metrics");
            try (ExampleRun app = new ExampleRun(directory, command)) {
                assertThat(app.awaitEnd()).as(app.output()).isZero();
            }
            assertThat(hop.terminate()).as(hop.output()).isZero();

            assertThat(sink.metricNames).contains("shop.orders");
            assertThat(sink.userAgents).allMatch(agent -> agent.startsWith("Sluice-OTLP-Exporter-Java/"));
        }
    }

    private static List<String> micrometer(List<String> options, String... arguments) {
        Path target = EXAMPLES.resolve("micrometer/target");
        List<String> command = new ArrayList<>(options);
        command.add("-cp");
        command.add(String.join(
                File.pathSeparator,
                target.resolve("classes").toString(),
                target.resolve("lib") + File.separator + "*",
                System.getProperty("sluice.test.dropinJar")));
        command.add("io.sluice.examples.micrometer.Program");
        command.addAll(List.of(arguments));
        return command;
    }
}
