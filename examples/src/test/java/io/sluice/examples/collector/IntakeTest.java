package io.sluice.examples.collector;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.sluice.runtime.testkit.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IntakeTest {

    private static final byte[] TRACES = Otlp.traces(
                    "shop", Otlp.span(1, 1, 0, "GET /", 0, 5), Otlp.span(1, 2, 1, "SELECT", 1, 1))
            .toByteArray();
    private static final byte[] METRICS = Otlp.metrics(
                    "shop",
                    Metric.newBuilder()
                            .setName("jvm.cpu.count")
                            .setGauge(Gauge.newBuilder()
                                    .addDataPoints(NumberDataPoint.newBuilder().setAsInt(2))
                                    .addDataPoints(NumberDataPoint.newBuilder().setAsInt(4)))
                            .build())
            .toByteArray();

    private final Screen screen = Screen.on(new PrintStream(new ByteArrayOutputStream()));
    private final Ledger ledger = new Ledger(true);

    @AfterEach
    void close() {
        screen.close();
    }

    private Intake intake(Fault fault) {
        return new Intake(fault, ledger, new Viewer(false, new TraceForest(new ManualClock(), 1_000_000_000L), screen));
    }

    private static Reply take(Intake intake, String path, byte[] body) {
        return intake.take(path, "application/x-protobuf", "", body);
    }

    @Test
    void spans_areKeptById() {
        Reply reply = take(intake(Fault.NONE), "/v1/traces", TRACES);

        assertThat(reply).isEqualTo(new Reply.Accepted());
        assertThat(ledger.report().spans())
                .containsExactly(
                        new SpanRecord("0000000000000001", "00000000000000000000000000000001", "", "GET /", true),
                        new SpanRecord(
                                "0000000000000002",
                                "00000000000000000000000000000001",
                                "0000000000000001",
                                "SELECT",
                                true));
    }

    @Test
    void dataPoints_areCountedByMetric() {
        Intake intake = intake(Fault.NONE);

        take(intake, "/v1/metrics", METRICS);
        take(intake, "/v1/metrics", METRICS);

        assertThat(ledger.report().dataPoints()).isEqualTo(Map.of("jvm.cpu.count", 4L));
        assertThat(ledger.report().allDataPoints()).isEqualTo(4);
    }

    @Test
    void gzip_isInflated() throws IOException {
        Reply reply =
                intake(Fault.NONE).take("/v1/traces", "application/x-protobuf; charset=x", "gzip", Otlp.gzip(TRACES));

        assertThat(reply).isEqualTo(new Reply.Accepted());
        assertThat(ledger.report().spans()).hasSize(2);
    }

    @Test
    void malformedBody_isRefusedAndCounted() throws IOException {
        Intake intake = intake(Fault.NONE);
        byte[] gzip = Otlp.gzip(TRACES);

        assertRefused(400, take(intake, "/v1/traces", Arrays.copyOf(TRACES, TRACES.length - 1)));
        assertRefused(400, take(intake, "/v1/metrics", "not protobuf".getBytes(StandardCharsets.UTF_8)));
        assertRefused(
                400, intake.take("/v1/traces", "application/x-protobuf", "gzip", Arrays.copyOf(gzip, gzip.length - 9)));
        assertRefused(400, intake.take("/v1/traces", "application/x-protobuf", "gzip", TRACES));
        assertRefused(400, intake.take("/v1/traces", "application/x-protobuf", "br", TRACES));

        assertThat(ledger.report().malformedRequests()).isEqualTo(5);
        assertThat(ledger.report().spans()).isEmpty();
    }

    @Test
    void spanWithoutIds_isMalformed() {
        byte[] request = Otlp.traces(
                        "shop",
                        Otlp.span(1, 1, 0, "GET /", 0, 5).toBuilder()
                                .clearSpanId()
                                .build())
                .toByteArray();

        assertRefused(400, take(intake(Fault.NONE), "/v1/traces", request));
    }

    @Test
    void bodyThatInflatesBeyondTheLimit_isTooLarge() throws IOException {
        byte[] bomb = Otlp.gzip(new byte[Intake.LARGEST_BODY_BYTES + 1]);

        assertRefused(413, intake(Fault.NONE).take("/v1/logs", "application/x-protobuf", "gzip", bomb));
    }

    @Test
    void requestForSomethingElse_isRefused() {
        assertRefused(404, take(intake(Fault.NONE), "/v1/profiles", TRACES));
        assertRefused(415, intake(Fault.NONE).take("/v1/traces", "application/json", "", TRACES));
    }

    @Test
    void fault_drop_forgetsEveryThirdBatchAndSaysNothing() {
        Intake intake = intake(Fault.DROP);

        for (int i = 0; i < 4; i++) {
            assertThat(take(intake, "/v1/traces", TRACES)).isEqualTo(new Reply.Accepted());
        }

        assertThat(ledger.report().forgottenSpans()).hasSize(4);
        assertThat(ledger.report().spans()).hasSize(4);
    }

    @Test
    void fault_busy_turnsTheFirstOfEachSignalAway() {
        Intake intake = intake(Fault.BUSY);

        for (int i = 0; i < Fault.REFUSED_REQUESTS; i++) {
            assertThat(take(intake, "/v1/traces", TRACES)).isEqualTo(new Reply.Busy(1));
        }
        assertThat(take(intake, "/v1/traces", TRACES)).isEqualTo(new Reply.Accepted());
        assertThat(take(intake, "/v1/metrics", METRICS)).isEqualTo(new Reply.Busy(1));

        assertThat(ledger.report().refusedRequests()).isEqualTo(4);
        assertThat(ledger.report().spans()).hasSize(2);
    }

    @Test
    void fault_down_hangsUp() {
        assertThat(take(intake(Fault.DOWN), "/v1/traces", TRACES)).isEqualTo(new Reply.HungUp());
    }

    private static void assertRefused(int status, Reply reply) {
        assertThat(reply).isInstanceOfSatisfying(Reply.Refused.class, refused -> {
            assertThat(refused.status()).isEqualTo(status);
            assertThat(new String(refused.body(), StandardCharsets.UTF_8)).endsWith(refused.message());
        });
    }
}
