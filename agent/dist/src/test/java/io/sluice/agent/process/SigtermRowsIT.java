package io.sluice.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.agent.process.HostProgram.Ending;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A program that is terminated while its threads end spans; a row of {@code docs/faults.md}. */
class SigtermRowsIT {

    private static final Duration DRAIN = Duration.ofSeconds(2);

    /** For the JVM's end and the machine. */
    private static final Duration MARGIN = Duration.ofSeconds(6);

    /** Ended before the program is terminated. */
    private static final int SPANS = 3_000;

    /** How the destination is. */
    enum Destination {
        UP,
        /** Answers after most of the drain's time. */
        SLOW,
        DOWN
    }

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"UP,http/protobuf", "UP,grpc", "SLOW,http/protobuf", "SLOW,grpc", "DOWN,http/protobuf", "DOWN,grpc"})
    void row23_sigtermUnderLoad_endsInTime_andTheAccountIsTrue(Destination destination, String protocol)
            throws Exception {
        boolean grpc = protocol.equals("grpc");
        try (OtlpSink sink = new OtlpSink()) {
            String up = grpc ? sink.grpcEndpoint() : sink.endpoint();
            if (destination == Destination.SLOW) {
                sink.answerAfter(DRAIN.multipliedBy(3).dividedBy(4));
            }
            AgentRun.Result result = new AgentRun(directory)
                    .asLibrary()
                    .set("otel.exporter.otlp.protocol", protocol)
                    .set("otel.exporter.otlp.endpoint", destination == Destination.DOWN ? nowhere() : up)
                    .set("otel.metrics.exporter", "none")
                    .set("otel.logs.exporter", "none")
                    .set("sluice.drain.timeout", DRAIN.toMillis() + "ms")
                    .terminateWhen(() -> destination == Destination.DOWN || !sink.spanIds.isEmpty())
                    .run(Ending.LOAD, SPANS);
            Set<String> arrived = new HashSet<>(sink.spanIds);
            String account = result.account("traces");
            long offered = number(account, "offered");
            long accepted = number(account, "accepted");
            long delivered = number(account, "delivered");
            long dropped = account.contains("\"drain_deadline\"") ? number(account, "drain_deadline") : 0;

            assertThat(result.exitValue()).as(result.err()).isEqualTo(128 + 15);
            assertThat(result.ending()).isLessThan(DRAIN.plus(MARGIN));
            assertThat(result.err()).contains("sluice: traces: offered " + offered + " ");
            assertThat(offered).isGreaterThanOrEqualTo(SPANS);
            assertThat(accepted).isEqualTo(delivered + dropped);
            assertThat(account).contains("\"rejected\":0", "\"pending\":0");
            switch (destination) {
                case UP -> {
                    assertThat(dropped).isZero();
                    assertThat(sink.spanIds).hasSize((int) delivered).doesNotHaveDuplicates();
                }
                case SLOW -> // what was taken and not answered in time is dropped here and has arrived there
                    assertThat((long) arrived.size()).isBetween(delivered, accepted);
                case DOWN -> {
                    assertThat(delivered).isZero();
                    assertThat(arrived).isEmpty();
                }
            }
        }
    }

    private static long number(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":(\\d+)").matcher(json);
        assertThat(found.find()).as(name + " in " + json).isTrue();
        return Long.parseLong(found.group(1));
    }

    private static String nowhere() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "http://127.0.0.1:" + socket.getLocalPort();
        }
    }
}
