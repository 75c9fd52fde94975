package io.sluice.agent.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** What is in {@code sluice-sidecar.jar}, and that it is a command line. */
class SidecarJarIT {

    private static final Path JAR = Path.of(System.getProperty("test.sidecarJar"));

    /** As a reader meets them, so that a name that stands there twice is seen twice. */
    private static List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(JAR))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.isDirectory()) {
                    names.add(entry.getName());
                }
            }
        }
        return names;
    }

    @Test
    void entries_areOurs_orWhatTheSidecarNeeds_eachOnce() throws IOException {
        assertThat(names())
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(name)
                        .matches("io/sluice/(runtime|batching|exporter|config|agent/(cli|sidecar)"
                                + "|shaded/(io/(netty|grpc|perfmark|airlift/compress)|com/(google/common|fasterxml/jackson/core)))/.*"
                                + "|picocli/.*"
                                + "|META-INF/(MANIFEST.MF|LICENSE|NOTICE|services/io\\.sluice\\..*|licenses/.*)"));
    }

    @Test
    void licences_areThere() throws IOException {
        assertThat(names())
                .contains(
                        "META-INF/LICENSE",
                        "META-INF/NOTICE",
                        "META-INF/licenses/grpc-netty-shaded/LICENSE.txt",
                        "META-INF/licenses/grpc-netty-shaded/NOTICE.txt",
                        "META-INF/licenses/grpc-java/LICENSE",
                        "META-INF/licenses/guava/LICENSE",
                        "META-INF/licenses/perfmark-api/LICENSE",
                        "META-INF/licenses/picocli/LICENSE",
                        "META-INF/licenses/jackson-core/LICENSE",
                        "META-INF/licenses/aircompressor/LICENSE");
    }

    @Test
    void manifest_namesTheCommandLine() throws IOException {
        try (JarInputStream in = new JarInputStream(Files.newInputStream(JAR))) {
            Attributes manifest = in.getManifest().getMainAttributes();
            assertThat(manifest.getValue("Main-Class")).isEqualTo("io.sluice.agent.cli.SluiceProgram");
            assertThat(manifest.getValue("Implementation-Title")).isEqualTo("sluice-sidecar");
        }
    }

    @Test
    void version_isTheManifests() throws Exception {
        Ended ended = run("--version");

        assertThat(ended.exitValue).isZero();
        assertThat(ended.output).matches("(?s)sluice \\d+\\.\\d+\\.\\d+.*");
    }

    @Test
    void commands_areTheAgentJars() throws Exception {
        assertThat(run("config", "explain").output).contains("otel.exporter.otlp.endpoint");
        assertThat(run("sidecar", "validate", "--listen=127.0.0.1:0").exitValue).isZero();
        Ended wrong = run("nonsense");
        assertThat(wrong.exitValue).isEqualTo(2);
        assertThat(wrong.output).contains("nonsense").doesNotContain("Exception");
    }

    private record Ended(int exitValue, String output) {}

    private static Ended run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                JAR.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), output);
    }
}
