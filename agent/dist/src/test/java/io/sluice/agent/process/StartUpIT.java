package io.sluice.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.agent.process.HostProgram.Ending;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a program's start pays for us, and that it waits for nothing. Run by {@code .ci/run host}. */
@Tag("host")
class StartUpIT {

    private static final int SPANS = 50;

    /** Of ours, before main, on the thread that starts the program: what registers inlets and starts a thread. */
    private static final int MOST_CLASSES = 60;

    @TempDir
    Path directory;

    @Test
    void firstSpans_endedBeforeThereIsAConnection_arrive() throws Exception {
        try (OtlpSink sink = new OtlpSink()) {
            AgentRun.Result result = new AgentRun(directory)
                    .set("otel.exporter.otlp.endpoint", sink.endpoint())
                    .run(Ending.RETURN, SPANS);

            assertThat(result.lines("spans after "))
                    .as("time from main's beginning to the end of its last span")
                    .singleElement()
                    .asString()
                    .matches("spans after [0-9]+ ms");
            assertThat(sink.spanIds).containsExactlyInAnyOrderElementsOf(result.spanIds());
        }
    }

    @Test
    void classesOfOurs_onTheStartingThread_areFew() throws Exception {
        Path log = directory.resolve("classes.log");
        try (OtlpSink sink = new OtlpSink()) {
            new AgentRun(directory)
                    .set("otel.exporter.otlp.endpoint", sink.endpoint())
                    .jvmOption("-Xlog:class+load:file=" + log + ":tid:filecount=0")
                    .run(Ending.RETURN, SPANS);
        }
        List<String> loaded = Files.readAllLines(log);
        String main = loaded.stream()
                .filter(line -> line.contains(HostProgram.class.getName() + " "))
                .map(StartUpIT::thread)
                .findFirst()
                .orElseThrow();
        List<String> ours = loaded.stream()
                .takeWhile(line -> !line.contains(HostProgram.class.getName() + " "))
                .filter(line -> thread(line).equals(main) && line.contains("] io.sluice."))
                .toList();

        assertThat(ours)
                .as("no pipeline, no runtime, no Netty")
                .noneMatch(line -> line.contains("io.sluice.shaded.")
                        || line.contains("AsyncRuntime ")
                        || line.contains("ExportPipeline "));
        assertThat(ours).hasSizeBetween(5, MOST_CLASSES);
    }

    private static String thread(String line) {
        return line.substring(0, line.indexOf(']') + 1);
    }

    @Test
    void collectorThatNeverAnswers_delaysNoStart() throws Exception {
        try (ServerSocket silent = new ServerSocket()) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            AgentRun.Result result = new AgentRun(directory)
                    .set("otel.exporter.otlp.endpoint", "http://127.0.0.1:" + silent.getLocalPort())
                    .set("sluice.drain.timeout", "1s")
                    .run(Ending.RETURN, SPANS);

            assertThat(result.exitValue()).as(result.err()).isZero();
            assertThat(result.spanIds()).hasSize(SPANS);
            assertThat(result.ending()).isLessThan(Duration.ofSeconds(8));
            assertThat(result.account("traces")).contains("{\"drain_deadline\":" + SPANS + "}");
        }
    }

    /** A certificate that is a pipe nobody writes to: our start stands still for ever, in the background. */
    @Test
    void startOfOursThatNeverEnds_delaysNobody() throws Exception {
        Path pipe = directory.resolve("certificate.pem");
        Needed.orSkipped(madePipe(pipe), "mkfifo");
        AgentRun.Result result = new AgentRun(directory)
                .set("otel.exporter.otlp.endpoint", "https://127.0.0.1:1")
                .set("otel.exporter.otlp.certificate", pipe.toString())
                .run(Ending.EXIT, SPANS);

        assertThat(result.exitValue()).as(result.err()).isEqualTo(7);
        assertThat(result.spanIds()).as("the program ran to its end").hasSize(SPANS);
        assertThat(result.ending())
                .as("a shutdown waits for a start no longer than for a drain")
                .isLessThan(Duration.ofSeconds(20));
        assertThat(result.errorLines())
                .containsExactly("sluice: not started: the start did not end within 10 s; the application runs without"
                        + " telemetry");
    }

    private static boolean madePipe(Path pipe) throws InterruptedException {
        try {
            Process mkfifo = new ProcessBuilder("mkfifo", pipe.toString()).start();
            return mkfifo.waitFor(10, TimeUnit.SECONDS) && mkfifo.exitValue() == 0;
        } catch (IOException noSuchCommand) {
            return false;
        }
    }
}
