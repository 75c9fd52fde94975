package io.sluice.benchmarks.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ratios, aims and the verdict of figures that are known. */
class ReportTest {

    private final Platform platform = new Platform(Path.of("jdk"), "17", "G1");
    private final Figures figures = new Figures();

    private void measured(Measure measure, double none, double ours, double upstream) {
        figures.add(platform, Variant.NO_AGENT, measure, none);
        figures.add(platform, Variant.SLUICE, measure, ours);
        figures.add(platform, Variant.UPSTREAM, measure, upstream);
    }

    private List<String> page() {
        return new Report(figures).render("header");
    }

    @Test
    void figure_standsBesideItsPeersWithRatioAndAim() {
        measured(Measure.START_SECONDS, 2, 3, 4);

        assertThat(page()).contains("| start to first response, s | 2 | 3 | 4 | 0.75 | <= 1 | met |");
    }

    @Test
    void moreRequests_areBetter() {
        measured(Measure.REQUESTS, 200, 110, 100);

        assertThat(page()).contains("| requests/s, closed loop, 4 connections | 200 | 110 | 100 | 1.10 | >= 1 | met |");
    }

    @Test
    void oneLostSpan_missesTheAim_whateverUpstreamLost() {
        measured(Measure.LOST_TERM, 0, 0, 40);
        measured(Measure.LOST_TERM, 0, 1, 40);

        assertThat(page())
                .anyMatch(line -> line.startsWith("| spans lost at SIGTERM") && line.endsWith("**missed** |"));
    }

    @Test
    void figures_areMediansOverRuns() {
        measured(Measure.P99, 0, 1, 1);
        measured(Measure.P99, 0, 9, 1);
        measured(Measure.P99, 0, 2, 1);

        assertThat(figures.figure(platform.label(), Variant.SLUICE, Measure.P99))
                .hasValue(2);
    }

    @Test
    void verdict_isTheLastLine_andNamesTheWorst() {
        measured(Measure.START_SECONDS, 2, 3, 4);
        measured(Measure.EXPORT_CPU, 0, 50, 100);

        List<String> page = page();

        assertThat(page.get(page.size() - 1))
                .isEqualTo("verdict: aims met 1, missed 1, worst 2.00 times the aim"
                        + " (Java 17, G1: CPU of the exporting threads, ms/100k spans)");
    }

    @Test
    void figures_areTheSameAfterAFile(@TempDir Path directory) throws Exception {
        measured(Measure.P99, 0.5, 1.25, 1);
        Path file = directory.resolve("figures.tsv");
        figures.writeTo(file);
        Figures read = new Figures();
        read.readFrom(file);

        assertThat(new Report(read).render("header")).isEqualTo(page());
    }
}
