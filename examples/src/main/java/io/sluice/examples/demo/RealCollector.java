package io.sluice.examples.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A run of a real OpenTelemetry Collector that writes what it receives to files. */
final class RealCollector {

    /** Its own default. */
    private static final int MAX_REQUEST_BYTES = 20 << 20;

    private static final Pattern READY = Pattern.compile("Everything is ready");
    private static final Pattern COMPLAINT = Pattern.compile("\"level\":\"(warn|error|dpanic|panic|fatal)\"");

    private static final String CONFIGURATION = """
            receivers:
              otlp:
                protocols:
                  http:
                    endpoint: %s
                    max_request_body_size: %d
            exporters:
              debug:
              file/traces:
                path: %s
                format: proto
              file/metrics:
                path: %s
                format: proto
            service:
              telemetry:
                metrics:
                  level: none
                logs:
                  encoding: json
              pipelines:
                traces:
                  receivers: [otlp]
                  exporters: [file/traces, debug]
                metrics:
                  receivers: [otlp]
                  exporters: [file/metrics, debug]
                logs:
                  receivers: [otlp]
                  exporters: [debug]
            """;

    private final Workplace workplace;
    private final String name;
    private final String address;
    private final Child child;

    private RealCollector(Workplace workplace, String name, String address, Child child) {
        this.workplace = workplace;
        this.name = name;
        this.address = address;
        this.child = child;
    }

    /**
     * Starts the Collector and waits until it is ready.
     *
     * @param name of this run; its files are named after it
     */
    static RealCollector start(Path program, String name, Workplace workplace)
            throws IOException, InterruptedException {
        return start(program, name, MAX_REQUEST_BYTES, workplace);
    }

    /** The same, with requests refused that are larger than {@code maxRequestBytes}. */
    static RealCollector start(Path program, String name, int maxRequestBytes, Workplace workplace)
            throws IOException, InterruptedException {
        String address = freeAddress();
        Path configuration = Files.writeString(
                workplace.file(name + ".yaml"),
                CONFIGURATION.formatted(address, maxRequestBytes, traces(workplace, name), metrics(workplace, name)));
        Child child = workplace.start(
                new ChildPlan(name, List.of(program.toString(), "--config=file:" + configuration), Map.of(), READY),
                line -> {});
        child.awaitReady();
        return new RealCollector(workplace, name, address, child);
    }

    /** The Collector does not say which port it took, so one is chosen for it that was free a moment ago. */
    private static String freeAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }

    private static Path traces(Workplace workplace, String name) {
        return workplace.file(name + ".traces");
    }

    private static Path metrics(Workplace workplace, String name) {
        return workplace.file(name + ".metrics");
    }

    URI uri() {
        return URI.create("http://" + address);
    }

    /** Stops the Collector and reads its files. */
    CollectorFiles stop() throws IOException, InterruptedException {
        child.stop();
        return CollectorFiles.read(traces(workplace, name), metrics(workplace, name));
    }

    /** The lines of its log that are warnings or worse. */
    List<String> complaints() throws IOException {
        try (var lines = Files.lines(workplace.file(name + ".err"))) {
            return lines.filter(line -> COMPLAINT.matcher(line).find()).toList();
        }
    }
}
