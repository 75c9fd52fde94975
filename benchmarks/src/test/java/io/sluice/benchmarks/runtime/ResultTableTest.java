package io.sluice.benchmarks.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTableTest {

    private final ResultTable table = new ResultTable();

    @Test
    void render_countsRowsBehindTokioAndNamesTheWorst() {
        table.add("Sluice", "a1 9.000 2.000 1.000 ms 61 739");
        table.add("Tokio", "a1 3.000 4.000 3.000 ms - -");
        table.add("Sluice", "h3 900.000 1000.000 1100.000 MiB/s - -");
        table.add("Tokio", "h3 1000.000 1500.000 1600.000 MiB/s - -");

        assertThat(table.render("header"))
                .contains("| a1 | ms | 9.00 | 2.00 | 4.00 | not run | not run | not run | 0.50 | 61 | 739 |")
                .endsWith("verdict: rows ahead of Tokio or level 1, behind 1, worst ratio 1.50 (h3)");
    }

    @Test
    void renderInto_keepsOtherRowsAndSaysWhichAreOfALaterRun() {
        table.add("Sluice", "a1 9.000 2.000 1.000 ms 61 739");
        table.add("Tokio", "a1 3.000 4.000 3.000 ms - -");
        table.add("Sluice", "b 9.000 1200.000 1.000 ms 61 739");
        table.add("Tokio", "b 3.000 1000.000 3.000 ms - -");
        table.add("Sluice", "c 9.000 1.000 1.000 ms 61 739");
        List<String> recorded = table.render("the first run");

        ResultTable later = new ResultTable();
        later.add("Sluice", "b 9.000 1000.000 1.000 ms 60 700");
        later.add("Tokio", "b 3.000 1000.000 3.000 ms - -");
        later.add("Sluice", "b.p50 9.000 20.000 1.000 us - -");
        later.add("Sluice", "file 9.000 100.000 120.000 MiB/s 60 700");
        List<String> merged = later.renderInto(recorded, "the second run");

        assertThat(merged)
                .containsSubsequence(
                        "the first run",
                        "Of a later run are b, b.p50, file: the second run",
                        "| a1 | ms | 9.00 | 2.00 | 4.00 | not run | not run | not run | 0.50 | 61 | 739 |",
                        "| b | ms | 9.00 | 1,000 | 1,000 | not run | not run | not run | 1.00 | 60 | 700 |",
                        "| b.p50 | us | 9.00 | 20.0 | not run | not run | not run | not run | - | - | - |",
                        "| c | ms | 9.00 | 1.00 | not run | not run | not run | not run | - | 61 | 739 |",
                        "| file | MiB/s | 9.00 | 100.0 | not run | not run | not run | not run | - | 60 | 700 |",
                        "verdict: rows ahead of Tokio or level 2, behind 0, worst ratio 1.00 (b)")
                .hasSize(recorded.size() + 4);
        assertThat(later.renderInto(merged, "the second run")).isEqualTo(merged);
    }
}
