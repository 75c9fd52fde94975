package io.sluice.examples.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.runtime.testkit.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleCollectorTest {

    private static final ExportTraceServiceRequest TRACES =
            Otlp.traces("shop", Otlp.span(1, 1, 0, "GET /", 0, 5), Otlp.span(1, 2, 1, "SELECT", 1, 1));

    private final HttpClient client = HttpClient.newHttpClient();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @TempDir
    Path directory;

    @Test
    void collector_printsAndReportsWhatItReceived() throws Exception {
        ConsoleCollector collector = start(Fault.NONE);

        HttpResponse<byte[]> answer = post(collector, TRACES.toByteArray());
        HttpResponse<byte[]> refusal = post(collector, new byte[] {1});
        collector.close();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/x-protobuf");
        assertThat(answer.body()).isEmpty();
        assertThat(refusal.statusCode()).isEqualTo(400);
        assertThat(refusal.body()).isNotEmpty();
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .startsWith("collector listens on " + collector.uri())
                .anyMatch(line -> line.startsWith("  GET / "))
                .anyMatch(line -> line.startsWith("    SELECT "))
                .endsWith(
                        "collector received 2 spans, 0 data points of 0 metrics, 0 log records; 1 malformed requests");
        Report report = Report.read(directory.resolve("report"));
        assertThat(report.malformedRequests()).isEqualTo(1);
        assertThat(report.spans())
                .extracting(SpanRecord::spanId)
                .containsExactly("0000000000000001", "0000000000000002");
    }

    @Test
    void collector_withFaultBusy_answersWithRetryAfter() throws Exception {
        try (ConsoleCollector collector = start(Fault.BUSY)) {
            HttpResponse<byte[]> answer = post(collector, TRACES.toByteArray());

            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("retry-after")).contains("1");
        }
    }

    @Test
    void collector_withFaultDown_closesTheConnection() throws Exception {
        try (ConsoleCollector collector = start(Fault.DOWN)) {
            assertThatThrownBy(() -> post(collector, TRACES.toByteArray())).isInstanceOf(IOException.class);
        }
    }

    @Test
    void collector_withFaultSlow_answersLate() throws Exception {
        try (ConsoleCollector collector = start(Fault.SLOW)) {
            long before = System.nanoTime();

            assertThat(post(collector, TRACES.toByteArray()).statusCode()).isEqualTo(200);

            assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(Fault.SLOW_MILLIS * 1_000_000L);
        }
    }

    @Test
    void collector_answersOtherMethodsAndPaths() throws Exception {
        try (ConsoleCollector collector = start(Fault.NONE)) {
            HttpRequest get = HttpRequest.newBuilder(collector.uri().resolve("/v1/traces"))
                    .build();

            assertThat(client.send(get, HttpResponse.BodyHandlers.discarding()).statusCode())
                    .isEqualTo(405);
        }
    }

    @Test
    void collector_thatForwards_recordsWhatTheDestinationTook() throws Exception {
        ConsoleCollector destination = start(Fault.BUSY);
        Path report = directory.resolve("forwarded");
        ConsoleCollector between = ConsoleCollector.start(
                new CollectorArguments(0, Fault.NONE, Optional.of(destination.uri()), Optional.of(report), false),
                new ManualClock(),
                new PrintStream(out));

        HttpResponse<byte[]> busy = post(between, TRACES.toByteArray());
        post(between, TRACES.toByteArray());
        post(between, TRACES.toByteArray());
        HttpResponse<byte[]> taken = post(between, TRACES.toByteArray());
        HttpResponse<byte[]> refused = post(between, new byte[] {1});
        destination.close();
        assertThatThrownBy(() -> post(between, TRACES.toByteArray())).isInstanceOf(IOException.class);
        between.close();

        assertThat(busy.statusCode()).isEqualTo(429);
        assertThat(busy.headers().firstValue("retry-after")).contains("1");
        assertThat(taken.statusCode()).isEqualTo(200);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(Report.read(report).spans()).hasSize(2);
        assertThat(Report.read(directory.resolve("report")).spans())
                .isEqualTo(Report.read(report).spans());
    }

    @Test
    void start_onTakenPort_fails() throws Exception {
        try (ConsoleCollector collector = start(Fault.NONE)) {
            CollectorArguments same = new CollectorArguments(
                    collector.uri().getPort(), Fault.NONE, Optional.empty(), Optional.empty(), false);

            assertThatThrownBy(() -> ConsoleCollector.start(same, new ManualClock(), new PrintStream(out)))
                    .isInstanceOf(BindException.class);
        }
    }

    private ConsoleCollector start(Fault fault) throws IOException {
        return ConsoleCollector.start(
                new CollectorArguments(0, fault, Optional.empty(), Optional.of(directory.resolve("report")), false),
                new ManualClock(),
                new PrintStream(out));
    }

    private HttpResponse<byte[]> post(ConsoleCollector collector, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(collector.uri().resolve("/v1/traces"))
                .header("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }
}
