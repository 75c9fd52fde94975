package io.sluice.agent.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.tools.attach.VirtualMachine;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.exporter.Signal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sidecar as a process of its own: what it prints, what SIGTERM does, how it ends. */
@Timeout(120)
class SidecarProcessTest {

    private static final String LISTENS = "sluice: sidecar listens on ";

    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Process> started = new ArrayList<>();
    private Backend backend;

    @BeforeEach
    void startBackend() throws IOException {
        backend = new Backend();
    }

    @AfterEach
    void everythingEnds() throws Exception {
        started.forEach(Process::destroyForcibly);
        backend.stop();
    }

    private Process start(String listen, String... settings) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.sluice.agent.cli.SluiceCommand",
                "sidecar",
                "--listen=" + listen,
                "--endpoint=" + backend.url()));
        for (String setting : settings) {
            command.add("--set=" + setting);
        }
        Process process = new ProcessBuilder(command)
                .redirectError(directory.resolve("stderr" + started.size()).toFile())
                .start();
        started.add(process);
        return process;
    }

    private String standardError(int process) throws IOException {
        return Files.readString(directory.resolve("stderr" + process));
    }

    private static String address(Process process) throws IOException {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            assertThat(line).startsWith(LISTENS + "127.0.0.1:");
            return line.substring(LISTENS.length());
        }
    }

    private int post(String address, String span) throws Exception {
        byte[] body = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .addScopeSpans(ScopeSpans.newBuilder()
                                .addSpans(Span.newBuilder().setName(span))))
                .build()
                .toByteArray();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + "/v1/traces"))
                .header("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** As {@code ./sluice top} looks. */
    @Test
    void runtime_isSeenFromOutside_ifItIsAskedFor() throws Exception {
        Process shown = start("127.0.0.1:0", "sluice.jmx.runtime=true");
        Process hidden = start("127.0.0.1:0");
        address(shown);
        address(hidden);

        assertThat(runtimesOf(shown)).containsExactly("io.sluice.runtime:type=Runtime,name=\"sidecar\"");
        assertThat(runtimesOf(hidden)).isEmpty();
    }

    @SuppressWarnings("BanJNDI") // the address is this machine's
    private static List<String> runtimesOf(Process process) throws Exception {
        VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
        try (JMXConnector connector =
                JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()))) {
            MBeanServerConnection server = connector.getMBeanServerConnection();
            Set<ObjectName> names = server.queryNames(new ObjectName("io.sluice.runtime:type=Runtime,*"), null);
            for (ObjectName name : names) {
                assertThat((int) server.getAttribute(name, "AliveTasks")).isPositive();
            }
            return names.stream().map(ObjectName::toString).toList();
        } finally {
            machine.detach();
        }
    }

    /** With its standard output closed after the first line. */
    @Test
    void sigterm_drainsWhatIsHeld_tellsTheAccount_andExits0() throws Exception {
        Path accounts = directory.resolve("accounts");
        Process process = start("127.0.0.1:0", "sluice.account.file=" + accounts, "sluice.sidecar.batch.delay=1h");
        String address = address(process);
        for (int i = 0; i < 20; i++) {
            assertThat(post(address, "s" + i)).isEqualTo(200);
        }
        assertThat(backend.requests()).isZero();
        backend.hold();
        process.destroy();
        while (backend.requests() == 0) {
            assertThat(process.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        backend.release();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(standardError(0)).isZero();
        assertThat(backend.names()).hasSize(20).doesNotHaveDuplicates();
        assertThat(Files.readAllLines(accounts))
                .hasSize(Signal.values().length)
                .contains("{\"hop\":\"sidecar\",\"signal\":\"traces\",\"offered\":20,\"accepted\":20,\"refused\":{},"
                        + "\"delivered\":20,\"rejected\":0,\"dropped\":{},\"pending\":0}");
        assertThat(standardError(0).lines())
                .hasSize(1 + Signal.values().length)
                .allMatch(line -> line.startsWith("sluice: "))
                .anyMatch(
                        line -> line.startsWith("sluice: traces: offered 20 = 20 accepted + 0 refused; 20 delivered"));
    }

    /** Whoever sends a second signal does not want to wait for the drain, which here would take a minute. */
    @Test
    void secondSigterm_endsAtOnce_withTheAccount_andExits4() throws Exception {
        Process process = start("127.0.0.1:0", "sluice.drain.timeout=60s");
        String address = address(process);
        backend.hold();
        assertThat(post(address, "stuck")).isEqualTo(200);
        process.destroy();
        while (backend.requests() == 0) {
            assertThat(process.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        process.destroy();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(standardError(0)).isEqualTo(4);
        assertThat(standardError(0)).contains("ended by a second signal", "0 dropped, 1 pending");
    }

    @Test
    void sigterm_withWhatCannotBeDelivered_exits1_andCountsIt() throws Exception {
        Process process = start("127.0.0.1:0", "sluice.drain.timeout=500ms");
        String address = address(process);
        backend.hold();
        assertThat(post(address, "stuck")).isEqualTo(200);
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(standardError(0)).contains("1 dropped (drain_deadline 1), 0 pending");
    }

    @Test
    void portInUse_isOneLineThatNamesTheAddress_andExits3() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            Process process = start(address);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(3);
            assertThat(standardError(0).lines()).singleElement().asString().contains("cannot listen on", address);
        }
    }
}
