package io.sluice.examples.demo;

import io.sluice.examples.jsonlines.JsonLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What one hop says of one signal, in items: spans, data points or log records.
 *
 * @param refused not accepted, by reason
 * @param dropped accepted and given up, by reason
 * @param pending accepted and not settled
 */
record AccountLine(
        String hop,
        String signal,
        long offered,
        long accepted,
        Map<String, Long> refused,
        long delivered,
        long rejected,
        Map<String, Long> dropped,
        long pending) {

    /**
     * The lines that a hop wrote to its account file; none if it wrote no file.
     *
     * @throws IOException if there is something else in it
     */
    static List<AccountLine> read(Path file) throws IOException {
        List<AccountLine> lines = new ArrayList<>();
        if (!Files.exists(file)) {
            return lines;
        }
        for (String line : Files.readAllLines(file)) {
            try {
                lines.add(of(JsonLine.parse(line)));
            } catch (IllegalArgumentException malformed) {
                throw new IOException("no account line in " + file + ": " + malformed.getMessage(), malformed);
            }
        }
        return lines;
    }

    private static AccountLine of(JsonLine line) {
        return new AccountLine(
                line.text("hop"),
                line.text("signal"),
                line.number("offered"),
                line.number("accepted"),
                line.numbers("refused"),
                line.number("delivered"),
                line.number("rejected"),
                line.numbers("dropped"),
                line.number("pending"));
    }

    long refusedItems() {
        return sum(refused);
    }

    long droppedItems() {
        return sum(dropped);
    }

    private static long sum(Map<String, Long> byReason) {
        return byReason.values().stream().mapToLong(Long::longValue).sum();
    }
}
