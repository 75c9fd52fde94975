package io.sluice.conformance;

import static io.sluice.exporter.testing.Await.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * One OpenTelemetry Collector for all scenarios: its own receivers, and behind them the exporter {@code scripted} of
 * {@code .ci/collector}, to which the resource's attributes say what it shall answer to whom.
 */
final class CollectorPeers implements Peers, AutoCloseable {

    private static final String CONFIGURATION = """
            receivers:
              otlp:
                protocols:
                  http:
                    endpoint: 127.0.0.1:%1$d
                    include_metadata: true
                  grpc:
                    endpoint: 127.0.0.1:%2$d
                    include_metadata: true
              otlp/narrow:
                protocols:
                  http:
                    endpoint: 127.0.0.1:%9$d
                    max_request_body_size: 1048576
                  grpc:
                    endpoint: 127.0.0.1:%10$d
                    max_recv_msg_size_mib: 1
              otlp/secure:
                protocols:
                  http:
                    endpoint: 127.0.0.1:%3$d
                    tls: &tls
                      cert_file: %5$s
                      key_file: %6$s
                      client_ca_file: %7$s
                  grpc:
                    endpoint: 127.0.0.1:%4$d
                    tls: *tls
            exporters:
              scripted:
                ledger: %8$s
            service:
              telemetry:
                metrics:
                  level: none
              pipelines:
                traces: &all
                  receivers: [otlp, otlp/narrow, otlp/secure]
                  exporters: [scripted]
                metrics: *all
                logs: *all
            """;

    /** What its receiver makes of the codes of gRPC that an exporter fails with. */
    private static final Map<Integer, Integer> CODES =
            Map.of(400, 3, 401, 16, 403, 7, 404, 12, 429, 8, 500, 13, 503, 14);

    /** It never disconnects by itself: connections are cut while it thinks about its answer. */
    private static final Duration LONGER_THAN_A_CUT = Duration.ofSeconds(10);

    private final Identities identities;
    private final Map<Protocol, Integer> ports;
    private final Map<Protocol, Integer> securePorts;
    private final Map<Protocol, Integer> narrowPorts;
    private final Ledger ledger;
    private final Process process;
    private final AtomicInteger opened = new AtomicInteger();

    /** Starts {@code program}, with its files in {@code folder}, and waits until it is ready. */
    CollectorPeers(Path program, Identities identities, Path folder) throws IOException {
        this.identities = identities;
        this.ports = Map.of(Protocol.HTTP, freePort(), Protocol.GRPC, freePort());
        this.securePorts = Map.of(Protocol.HTTP, freePort(), Protocol.GRPC, freePort());
        this.narrowPorts = Map.of(Protocol.HTTP, freePort(), Protocol.GRPC, freePort());
        Path requests = folder.resolve("requests");
        this.ledger = new Ledger(requests);
        Path configuration = Files.writeString(
                folder.resolve("collector.yaml"),
                CONFIGURATION.formatted(
                        ports.get(Protocol.HTTP),
                        ports.get(Protocol.GRPC),
                        securePorts.get(Protocol.HTTP),
                        securePorts.get(Protocol.GRPC),
                        identities.serverCertificate(),
                        identities.serverKey(),
                        identities.authority(),
                        requests,
                        narrowPorts.get(Protocol.HTTP),
                        narrowPorts.get(Protocol.GRPC)));
        Path log = folder.resolve("collector.log");
        this.process = new ProcessBuilder(program.toString(), "--config=file:" + configuration)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await(() -> !process.isAlive() || read(log).contains("Everything is ready"));
        if (!process.isAlive()) {
            throw new AssertionError("the Collector ended: " + read(log));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The Collector does not say which port it took, so one is chosen for it that was free a moment ago. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Where its receiver with defaults listens. */
    int port(Protocol protocol) {
        return ports.get(protocol);
    }

    /** What came with this key. */
    List<Seen> seen(String key) {
        return ledger.of(key);
    }

    @Override
    public Identities identities() {
        return identities;
    }

    @Override
    public boolean shows(Answer answer) {
        return word(answer).isPresent();
    }

    /** It tells most headers, and not under which path and in which coding a body came. */
    @Override
    public boolean showsEverything() {
        return false;
    }

    @Override
    public Server open(Protocol protocol, List<Answer> answers) {
        return new Scenario(ports.get(protocol), answers);
    }

    @Override
    public Server openSecure(Protocol protocol, List<Answer> answers) {
        return new Scenario(securePorts.get(protocol), answers);
    }

    /** A receiver that takes a mebibyte at the most, and all of that. */
    Server openNarrow(Protocol protocol) {
        return new Scenario(narrowPorts.get(protocol), List.of(Answer.taken()));
    }

    /** In the script's words; none if the Collector never answers so. */
    private static Optional<String> word(Answer answer) {
        if (answer instanceof Answer.Taken taken) {
            return Optional.of("taken:" + taken.after().toMillis());
        } else if (answer instanceof Answer.Refused) {
            return Optional.of("refused");
        } else if (answer instanceof Answer.Busy busy) {
            return Optional.of("busy" + millis(busy.delay()));
        } else if (answer instanceof Answer.Exhausted exhausted) {
            return Optional.of("exhausted" + millis(exhausted.delay()));
        } else if (answer instanceof Answer.Http http) {
            boolean made = http.headers().isEmpty() && CODES.containsKey(http.status());
            return made ? Optional.of("code:" + CODES.get(http.status())) : Optional.empty();
        } else if (answer instanceof Answer.Grpc grpc && !grpc.inTrailers()) {
            return Optional.of("code:" + grpc.code().value());
        } else if (answer instanceof Answer.Disconnect end && !end.withReset()) {
            return Optional.of("taken:" + LONGER_THAN_A_CUT.toMillis());
        }
        return Optional.empty();
    }

    private static String millis(Optional<Duration> delay) {
        return delay.map(after -> ":" + after.toMillis()).orElse("");
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    /** The Collector as one scenario sees it. */
    private final class Scenario implements Server {

        private final int port;
        private final String key = "s" + opened.incrementAndGet();
        private final String words;
        private final List<Answer> answers;

        Scenario(int port, List<Answer> answers) {
            this.port = port;
            this.answers = answers;
            this.words = answers.stream()
                    .map(answer -> word(answer).orElseThrow(() -> new CannotShow(answer + " by the Collector")))
                    .collect(Collectors.joining(";"));
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public List<Seen> seen() {
            return ledger.of(key);
        }

        @Override
        public Map<String, String> settings() {
            return Map.of("otel.resource.attributes", "script.key=" + key + ",script.answers=" + words);
        }

        @Override
        public void disconnectBy(Runnable cut) {
            int index = answers.indexOf(new Answer.Disconnect(false));
            if (index >= 0) {
                Thread cutting = new Thread(
                        () -> {
                            await(() -> seen().size() > index);
                            cut.run();
                        },
                        "cutting");
                cutting.setDaemon(true);
                cutting.start();
            }
        }

        @Override
        public void close() {}
    }
}
