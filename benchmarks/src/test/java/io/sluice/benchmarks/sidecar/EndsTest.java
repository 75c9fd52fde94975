package io.sluice.benchmarks.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.benchmarks.Numbers;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The senders and the far end with nothing between them. */
class EndsTest {

    private Sink sink;

    @BeforeEach
    void start() throws IOException {
        sink = new Sink();
        Thread thread = new Thread(sink, "sink");
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void stop() {
        sink.order(() -> {
            sink.close();
            return true;
        });
    }

    static List<Way> ways() {
        return Plan.ways();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void saturation_countsAtBothEndsTheSame(Way way) throws IOException {
        int port = sink.order(() -> sink.open(way.protocol()));

        Numbers sent = new Numbers(new Load(way, port, 512, 3).saturate(100_000_000));

        assertThat(sent.get("accepted")).isPositive();
        assertThat(sent.get("refused")).isZero();
        assertThat(counted(port).get("spans")).isEqualTo(sent.get("accepted"));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void pacedRequests_carryWhenTheyWereDue(Way way) throws IOException {
        int port = sink.order(() -> sink.open(way.protocol()));

        Numbers sent = new Numbers(new Load(way, port, 10, 2).pace(1000, 200_000_000));

        assertThat(sent.get("accepted")).isBetween(10L, 200L);
        assertThat(counted(port).get("spans")).isEqualTo(sent.get("accepted"));
        assertThat(counted(port).get("p50")).isPositive().isLessThanOrEqualTo(sent.get("p99"));
    }

    @Test
    void limitedSink_answersAsSlowlyAsItIsTold() throws IOException {
        Way way = new Way(Way.Protocol.GRPC, false);
        int port = sink.order(() -> sink.open(way.protocol()));
        sink.order(() -> sink.limit(port, 1000));

        Numbers sent = new Numbers(new Load(way, port, 100, 1).saturate(250_000_000));

        assertThat(sent.get("accepted")).isBetween(100L, 400L);
        assertThat(sent.get("p50")).isGreaterThan(90_000_000);
    }

    @Test
    void spans_areAboutAsLargeAsTheWorkloadSays() throws IOException {
        byte[] request = new SpanRequests(512, false, 0).body(0);

        assertThat(request.length / 512).isBetween(350, 390);
        assertThat(ExportTraceServiceRequest.parseFrom(request)
                        .getResourceSpans(0)
                        .getScopeSpans(0)
                        .getSpansList())
                .hasSize(512)
                .allMatch(span -> span.getAttributesCount() == 8);
    }

    private Numbers counted(int port) {
        return new Numbers(sink.order(() -> sink.count(port)));
    }
}
