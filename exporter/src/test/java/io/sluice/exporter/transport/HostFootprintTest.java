package io.sluice.exporter.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.exporter.testing.TestCertificates;
import io.sluice.exporter.testing.TestCertificates.Issued;
import io.sluice.exporter.testing.TestCertificates.Validity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What sending and serving leaves behind in a fresh JVM, of the version that runs this test. */
@Timeout(60)
class HostFootprintTest {

    @TempDir
    Path directory;

    @Test
    void freshJvm_afterSendingAndServing_isAsItWas() throws Exception {
        assertLeavesNoTrace();
    }

    @Test
    void freshJvm_afterSendingOverTls_isAsItWas() throws Exception {
        Issued authority = TestCertificates.authority("Authority");
        SSLContext context =
                authority.issue("collector", Validity.GOOD, "localhost").serverContext(authority);
        Path trusted = authority.writeCertificate(directory.resolve("authority.pem"));
        try (ScriptedHttpPeer peer = new ScriptedHttpPeer(
                "https",
                tcp -> (SSLSocket) context.getSocketFactory().createSocket(tcp, null, false),
                ScriptedHttpPeer.always(ScriptedHttpPeer.ok()))) {
            assertLeavesNoTrace(peer.uri("localhost", "/").toString(), trusted.toString());
            assertThat(peer.received).hasSize(1);
        }
    }

    private void assertLeavesNoTrace(String... arguments) throws Exception {
        Path classes = directory.resolve("classes.txt");
        Path errors = directory.resolve("stderr.txt");
        Path output = directory.resolve("stdout.txt");
        Process process = new ProcessBuilder(command(classes, arguments))
                .redirectError(errors.toFile())
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();

        assertThat(read(errors)).isEmpty();
        assertThat(read(output)).containsExactly("ok");
        assertThat(process.exitValue()).isZero();
        List<String> loaded = read(classes);
        assertThat(loaded).hasSizeGreaterThan(500);
        assertThat(loaded).filteredOn(HostFootprintTest::isUnwelcome).isEmpty();
    }

    /** Logging frameworks, native transports, Netty's own sockets, and what asks the machine for its identity. */
    private static boolean isUnwelcome(String line) {
        return Stream.of(
                        // Not the log manager's class alone: from 25 on Netty looks at the JVM's arguments through
                        // the management interface, which loads it without starting it.
                        " java.util.logging.LogManager$",
                        " java.util.logging.Logger",
                        " org.slf4j",
                        ".netty.channel.epoll.",
                        "NativeLibraryLoader",
                        ".netty.channel.nio.",
                        ".netty.channel.DefaultChannelId")
                .anyMatch(line::contains);
    }

    private static List<String> command(Path classes, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xlog:class+load:file=" + classes + "::filecount=0");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(HostFootprint.class.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    private static List<String> read(Path file) throws IOException {
        return Files.readAllLines(file, UTF_8);
    }
}
