package io.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The table of receivers in {@code docs/conformance.md}, between marks. A run knows one receiver's columns: it is compared
 * with them, or written over them with {@code -Dconformance.update=true}, and leaves the other's as they are.
 */
final class ReceiverPage {

    private static final Path FILE = Path.of("..", "docs", "conformance.md");
    private static final String BEGIN = "<!-- begin: receivers -->\n";
    private static final String END = "<!-- end: receivers -->";
    private static final List<String> TITLES = List.of("Sluice", "the Collector");
    private static final int BEFORE_COLUMNS = 3;

    private ReceiverPage() {}

    /** What one line showed over one protocol. */
    record Cell(ReceiverLine line, Protocol protocol) {}

    /** Holds the columns of {@code title} to {@code findings}. */
    static void compare(String title, Map<Cell, Finding> findings) throws IOException {
        String page = Files.readString(FILE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        int to = page.indexOf(END);
        assertThat(from).as(FILE + " has a place for the table of receivers").isBetween(BEGIN.length(), to);
        String table = table(title, findings, known(page.substring(from, to)));
        if (Boolean.getBoolean("conformance.update")) {
            Files.writeString(FILE, page.substring(0, from) + table + page.substring(to));
        } else {
            assertThat(page.substring(from, to))
                    .as(FILE + " says what the run saw; -Dconformance.update=true rewrites it")
                    .isEqualTo(table);
        }
    }

    /** The cells that the page has, by the text of a line and the number of a column. */
    private static Map<String, List<String>> known(String table) {
        Map<String, List<String>> rows = new HashMap<>();
        table.lines().filter(line -> line.startsWith("| ")).forEach(line -> {
            List<String> cells =
                    Stream.of(line.split("\\|", -1)).map(String::strip).toList();
            rows.put(cells.get(2), cells.subList(BEFORE_COLUMNS + 1, cells.size() - 1));
        });
        return rows;
    }

    private static String table(String title, Map<Cell, Finding> findings, Map<String, List<String>> known) {
        StringBuilder table = new StringBuilder("\n| | the server | section |");
        int columns = TITLES.size() * Protocol.values().length;
        for (String each : TITLES) {
            for (Protocol protocol : Protocol.values()) {
                table.append(' ').append(each).append(", ").append(protocol).append(" |");
            }
        }
        table.append("\n|---|---|---|").append("---|".repeat(columns)).append('\n');
        for (ReceiverLine line : ReceiverLines.all()) {
            List<String> old = known.getOrDefault(line.text(), List.of());
            List<String> cells = new ArrayList<>();
            for (String each : TITLES) {
                for (Protocol protocol : Protocol.values()) {
                    int column = cells.size();
                    cells.add(
                            each.equals(title)
                                    ? cell(findings.getOrDefault(new Cell(line, protocol), Finding.notShown()))
                                    : column < old.size() ? old.get(column) : "");
                }
            }
            table.append("| ").append(line.level()).append(" | ").append(line.text());
            table.append(" | ").append(line.section()).append(" |");
            cells.forEach(cell -> table.append(' ').append(cell).append(" |"));
            table.append('\n');
        }
        return table.append('\n').toString();
    }

    private static String cell(Finding finding) {
        return finding.outcome().word + (finding.observation().isEmpty() ? "" : " " + finding.observation());
    }
}
