package io.sluice.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.agent.process.HostProgram.Ending;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application gets from the agent, and what it does not notice. */
class AgentProcessIT {

    private static final int SPANS = 200;

    @TempDir
    Path directory;

    @AutoClose
    private final OtlpSink sink = new OtlpSink();

    private AgentRun agent() {
        return new AgentRun(directory).set("otel.exporter.otlp.endpoint", sink.endpoint());
    }

    @ParameterizedTest
    @EnumSource(names = {"RETURN", "SIGTERM"})
    void everySpan_arrives_asMostProgramsEnd(Ending ending) throws Exception {
        everySpanArrives(ending);
    }

    @Tag("host")
    @ParameterizedTest
    @EnumSource(names = {"EXIT", "UNCAUGHT", "HOOK"})
    void everySpan_arrives_howeverElseTheProgramEnds(Ending ending) throws Exception {
        everySpanArrives(ending);
    }

    private void everySpanArrives(Ending ending) throws Exception {
        AgentRun.Result result = agent().run(ending, SPANS);

        assertThat(result.exitValue()).isEqualTo(ending.exitValue());
        assertThat(result.spanIds()).hasSize(SPANS);
        assertThat(sink.spanIds).containsExactlyInAnyOrderElementsOf(result.spanIds());
        assertThat(sink.spanNames).as("nothing of our own traffic").containsExactly("work");
        assertThat(sink.metricNames).contains("host.counter");
        assertThat(sink.metricNames)
                .contains("otel.sdk.processor.span.processed", "otel.sdk.exporter.span.exported", "sluice.queue.size");
        assertThat(sink.logBodies).containsExactly("host says hello");
        assertThat(sink.malformed).isEmpty();
        assertThat(result.account("traces"))
                .contains("\"offered\":" + SPANS, "\"refused\":{}", "\"delivered\":" + SPANS, "\"pending\":0");
        assertThat(result.account("logs")).contains("\"offered\":1,", "\"delivered\":1,");
        assertThat(result.errorLines())
                .filteredOn(line -> !isOfUncaught(ending, line))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).startsWith("sluice: traces: offered " + SPANS + " "),
                        line -> assertThat(line).startsWith("sluice: metrics: offered "),
                        line -> assertThat(line).startsWith("sluice: logs: offered 1 "));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everySpan_arrivesOverGrpc_fromTheAgentAndFromTheLibrary(boolean fromAgent) throws Exception {
        AgentRun run = new AgentRun(directory)
                .set("otel.exporter.otlp.protocol", "grpc")
                .set("otel.exporter.otlp.compression", "gzip")
                .set("otel.exporter.otlp.endpoint", sink.grpcEndpoint());
        AgentRun.Result result = (fromAgent ? run : run.asLibrary()).run(Ending.EXIT, SPANS);

        assertThat(result.exitValue()).isEqualTo(7);
        assertThat(result.spanIds()).hasSize(SPANS);
        assertThat(sink.spanIds).containsExactlyInAnyOrderElementsOf(result.spanIds());
        assertThat(sink.spanNames).as("nothing of our own traffic").containsExactly("work");
        assertThat(sink.metricNames).contains("host.counter");
        assertThat(sink.logBodies).containsExactly("host says hello");
        assertThat(sink.malformed).isEmpty();
        assertThat(sink.userAgents).allMatch(agent -> agent.startsWith("Sluice-OTLP-Exporter-Java/"));
        assertThat(result.account("traces")).contains("\"delivered\":" + SPANS, "\"pending\":0");
        assertThat(result.errorLines()).hasSize(3).allMatch(line -> line.startsWith("sluice: "));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everySpan_arrivesOverTls_fromTheAgentAndFromTheLibrary(boolean fromAgent) throws Exception {
        TestIdentity identity = new TestIdentity(directory);
        try (OtlpSink secure = OtlpSink.overTls(identity.context())) {
            AgentRun run = new AgentRun(directory)
                    .set("otel.exporter.otlp.endpoint", secure.endpoint())
                    .set(
                            "otel.exporter.otlp.certificate",
                            identity.certificate().toString());
            AgentRun.Result result = (fromAgent ? run : run.asLibrary()).run(Ending.EXIT, SPANS);

            assertThat(result.exitValue()).isEqualTo(7);
            assertThat(result.spanIds()).hasSize(SPANS);
            assertThat(secure.spanIds).containsExactlyInAnyOrderElementsOf(result.spanIds());
            assertThat(secure.spanNames).as("nothing of our own traffic").containsExactly("work");
            assertThat(secure.logBodies).containsExactly("host says hello");
            assertThat(result.account("traces")).contains("\"delivered\":" + SPANS, "\"pending\":0");
            assertThat(result.errorLines()).hasSize(3).allMatch(line -> line.startsWith("sluice: "));
        }
    }

    @Test
    void fileOfTlsThatIsMissing_isOneLine_andTheProgramRuns() throws Exception {
        AgentRun.Result result = new AgentRun(directory)
                .set("otel.exporter.otlp.endpoint", "https://127.0.0.1:1")
                .set("otel.exporter.otlp.certificate", "/nowhere/ca.pem")
                .run(Ending.EXIT, SPANS);

        assertThat(result.exitValue()).isEqualTo(7);
        assertThat(result.errorLines())
                .singleElement()
                .asString()
                .startsWith(
                        "sluice: not started: otel.exporter.otlp.certificate is /nowhere/ca.pem, which does not exist");
    }

    @Test
    void everyInstrumentation_leavesOurTrafficAlone_andTheJvmIsMeasured() throws Exception {
        AgentRun.Result result = agent().set("otel.instrumentation.common.default-enabled", "true")
                .set("otel.metric.export.interval", "100")
                .terminateWhen(() -> sink.metricNames.contains("jvm.memory.used"))
                .run(Ending.SIGTERM, SPANS);

        assertThat(sink.spanIds).containsExactlyInAnyOrderElementsOf(result.spanIds());
        assertThat(sink.spanNames).containsExactly("work");
        assertThat(result.account("metrics")).contains("\"refused\":{}", "\"dropped\":{}", "\"pending\":0");
    }

    @Test
    void program_seesDaemonThreadsOnly_andNoPropertyOfOurs() throws Exception {
        AgentRun.Result result = agent().run(Ending.RETURN, SPANS);

        assertThat(result.ownThreads())
                .isNotEmpty()
                .allSatisfy(thread -> assertThat(thread).endsWith(" daemon without context loader"));
        assertThat(result.lines("property ")).noneMatch(line -> line.contains("netty"));
    }

    @Test
    void sdkOnTheClassPath_exportsOurWay_withoutAgent() throws Exception {
        AgentRun.Result result = agent().asLibrary().run(Ending.EXIT, SPANS);

        assertThat(result.exitValue()).isEqualTo(7);
        assertThat(sink.spanIds).containsExactlyInAnyOrderElementsOf(result.spanIds());
        assertThat(sink.metricNames).contains("host.counter");
        assertThat(sink.logBodies).containsExactly("host says hello");
        assertThat(result.account("traces")).contains("\"delivered\":" + SPANS, "\"pending\":0");
        assertThat(result.errorLines()).hasSize(3).allMatch(line -> line.startsWith("sluice: "));
    }

    private static boolean isOfUncaught(Ending ending, String line) {
        return ending == Ending.UNCAUGHT
                && (line.startsWith("Exception in thread \"main\"") || line.startsWith("\tat "));
    }

    @Test
    void deadCollector_leavesTheProgramAlone() throws Exception {
        AgentRun.Result result = new AgentRun(directory)
                .set("otel.exporter.otlp.endpoint", "http://127.0.0.1:" + unusedPort())
                .set("sluice.drain.timeout", "1500ms")
                .run(Ending.EXIT, SPANS);

        assertThat(result.exitValue()).isEqualTo(7);
        assertThat(result.spanIds()).hasSize(SPANS);
        assertThat(result.account("traces"))
                .contains(
                        "\"offered\":" + SPANS,
                        "\"delivered\":0",
                        "{\"drain_deadline\":" + SPANS + "}",
                        "\"pending\":0");
        assertThat(result.ending()).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void badSetting_isTold_andTheProgramRunsWithoutTelemetry() throws Exception {
        AgentRun.Result result = agent().set("otel.bsp.schedule.delay", "soon").run(Ending.RETURN, SPANS);

        assertThat(result.exitValue()).isZero();
        assertThat(result.spanIds()).hasSize(SPANS);
        assertThat(result.errorLines())
                .singleElement()
                .asString()
                .startsWith("sluice: not started: ")
                .contains("otel.bsp.schedule.delay", "soon");
        assertThat(sink.userAgents).as("nobody exported anything").isEmpty();
    }

    @Tag("host")
    @Test
    void temporaryDirectory_needNotBeWritable() throws Exception {
        AgentRun.Result result = agent().jvmOption("-Djava.io.tmpdir=" + directory.resolve("absent"))
                .run(Ending.RETURN, SPANS);

        assertThat(result.exitValue()).isZero();
        assertThat(sink.spanIds).containsExactlyInAnyOrderElementsOf(result.spanIds());
        assertThat(sink.userAgents).allMatch(agent -> !agent.contains("OTel-OTLP-Exporter-Java"));
    }

    @Tag("host")
    @Test
    void none_meansNothingOfOurs() throws Exception {
        AgentRun.Result result = agent().set("otel.traces.exporter", "none")
                .set("otel.metrics.exporter", "none")
                .set("otel.logs.exporter", "none")
                .run(Ending.RETURN, SPANS);

        assertThat(result.errorLines()).isEmpty();
        assertThat(sink.userAgents).isEmpty();
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
