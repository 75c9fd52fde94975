package io.sluice.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.agent.process.HostProgram.Ending;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an application lives, what else lives there, and that it notices nothing of us. Run by {@code .ci/run host}. */
@Tag("host")
class EnvironmentRowsIT {

    private static final int SPANS = 100;

    /** Everything is read-only but what the kernel makes up. */
    private static final String READ_ONLY = """
            awk '{ print $5 }' /proc/self/mountinfo | sort -r | while read -r where; do
              case $where in /proc*|/sys*|/dev*) ;; *) mount -o remount,bind,ro "$where" ;; esac
            done
            if touch "$PWD/writable" 2>/dev/null; then echo "still writable" >&2; exit 99; fi
            exec "$@"
            """;

    @TempDir
    Path directory;

    @AutoClose
    private OtlpSink sink = new OtlpSink();

    private AgentRun agent() {
        return new AgentRun(directory).set("otel.exporter.otlp.endpoint", sink.endpoint());
    }

    private void assertAllKept(AgentRun.Result result) {
        assertThat(result.spanIds()).as(result.err()).hasSize(SPANS);
        assertThat(sink.spanIds).containsExactlyInAnyOrderElementsOf(result.spanIds());
        assertThat(sink.userAgents).allMatch(agent -> agent.startsWith("Sluice-OTLP-Exporter-Java/"));
        assertThat(sink.malformed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/protobuf", "grpc"})
    void readOnlyFileSystem_keepsEverySpan(String protocol) throws Exception {
        Needed.orSkipped(mayMakeMountNamespace(), "mount namespace: not root, or not allowed to");
        AgentRun.Result result = new AgentRun(directory)
                .set("otel.exporter.otlp.protocol", protocol)
                .set("otel.exporter.otlp.endpoint", protocol.equals("grpc") ? sink.grpcEndpoint() : sink.endpoint())
                .startedBy("unshare", "-m", "sh", "-c", READ_ONLY, "sh")
                .run(Ending.EXIT, SPANS);

        assertThat(result.exitValue()).as(result.err()).isEqualTo(7);
        assertAllKept(result);
        assertThat(result.errorLines())
                .filteredOn(line -> !line.matches("sluice: (traces|metrics|logs): offered .*"))
                .as("only that the account file cannot be written, for each signal")
                .hasSize(3)
                .allMatch(line -> line.startsWith("sluice: account file not written: ")
                        && line.contains("Read-only file system"));
    }

    private static boolean mayMakeMountNamespace() throws InterruptedException {
        try {
            Process process = new ProcessBuilder("unshare", "-m", "mount", "-o", "remount,bind,ro", "/")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException noSuchCommand) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({"second,true", "second,false", "jacoco,true", "jacoco,false"})
    void anotherAgent_worksBesideOurs(String other, boolean first) throws Exception {
        Path coverage = directory.resolve("jacoco.exec");
        String option = "-javaagent:"
                + (other.equals("jacoco")
                        ? System.getProperty("sluice.test.jacocoJar") + "=destfile=" + coverage
                        : SecondAgent.jar(directory).toString());
        AgentRun run = agent();
        AgentRun.Result result = (first ? run.jvmOption(option) : run.lateJvmOption(option)).run(Ending.EXIT, SPANS);

        assertThat(result.exitValue()).as(result.err()).isEqualTo(7);
        assertAllKept(result);
        assertThat(result.errorLines()).hasSize(3).allMatch(line -> line.startsWith("sluice: "));
        if (other.equals("jacoco")) {
            assertThat(coverage).isNotEmptyFile();
        } else {
            assertThat(result.lines("second agent "))
                    .containsExactly("second agent started", "second agent saw HostProgram");
        }
    }

    @Test
    void applicationWithGrpcNettyAndProtobuf_hasItsOwn_andNoneOfItIsOurs() throws Exception {
        AgentRun.Result result = new AgentRun(directory)
                .set("otel.exporter.otlp.protocol", "grpc")
                .set("otel.exporter.otlp.endpoint", sink.grpcEndpoint())
                .set("otel.instrumentation.grpc.enabled", "true")
                .program(
                        GrpcHostProgram.class,
                        "grpc-[a-z-]+|guava|failureaccess|perfmark-api|protobuf-java|opentelemetry-proto")
                .run(Ending.RETURN, SPANS);

        assertThat(result.exitValue()).as(result.err()).isZero();
        assertThat(result.spanIds()).hasSize(SPANS);
        assertThat(result.lines("answer ")).hasSize(SPANS);
        assertThat(sink.spanIds).containsAll(result.spanIds()).doesNotHaveDuplicates();
        assertThat(sink.spanNames)
                .as("the application's calls are seen, ours are not")
                .containsExactlyInAnyOrder("work", "host.Echo/Echo");
        assertThat(sink.spanIds).as("a client and a server span a call").hasSize(3 * SPANS);
        assertThat(result.lines("loaded "))
                .hasSize(4)
                .allMatch(line -> line.endsWith(".jar") && !line.contains("sluice-agent"));
        if (new File("/proc/self/maps").exists()) {
            assertThat(result.lines("epoll ")).containsExactly("epoll true");
            assertThat(result.lines("native "))
                    .filteredOn(line -> line.contains("netty"))
                    .as("the application's own, under the name that it gives it")
                    .singleElement()
                    .asString()
                    .contains("io_grpc_netty_shaded_netty_transport_native_epoll");
        }
        assertThat(result.errorLines())
                .as("beside what the JVM says of the application's native library")
                .filteredOn(line -> line.contains("sluice"))
                .hasSize(3)
                .allMatch(line -> line.startsWith("sluice: "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/protobuf", "grpc"})
    void program_findsNothingOfOurs_butOurThreads(String protocol) throws Exception {
        AgentRun.Result ours = watched(new AgentRun(directory), protocol);
        sink.close();
        sink = new OtlpSink();
        AgentRun.Result stock =
                watched(new AgentRun(Files.createDirectory(directory.resolve("stock"))).underStockAgent(), protocol);

        assertThat(ours.lines("property "))
                .filteredOn(line -> !line.contains(directory.toString()) && !line.contains("endpoint"))
                .filteredOn(line -> !line.contains("sluice-agent.jar"))
                .isSubsetOf(stock.lines("property "));
        assertThat(names(ours.lines("property "))).isSubsetOf(names(stock.lines("property ")));
        assertThat(ours.lines("native ")).isSubsetOf(stock.lines("native "));
        assertThat(ours.lines("loader "))
                .isEqualTo(List.of(
                        "loader of the application: true",
                        "loader of the system: true",
                        "loader of the application: true",
                        "loader of the system: true"));
        assertThat(ours.lines("default uncaught handler: ")).containsOnly("default uncaught handler: null");
        assertThat(ours.lines("thread "))
                .filteredOn(line -> !stock.lines("thread ").contains(line))
                .isNotEmpty()
                .allMatch(line -> line.matches("thread sluice-.* daemon without context loader"));
        assertThat(ours.lines("thread ")).noneMatch(line -> line.contains("lobalEventExecutor"));
        assertThat(ours.errorLines()).hasSize(3).allMatch(line -> line.startsWith("sluice: "));
    }

    /** Looks twice: when the program has ended its spans, and when they have been exported. */
    private AgentRun.Result watched(AgentRun run, String protocol) throws IOException, InterruptedException {
        String endpoint = protocol.equals("grpc") ? sink.grpcEndpoint() : sink.endpoint();
        AgentRun.Result result = run.set("otel.exporter.otlp.protocol", protocol)
                .set("otel.exporter.otlp.endpoint", endpoint)
                .set("otel.bsp.schedule.delay", "100")
                .onceReady(where -> sink.spanIds.size() >= SPANS && Files.exists(touched(where.resolve("go"))))
                .run(Ending.WATCHED, SPANS);
        assertThat(result.exitValue()).as(result.err()).isZero();
        assertThat(result.lines("once more")).hasSize(1);
        assertThat(sink.spanIds).containsExactlyInAnyOrderElementsOf(result.spanIds());
        return result;
    }

    private static Path touched(Path file) throws IOException {
        return Files.writeString(file, "");
    }

    private static List<String> names(List<String> properties) {
        List<String> names = new ArrayList<>();
        properties.forEach(line -> names.add(line.replaceFirst("=.*", "")));
        return names;
    }
}
