package io.sluice.exporter.faults;

import static io.sluice.exporter.faults.FaultRun.BATCH;
import static io.sluice.exporter.faults.FaultRun.LONG;
import static io.sluice.exporter.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.exporter.testing.FaultProxy;
import io.sluice.exporter.testing.FaultProxy.Direction;
import io.sluice.exporter.testing.IdSink;
import io.sluice.exporter.testing.Protocol;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Faults below TCP, which only a kernel can make: packets that vanish, a link that is narrow. Rows of {@code
 * docs/faults.md}, run by {@code .ci/run namespaces} as root in a network namespace of its own, whose loopback it spoils.
 */
public final class NamespaceRows {

    /** What an Ethernet carries; the loopback's own 64 kB are more than a narrow link takes at once. */
    private static final String MTU = "1500";

    private int passed;
    private int failed;

    private NamespaceRows() {}

    @FunctionalInterface
    private interface Row {
        void run(Protocol protocol) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        sh("ip link set lo up mtu " + MTU);
        NamespaceRows rows = new NamespaceRows();
        for (Protocol protocol : Protocol.values()) {
            rows.run("row03_packetsThatVanish", protocol, NamespaceRows::row03_packetsThatVanish_areATimeLimit);
            rows.run("row03_connectThatVanishes", protocol, NamespaceRows::row03_connectThatVanishes_isATimeLimit);
            rows.run("row29_packetLoss", protocol, NamespaceRows::row29_packetLoss_slowsDown_andLosesNothing);
            rows.run("row29_narrowLink", protocol, NamespaceRows::row29_narrowLink_isUsedNearlyWhole);
            rows.run("row29_allOfIt", protocol, NamespaceRows::row29_lossLatencyAndNarrowness_together);
        }
        System.out.println(rows.passed + " passed, " + rows.failed + " failed");
        System.exit(rows.failed == 0 ? 0 : 1);
    }

    private void run(String name, Protocol protocol, Row row) throws Exception {
        Instant begun = Instant.now();
        String outcome = "passed";
        try {
            row.run(protocol);
            passed++;
        } catch (Exception | AssertionError e) {
            failed++;
            outcome = "FAILED";
            e.printStackTrace(System.out);
        } finally {
            sh("iptables -F");
            sh("tc qdisc del dev lo root 2>/dev/null || true");
        }
        System.out.println(name + " over " + protocol + ": " + outcome + ", "
                + Duration.between(begun, Instant.now()).toMillis() + " ms");
    }

    private static String sh(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", command)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(command + ": " + output);
        }
        return output;
    }

    /** Packets that the first rule took. */
    private static long dropped() throws IOException, InterruptedException {
        return Long.parseLong(
                sh("iptables -L INPUT -v -x -n | awk 'NR == 3 { print $1 }'").strip());
    }

    private static long unreachable(FaultRun run) {
        return run.stats().attempts().failed().getOrDefault("unreachable", 0L);
    }

    /** The connection is up, and nobody says anything ever again. */
    static void row03_packetsThatVanish_areATimeLimit(Protocol protocol) throws Exception {
        try (IdSink sink = new IdSink(protocol);
                FaultRun run = new FaultRun(protocol.to(sink.port(), LONG, Duration.ofMillis(400)))) {
            run.send(10 * BATCH).flush();
            sh("iptables -A INPUT -p tcp --dport " + sink.port() + " -j DROP");
            run.send(20 * BATCH);
            await(() -> unreachable(run) >= 6);
            sh("iptables -F");
            Instant healed = Instant.now();
            run.send(20 * BATCH).flush();

            assertThat(Duration.between(healed, Instant.now())).isLessThan(Duration.ofSeconds(5));
            run.custodyWasBounded().nothingIsLost(sink.ids());
        }
    }

    /** SYN has no answer: the connect timeout ends it. */
    static void row03_connectThatVanishes_isATimeLimit(Protocol protocol) throws Exception {
        try (IdSink sink = new IdSink(protocol);
                FaultRun run = new FaultRun(protocol.to(sink.port(), Duration.ofMillis(300), Duration.ofSeconds(5)))) {
            sh("iptables -A INPUT -p tcp --dport " + sink.port() + " -j DROP");
            run.send(10 * BATCH);
            await(() -> unreachable(run) >= 3);
            sh("iptables -F");
            Instant healed = Instant.now();
            run.flush();

            assertThat(Duration.between(healed, Instant.now())).isLessThan(Duration.ofSeconds(5));
            assertThat(sink.doubles()).isZero();
            run.custodyWasBounded().nothingIsLost(sink.ids());
        }
    }

    /** One packet in twenty. TCP sends them again; several connections, or streams, go on meanwhile. */
    static void row29_packetLoss_slowsDown_andLosesNothing(Protocol protocol) throws Exception {
        try (IdSink sink = new IdSink(protocol);
                FaultRun run = new FaultRun(
                        protocol.to(sink.port(), LONG, LONG), 1_000, client -> client.maxQueueItems(20_000))) {
            run.send(1_000).flush();
            sh("iptables -A INPUT -i lo -m statistic --mode random --probability 0.05 -j DROP");
            Instant begun = Instant.now();
            run.send(400_000).flush();

            assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(25));
            assertThat(dropped()).isGreaterThan(2);
            assertThat(sink.doubles()).isZero();
            assertThat(run.stats().attempts().failed()).isEmpty();
            run.nothingIsLost(sink.ids());
        }
    }

    /** 1 MB/s, headers of all layers included. */
    static void row29_narrowLink_isUsedNearlyWhole(Protocol protocol) throws Exception {
        try (IdSink sink = new IdSink(protocol);
                FaultRun run = new FaultRun(
                        protocol.to(sink.port(), LONG, LONG),
                        1_000,
                        client -> client.maxQueueItems(50_000).maxBatchItems(16_000))) {
            run.send(1_000).flush();
            sh("tc qdisc add dev lo root tbf rate 8mbit burst 16kb latency 400ms");
            Instant begun = Instant.now();
            int items = 300_000;
            run.send(items).flush();
            double seconds = Duration.between(begun, Instant.now()).toMillis() / 1e3;

            assertThat(items * Long.BYTES / seconds).isBetween(650_000.0, 1_050_000.0);
            assertThat(sink.doubles()).isZero();
            run.nothingIsLost(sink.ids());
        }
    }

    /** The link of a bad day: 5 % loss, 200 ms there and back, 1 MB/s. */
    static void row29_lossLatencyAndNarrowness_together(Protocol protocol) throws Exception {
        try (IdSink sink = new IdSink(protocol);
                FaultProxy wire = new FaultProxy(sink.port());
                FaultRun run = new FaultRun(
                        protocol.to(wire.port(), LONG, Duration.ofSeconds(10)),
                        1_000,
                        client -> client.maxQueueItems(20_000))) {
            run.send(1_000).flush();
            wire.delay(Direction.REQUEST, Duration.ofMillis(100)).delay(Direction.RESPONSE, Duration.ofMillis(100));
            sh("tc qdisc add dev lo root tbf rate 8mbit burst 16kb latency 400ms");
            sh("iptables -A INPUT -i lo -m statistic --mode random --probability 0.05 -j DROP");
            Instant begun = Instant.now();
            run.send(90_000).flush();

            assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(25));
            assertThat(dropped()).isGreaterThan(2);
            assertThat(run.account().droppedItems()).isZero();
            run.nothingIsLost(sink.ids());
        }
    }
}
