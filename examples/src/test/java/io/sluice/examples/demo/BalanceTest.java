package io.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.examples.collector.Report;
import io.sluice.examples.collector.SpanRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BalanceTest {

    private static final int REQUESTS = 10;
    private static final long POINTS = 70;

    private final List<Driven> driven = new ArrayList<>();
    private final List<SpanRecord> spans = new ArrayList<>();
    private final List<SpanRecord> forgotten = new ArrayList<>();
    private AccountLine agentTraces = line("traces", 0, 0);
    private AccountLine sidecarTraces = agentTraces;
    private AccountLine sidecarMetrics = line("metrics", POINTS, POINTS);
    private long malformed;

    /** Ten requests, and the spans that they make. */
    @BeforeEach
    void allIsWell() {
        for (int start = 0; start < RequestKind.SPANS_AT_START; start++) {
            add("start", "", false);
        }
        for (int number = 1; number <= REQUESTS; number++) {
            RequestKind kind = RequestKind.ofNumber(number - 1);
            driven.add(new Driven(number, kind, "trace" + number, "caller" + number, kind.status()));
            for (int span = 0; span < kind.spans(); span++) {
                add("trace" + number, span == 0 ? "caller" + number : "inner", span < kind.serverSpans());
            }
        }
        agentTraces = line("traces", spans.size(), spans.size());
        sidecarTraces = agentTraces;
    }

    private void add(String trace, String parent, boolean server) {
        spans.add(new SpanRecord("id" + spans.size(), trace, parent, "GET /", server));
    }

    private static AccountLine line(String signal, long offered, long delivered) {
        return new AccountLine("hop", signal, offered, offered, Map.of(), delivered, 0, Map.of(), 0);
    }

    private Balance balance() {
        return Balance.of(new Evidence(
                driven,
                List.of(
                        new Evidence.Hop("agent", List.of(agentTraces, line("metrics", POINTS, POINTS))),
                        new Evidence.Hop("sidecar", List.of(sidecarTraces, sidecarMetrics))),
                new Report(malformed, 0, spans, forgotten, Map.of("jvm.cpu.time", POINTS), 0)));
    }

    @Test
    void balance_ofAllThatWentIn_isBalanced() {
        assertThat(balance().failures()).isEmpty();
        assertThat(balance().isBalanced()).isTrue();
    }

    @Test
    void spanThatCameTwice_countsOnce() {
        spans.add(spans.get(5));

        assertThat(balance().failures()).isEmpty();
    }

    @Test
    void spansForgottenByTheCollector_areFoundAtItsHopAndByRequest() {
        List<SpanRecord> ofFirstRequest =
                spans.stream().filter(span -> span.traceId().equals("trace1")).toList();
        spans.removeAll(ofFirstRequest);
        forgotten.addAll(ofFirstRequest);

        assertThat(balance().failures())
                .containsExactly(
                        "lost between sidecar and collector: 6 spans (sidecar delivered 47, collector kept 41)",
                        "far end: 14 of 16 server spans",
                        "far end: 41 of 47 spans",
                        "1 request without a server span at the far end: #1 POST /order in trace trace1",
                        "collector admits that it answered with success and threw away 6 spans:"
                                + " id3, id4, id5, id6, id7 and 1 more");
    }

    @Test
    void spansLostBetweenAgentAndSidecar_areFoundThere() {
        sidecarTraces = line("traces", 46, 46);
        spans.remove(46);

        assertThat(balance().failures())
                .startsWith("lost between agent and sidecar: 1 span (agent delivered 47, sidecar was offered 46)");
    }

    @Test
    void moreThanWasSent_isNoBalance() {
        sidecarMetrics = line("metrics", POINTS + 1, POINTS + 1);

        assertThat(balance().failures())
                .containsExactly(
                        "too many between agent and sidecar: 1 data point (agent delivered 70, sidecar was offered 71)",
                        "lost between sidecar and collector: 1 data point (sidecar delivered 71, collector kept 70)");
    }

    @Test
    void itemsRefusedRejectedDroppedOrPending_areNamedWithReason() {
        agentTraces = new AccountLine(
                "agent", "traces", 60, 57, Map.of("queue_full", 3L), 47, 4, Map.of("retries_exhausted", 5L), 1);

        assertThat(balance().failures())
                .containsExactly(
                        "agent, traces: refused 3 (queue_full 3)",
                        "agent, traces: rejected by the next 4",
                        "agent, traces: dropped 5 (retries_exhausted 5)",
                        "agent, traces: neither delivered nor counted as lost 1");
    }

    @Test
    void accountThatDoesNotAddUp_isNamed() {
        agentTraces = new AccountLine("agent", "traces", 50, 47, Map.of(), 47, 0, Map.of(), 0);
        sidecarMetrics = new AccountLine("sidecar", "metrics", 70, 71, Map.of(), 70, 0, Map.of(), 0);

        assertThat(balance().failures())
                .containsExactly(
                        "agent, traces: offered 50 is not accepted 47 + refused 0",
                        "sidecar, metrics: offered 70 is not accepted 71 + refused 0",
                        "sidecar, metrics: accepted 71 is not delivered 70 + rejected 0 + dropped 0 + pending 0");
    }

    @Test
    void missingAndDoubledAccounts_areNamed() {
        sidecarTraces = sidecarMetrics;

        assertThat(balance().failures())
                .contains("sidecar, metrics: two accounts", "sidecar wrote no account of traces");
    }

    @Test
    void unansweredRequests_areNamed() {
        driven.set(1, new Driven(2, RequestKind.ORDER, "trace2", "caller2", 500));

        assertThat(balance().failures()).containsExactly("1 request not answered as expected: #2 POST /order got 500");
    }

    @Test
    void malformedRequests_areNamed() {
        malformed = 2;

        assertThat(balance().failures()).containsExactly("collector: malformed requests 2");
    }
}
