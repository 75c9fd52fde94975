package io.sluice.examples.collector;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.sluice.runtime.testkit.ManualClock;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceForestTest {

    private static final long QUIET_NANOS = 1_000_000_000L;

    private final ManualClock clock = new ManualClock();
    private final TraceForest forest = new TraceForest(clock, QUIET_NANOS);

    @Test
    void trace_withItsRootAndAllParents_isDue() {
        forest.add("shop", Otlp.span(1, 3, 2, "SELECT", 2, 1));
        assertThat(forest.takeDue()).isEmpty();
        forest.add("shop", Otlp.span(1, 1, 0, "POST /order", 0, 12));
        assertThat(forest.takeDue()).isEmpty();
        forest.add("shop", Otlp.span(1, 2, 1, "GET /price", 1, 5));

        assertThat(forest.takeDue()).extracting(TraceTree::size).containsExactly(3);
        assertThat(forest.takeAll()).isEmpty();
    }

    @Test
    void trace_whoseRootIsElsewhere_isDueOnceQuiet() {
        forest.add("shop", Otlp.span(1, 2, 1, "GET /price", 1, 5));
        clock.advanceNanos(QUIET_NANOS - 1);
        assertThat(forest.takeDue()).isEmpty();

        clock.advanceNanos(1);

        assertThat(forest.takeDue()).hasSize(1);
    }

    @Test
    void traces_beyondTheLimit_areDueFromTheFirst() {
        for (int i = 1; i <= TraceForest.MOST_OPEN_TRACES + 2; i++) {
            forest.add("shop", Otlp.span(i, 2, 1, "GET /price/" + i, 1, 5));
        }

        List<TraceTree> due = forest.takeDue();

        assertThat(due)
                .extracting(TraceTree::toText)
                .hasSize(2)
                .first()
                .asString()
                .contains("GET /price/1 ");
        assertThat(forest.takeAll()).hasSize(TraceForest.MOST_OPEN_TRACES);
    }

    @Test
    void text_showsEachSpanBelowItsParentInOrderOfStart() {
        forest.add("shop", Otlp.span(1, 4, 1, "INSERT shop.orders", 9, 1));
        forest.add("stock", Otlp.span(1, 3, 2, "GET /price", 2, 3));
        forest.add(
                "shop",
                Otlp.span(1, 2, 1, "GET", 1, 5).toBuilder()
                        .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
                        .addAttributes(Otlp.attribute("url.full", "http://stock/price"))
                        .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
                        .build());
        forest.add("shop", Otlp.span(1, 1, 0, "POST /order", 0, 1_250));

        assertThat(forest.takeDue().get(0).toText()).isEqualTo("""
                        trace 00000000000000000000000000000001  shop, stock  4 spans  1.25 s
                          POST /order                        server      1.25 s
                            GET                              client      5.0 ms  http://stock/price ERROR
                              GET /price                     server      3.0 ms
                            INSERT shop.orders               server      1.0 ms
                        """);
    }

    @Test
    void text_withParentsInACircle_showsEachSpanOnce() {
        forest.add("shop", Otlp.span(1, 1, 2, "a", 0, 1));
        forest.add("shop", Otlp.span(1, 2, 1, "b", 0, 1));
        forest.add("shop", Otlp.span(1, 3, 3, "c", 0, 1));

        assertThat(forest.takeAll().get(0).toText().lines()).hasSize(4);
    }

    @Test
    void text_ofSpanThatCameTwice_showsItOnce() {
        forest.add("shop", Otlp.span(1, 1, 0, "GET /", 0, 1));
        forest.add("shop", Otlp.span(1, 1, 0, "GET /", 0, 1));

        assertThat(forest.takeDue()).extracting(TraceTree::size).containsExactly(1);
    }

    @Test
    void text_keepsControlCharactersOffTheTerminal() {
        forest.add("shop", Otlp.span(1, 1, 0, "GET \u001b[2J\n/" + "x".repeat(100), 0, 1));

        assertThat(forest.takeAll().get(0).toText().lines())
                .hasSize(2)
                .last()
                .asString()
                .startsWith("  GET [2J /xxxxxxxxxxxxxxxxxxxx... ")
                .doesNotContain("\u001b");
    }
}
