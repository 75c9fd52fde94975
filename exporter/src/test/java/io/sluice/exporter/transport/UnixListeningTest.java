package io.sluice.exporter.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.AsyncRuntime;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server behind a socket file. */
@Timeout(30)
class UnixListeningTest {

    @TempDir
    Path folder;

    private final AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build();
    private final RecordingHandler handler = new RecordingHandler();

    @AfterEach
    void stop() {
        assertThat(runtime.handle().ioDriver().registrations()).isZero();
        runtime.close();
    }

    private HttpServer bind(Path file) throws IOException {
        return HttpServer.bind(
                runtime.handle(),
                new ListenOn(List.of(UnixDomainSocketAddress.of(file)), Optional.empty()),
                HttpServerSettings.defaults(),
                handler);
    }

    @Test
    void requests_comeThroughTheFile_whichGoesWithTheServer() throws Exception {
        Path file = folder.resolve("s");
        HttpServer server = bind(file);

        assertThat(post(file)).startsWith("HTTP/1.1 200").endsWith("hi");
        assertThat(handler.nextRequest().head().connection().secure()).isFalse();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-rw----");
        assertThat(server.localAddresses()).containsExactly(UnixDomainSocketAddress.of(file));

        runtime.blockOn(server.shutdown(Duration.ofSeconds(5)));
        assertThat(file).doesNotExist();
    }

    @Test
    void leftover_isReplaced_andWhatIsInUseOrNoSocketIsNot() throws Exception {
        Path file = folder.resolve("s");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(file));
        }
        assertThat(file).exists();
        HttpServer server = bind(file);
        assertThat(post(file)).startsWith("HTTP/1.1 200");

        assertThatThrownBy(() -> bind(file))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("unix:" + file + ": another process does");
        assertThat(post(file)).startsWith("HTTP/1.1 200");
        runtime.blockOn(server.shutdown(Duration.ofSeconds(5)));

        Path notes = Files.writeString(folder.resolve("notes"), "important");
        assertThatThrownBy(() -> bind(notes))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("the file exists and is no socket");
        assertThat(notes).hasContent("important");
    }

    @Test
    void fileThatAnotherHasTakenOver_isLeftAlone() throws Exception {
        Path file = folder.resolve("s");
        HttpServer server = bind(file);
        Files.delete(file);
        Files.writeString(file, "somebody else's");

        runtime.blockOn(server.shutdown(Duration.ofSeconds(5)));

        assertThat(file).hasContent("somebody else's");
    }

    private static String post(Path file) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
            channel.write(
                    ByteBuffer.wrap("POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"
                            .getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(4096);
            while (channel.read(answer) >= 0) {
                continue;
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
        }
    }
}
