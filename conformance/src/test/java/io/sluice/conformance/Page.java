package io.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The tables of {@code docs/conformance.md}, between marks. A run is compared with them, or written over them with
 * {@code -Dconformance.update=true}.
 */
final class Page {

    private static final Path FILE = Path.of("..", "docs", "conformance.md");

    private Page() {}

    /** Holds the table {@code name} to {@code findings}. */
    static void compare(String name, List<Requirement> lines, Map<Run.Cell, Finding> findings) throws IOException {
        String page = Files.readString(FILE);
        String begin = "<!-- begin: " + name + " -->\n";
        String end = "<!-- end: " + name + " -->";
        int from = page.indexOf(begin) + begin.length();
        int to = page.indexOf(end);
        assertThat(from).as(FILE + " has a place for the table " + name).isBetween(begin.length(), to);
        String table = table(lines, findings);
        if (Boolean.getBoolean("conformance.update")) {
            Files.writeString(FILE, page.substring(0, from) + table + page.substring(to));
        } else {
            List<String> rows = page.substring(from, to).lines().toList();
            assertThat(table.lines().filter(row -> !rows.contains(row)).toList())
                    .as("rows of the run that " + FILE + " has not; -Dconformance.update=true rewrites it")
                    .isEmpty();
            assertThat(page.substring(from, to)).isEqualTo(table);
        }
    }

    private static String table(List<Requirement> lines, Map<Run.Cell, Finding> findings) {
        StringBuilder table = new StringBuilder("\n| | the client | section |");
        Column.all().forEach(column -> table.append(' ').append(column).append(" |"));
        table.append("\n|---|---|---|")
                .append("---|".repeat(Column.all().size()))
                .append('\n');
        List<String> notes = new ArrayList<>();
        for (Requirement line : lines) {
            List<Finding> row = Column.all().stream()
                    .map(column -> findings.get(new Run.Cell(line, column)))
                    .toList();
            if (row.stream().allMatch(finding -> finding.outcome() == Finding.Outcome.NOT_SHOWN)) {
                continue;
            }
            table.append("| ").append(line.level()).append(" | ").append(line.text());
            table.append(" | ").append(line.section()).append(" |");
            row.forEach(finding -> table.append(cell(finding, notes)));
            table.append('\n');
        }
        table.append('\n');
        for (int i = 0; i < notes.size(); i++) {
            table.append(i + 1).append(". ").append(notes.get(i)).append('\n');
        }
        return table.append('\n').toString();
    }

    private static String cell(Finding finding, List<String> notes) {
        String word = finding.outcome().word;
        if (finding.observation().isEmpty()) {
            return " " + word + " |";
        }
        if (!notes.contains(finding.observation())) {
            notes.add(finding.observation());
        }
        return " " + word + " [" + (notes.indexOf(finding.observation()) + 1) + "] |";
    }
}
