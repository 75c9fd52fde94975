package io.sluice.exporter.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.exporter.testing.GrpcPeer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What gRPC brings into a fresh JVM of the version that runs this test, and that nothing comes unasked. */
@Timeout(60)
class GrpcFootprintTest {

    @TempDir
    Path directory;

    @Test
    void freshJvm_afterSendingOverGrpc_isAsItWas() throws Exception {
        try (GrpcPeer peer = new GrpcPeer(GrpcPeer.ok())) {
            List<String> loaded = run("io.sluice.exporter.grpc.GrpcFootprint", Integer.toString(peer.port()));

            assertThat(peer.received()).hasSize(1);
            assertThat(loaded).anyMatch(line -> line.contains(" io.grpc.internal.ManagedChannelImpl "));
            assertThat(loaded).noneMatch(line -> line.contains(" com.google.protobuf."));
        }
    }

    @Test
    void freshJvm_afterSendingOverHttp_hasNoClassOfGrpc() throws Exception {
        List<String> loaded = run("io.sluice.exporter.transport.HostFootprint");

        assertThat(loaded)
                .noneMatch(line -> line.contains(" io.sluice.exporter.grpc.")
                        || line.contains(" io.grpc.netty.shaded.io.grpc.")
                        || line.contains(" com.google.common.")
                        || (line.contains(" io.grpc.") && !line.contains(" io.grpc.netty.shaded.")));
    }

    /** Runs {@code main} until it says "ok"; returns the log of loaded classes. */
    private List<String> run(String main, String... arguments) throws Exception {
        Path classes = directory.resolve("classes.txt");
        Path output = directory.resolve("output.txt");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xlog:class+load:file=" + classes + "::filecount=0");
        // grpc-java looks for native sockets as soon as it is loaded, and JDK 24 and later print that it does. The
        // agent's
        // copy is told not to; a library's user may say so himself.
        command.add("-Dio.grpc.netty.shaded.io.netty.transport.noNative=true");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main);
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();

        assertThat(Files.readAllLines(output, UTF_8)).containsExactly("ok");
        List<String> loaded = Files.readAllLines(classes, UTF_8);
        assertThat(loaded).hasSizeGreaterThan(500);
        return loaded;
    }
}
