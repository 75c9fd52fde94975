package io.sluice.exporter.faults;

import static io.sluice.exporter.faults.FaultRun.BATCH;
import static io.sluice.exporter.faults.FaultRun.LONG;
import static io.sluice.exporter.faults.FaultRun.PERMITS;
import static io.sluice.exporter.testing.Await.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.exporter.testing.IdSink;
import io.sluice.exporter.testing.IdSinkProcess;
import io.sluice.exporter.testing.Protocol;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A destination that is a process of its own, and is killed; a row of {@code docs/faults.md}. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class ProcessRowsTest {

    /** What a request takes there, so that a kill meets some. */
    private static final long ANSWER_MILLIS = 5;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void row01_destinationThatIsKilled_andStartedAgain_losesNothing(Protocol protocol) throws Exception {
        int port = freePort();
        Path first = directory.resolve("first");
        Path second = directory.resolve("second");
        Process process = start(protocol, port, first);
        Process next = null;
        try (FaultRun run = new FaultRun(protocol.to(port, LONG, Duration.ofSeconds(5)))) {
            while (size(first) < 40L * BATCH * Long.BYTES) {
                run.send(BATCH);
            }
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            run.offer(20 * BATCH);
            await(() -> run.stats().attempts().failed().getOrDefault("unreachable", 0L) >= 3);
            next = start(protocol, port, second);
            Instant back = Instant.now();
            run.send(20 * BATCH).flush();
            assertThat(Duration.between(back, Instant.now())).isLessThan(Duration.ofSeconds(5));

            List<Long> arrived = new ArrayList<>(ids(first));
            arrived.addAll(ids(second));
            assertThat(arrived.size() - run.accepted().size())
                    .as("twice came at most what was in flight")
                    .isBetween(0, PERMITS * BATCH);
            run.custodyWasBounded().nothingIsLost(new HashSet<>(arrived));
        } finally {
            process.destroyForcibly();
            if (next != null) {
                next.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    private static List<Long> ids(Path file) throws IOException {
        return IdSink.read(ByteBuffer.wrap(Files.readAllBytes(file)));
    }

    /** Starts a far end and waits until it takes requests. */
    private static Process start(Protocol protocol, int port, Path file) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        IdSinkProcess.class.getName(),
                        protocol.name(),
                        Integer.toString(port),
                        file.toString(),
                        Long.toString(ANSWER_MILLIS))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader(UTF_8);
        assertThat(output.readLine()).isEqualTo(IdSinkProcess.READY);
        return process;
    }
}
