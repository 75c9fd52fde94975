package io.sluice.agent.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows 23, 24, 26 and 27 of the sidecar's faults, with a process of its own under load. Not part of {@code verify}, for
 * they take their time: {@code bash .ci/run sidecar_load}.
 *
 * <p>The balance is asserted from outside: each span whose sender was told 200 has arrived, unless the sidecar says
 * that it lost it and how many.
 */
@Timeout(180)
class SidecarRows {

    private static final String LISTENS = "sluice: sidecar listens on ";
    private static final int SENDERS = 4;
    private static final long MIB = 1 << 20;

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();
    private final List<Thread> senders = new ArrayList<>();

    /** Spans whose sender was told 200. */
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicLong slowestNanos = new AtomicLong();
    private volatile boolean loading = true;
    private Backend backend;

    @BeforeEach
    void startBackend() throws IOException {
        backend = new Backend();
    }

    @AfterEach
    void everythingEnds() throws Exception {
        stopLoad();
        started.forEach(Process::destroyForcibly);
        backend.stop();
    }

    // ---- a process ----------------------------------------------------------------------------------------------

    private record Running(Process process, String address, Path standardError) {}

    private Running start(List<String> jvmOptions, String... settings) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "io.sluice.agent.cli.SluiceCommand",
                "sidecar",
                "--listen=127.0.0.1:0",
                "--endpoint=" + backend.url()));
        Arrays.stream(settings).forEach(setting -> command.add("--set=" + setting));
        Path err = directory.resolve("stderr" + started.size());
        Process process =
                new ProcessBuilder(command).redirectError(err.toFile()).start();
        started.add(process);
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        assertThat(line).startsWith(LISTENS);
        return new Running(process, line.substring(LISTENS.length()), err);
    }

    private int exit(Running running) throws InterruptedException {
        assertThat(running.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
        return running.process().exitValue();
    }

    private static long status(Process process, String key) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            return lines.filter(line -> line.startsWith(key + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    // ---- load -------------------------------------------------------------------------------------------------

    /** What the senders send to, and how large; a sender that is turned away goes on with the next span. */
    private volatile String target = "";

    private void load(String address, int nameBytes) {
        target = address;
        String padding = "x".repeat(nameBytes);
        for (int i = 0; i < SENDERS; i++) {
            String name = "sender" + i + "-";
            Thread sender = new Thread(() -> send(name, padding), name);
            senders.add(sender);
            sender.start();
        }
    }

    private void send(String name, String padding) {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (int i = 0; loading; i++) {
            String span = name + i + padding;
            byte[] body = ExportTraceServiceRequest.newBuilder()
                    .addResourceSpans(ResourceSpans.newBuilder()
                            .addScopeSpans(ScopeSpans.newBuilder()
                                    .addSpans(Span.newBuilder().setName(span))))
                    .build()
                    .toByteArray();
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + target + "/v1/traces"))
                    .header("Content-Type", "application/x-protobuf")
                    .timeout(Duration.ofSeconds(60))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build();
            long begun = System.nanoTime();
            try {
                int status = client.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                slowestNanos.accumulateAndGet(System.nanoTime() - begun, Math::max);
                if (status == 200) {
                    acknowledged.add(span);
                } else {
                    assertThat(status).isIn(429, 503);
                    refused.incrementAndGet();
                }
            } catch (IOException e) {
                refused.incrementAndGet(); // nobody listens there any more
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void stopLoad() throws InterruptedException {
        loading = false;
        for (Thread sender : senders) {
            sender.join(70_000);
            assertThat(sender.isAlive()).isFalse();
        }
        senders.clear();
    }

    private void awaitAcknowledged(int spans) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (acknowledged.size() < spans) {
            assertThat(System.nanoTime())
                    .as("%s acknowledged", acknowledged.size())
                    .isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private Set<String> missing() {
        Set<String> missing = new HashSet<>(acknowledged);
        backend.names().forEach(missing::remove);
        return missing;
    }

    // ---- row 23: SIGTERM under load ---------------------------------------------------------------------------

    @Test
    void sigterm_underLoad_backendUp_losesNothing_andExits0() throws Exception {
        Running sidecar = start(List.of());
        load(sidecar.address(), 100);
        awaitAcknowledged(500);
        sidecar.process().destroy();
        assertThat(exit(sidecar)).as(Files.readString(sidecar.standardError())).isZero();
        stopLoad();
        assertThat(missing()).isEmpty();
        assertThat(backend.names()).doesNotHaveDuplicates();
    }

    @Test
    void sigterm_underLoad_backendSlow_losesNothing_andExits0() throws Exception {
        Running sidecar = start(List.of());
        backend.hold();
        load(sidecar.address(), 100);
        awaitAcknowledged(500);
        sidecar.process().destroy();
        Thread.sleep(2_000); // how slow it is
        backend.release();
        assertThat(exit(sidecar)).as(Files.readString(sidecar.standardError())).isZero();
        stopLoad();
        assertThat(missing()).isEmpty();
    }

    @Test
    void sigterm_underLoad_backendDown_endsAtItsDeadline_saysWhatIsLost_andExits1() throws Exception {
        Running sidecar = start(List.of(), "sluice.drain.timeout=2s");
        backend.failNext(Integer.MAX_VALUE);
        load(sidecar.address(), 100);
        awaitAcknowledged(500);
        long begun = System.nanoTime();
        sidecar.process().destroy();
        assertThat(exit(sidecar)).isEqualTo(1);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
        stopLoad();
        assertThat(Files.readString(sidecar.standardError()))
                .contains(missing().size() + " dropped (drain_deadline "
                        + missing().size() + "), 0 pending");
    }

    // ---- row 24: one after another ----------------------------------------------------------------------------

    @Test
    void replacement_underLoad_losesNothing() throws Exception {
        Running old = start(List.of());
        load(old.address(), 100);
        for (int i = 1; i <= 3; i++) {
            awaitAcknowledged(acknowledged.size() + 300);
            Running next = start(List.of());
            target = next.address();
            old.process().destroy();
            assertThat(exit(old)).isZero();
            old = next;
        }
        awaitAcknowledged(acknowledged.size() + 300);
        stopLoad();
        old.process().destroy();
        assertThat(exit(old)).isZero();
        assertThat(missing()).isEmpty();
        assertThat(backend.names()).doesNotHaveDuplicates();
    }

    // ---- row 26: more than it can hold ------------------------------------------------------------------------

    /** With 8 MiB of custody in a heap of 48 MiB, and a backend that takes nothing while the senders send five times that. */
    @Test
    void load_ofFiveTimesTheBudget_isRefused_withinTheBound() throws Exception {
        Running sidecar = start(
                List.of(
                        "-Xmx48m",
                        "-XX:+UseSerialGC",
                        "-XX:MaxDirectMemorySize=16m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError"),
                "sluice.sidecar.max.custody.bytes=8MiB");
        backend.hold();
        load(sidecar.address(), 20_000);
        while (refused.get() < 5 * 8 * MIB / 20_000) {
            assertThat(sidecar.process().isAlive()).isTrue();
            Thread.onSpinWait();
        }
        long resident = status(sidecar.process(), "VmHWM");
        String metrics = metrics(sidecar);
        assertThat(value(metrics, "sluice_custody_peak_bytes")).isBetween(4.0 * MIB, 8.0 * MIB);
        assertThat(value(metrics, "otelcol_process_runtime_heap_alloc_bytes")).isLessThan(48.0 * MIB);
        assertThat(resident).as("resident bytes").isLessThan(200 * MIB);
        backend.release();
        stopLoad();
        sidecar.process().destroy();
        assertThat(exit(sidecar)).as(Files.readString(sidecar.standardError())).isZero();
        assertThat(missing()).isEmpty();
    }

    private static String metrics(Running sidecar) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + sidecar.address() + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static double value(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    // ---- row 27: stopped --------------------------------------------------------------------------------------

    @Test
    void process_stoppedFor3Seconds_losesNothing_andGoesOn() throws Exception {
        Running sidecar = start(List.of());
        load(sidecar.address(), 100);
        awaitAcknowledged(300);
        signal(sidecar.process(), "STOP");
        Thread.sleep(3_000); // how long it is stopped
        int before = acknowledged.size();
        signal(sidecar.process(), "CONT");
        awaitAcknowledged(before + 300);
        stopLoad();
        assertThat(refused.get()).as("nobody was turned away for it").isZero();
        assertThat(Duration.ofNanos(slowestNanos.get())).isGreaterThan(Duration.ofSeconds(2));
        sidecar.process().destroy();
        assertThat(exit(sidecar)).isZero();
        assertThat(missing()).isEmpty();
        assertThat(backend.names()).doesNotHaveDuplicates();
    }
}
