package io.sluice.benchmarks.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {

    private static final Way WAY = new Way(Way.Protocol.HTTP, false);
    private static final Row ROW = new Row(Row.Kind.SATURATION, WAY, 100, 8);

    private final Results results = new Results();

    private static Outcome outcome(double spansPerCore, double lost) {
        return new Outcome(1000, spansPerCore, 50, 1, 1, 1, 1, 1, 1, 0, lost, Double.NaN, 0.5);
    }

    private String verdict() {
        List<String> page = new Report(results).render("header");
        return page.get(page.size() - 1);
    }

    @Test
    void rowThatReachesItsAims_isMet() {
        results.add(ROW, Contestant.SLUICE, outcome(5000, 0));
        results.add(ROW, Contestant.COLLECTOR, outcome(1000, 0));

        assertThat(verdict()).startsWith("verdict: aims met 3, missed 0, worst 1.00 times the aim");
    }

    @Test
    void rowThatIsTooSlow_isMissed_andNamed() {
        results.add(ROW, Contestant.SLUICE, outcome(2500, 0));
        results.add(ROW, Contestant.COLLECTOR, outcome(1000, 0));

        assertThat(verdict())
                .contains("aims met 2, missed 1, worst 2.00 times the aim")
                .contains("100 spans a request, 8 connections: 2.50 of Collector's");
    }

    @Test
    void medians_areOverTheRunsOfARow() {
        for (double rate : List.of(1.0, 9.0, 4.0)) {
            results.add(ROW, Contestant.SLUICE, outcome(rate, 0));
        }

        assertThat(results.median(ROW, Contestant.SLUICE, Outcome::spansPerCore))
                .isEqualTo(4);
    }

    @Test
    void loss_isNeverMet() {
        results.add(ROW, Contestant.SLUICE, outcome(9000, 1));
        results.add(ROW, Contestant.COLLECTOR, outcome(1000, 0));

        assertThat(verdict()).contains("missed 1, worst ∞ times the aim (nothing that was accepted is lost");
    }

    @Test
    void oursAlone_hasNoVerdict() {
        results.add(ROW, Contestant.SLUICE, outcome(5000, 0));

        assertThat(verdict()).isEqualTo("verdict: no peer");
    }
}
