package io.sluice.examples.collector;

import io.sluice.examples.jsonlines.JsonLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that a collector received.
 *
 * @param malformedRequests answered with 400
 * @param refusedRequests turned away by a {@link Fault}
 * @param spans kept, in the order of arrival; a span that came twice stands here twice
 * @param forgottenSpans answered with success and forgotten by a {@link Fault}
 * @param dataPoints kept, by metric
 * @param logRecords kept
 */
public record Report(
        long malformedRequests,
        long refusedRequests,
        List<SpanRecord> spans,
        List<SpanRecord> forgottenSpans,
        Map<String, Long> dataPoints,
        long logRecords) {

    /** Data points of all metrics. */
    public long allDataPoints() {
        return dataPoints.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Writes all of it or nothing: a reader never sees half a file. */
    void write(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(JsonLine.of(
                        "type",
                        "totals",
                        "malformed",
                        malformedRequests,
                        "refused",
                        refusedRequests,
                        "logs",
                        logRecords)
                .toString());
        dataPoints.forEach((name, points) -> lines.add(
                JsonLine.of("type", "metric", "name", name, "points", points).toString()));
        spans.forEach(span -> lines.add(span.toJson("span").toString()));
        forgottenSpans.forEach(span -> lines.add(span.toJson("forgotten").toString()));
        Path beside = file.resolveSibling(file.getFileName() + ".part");
        Files.write(beside, lines);
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException if the file is missing or is no report
     */
    public static Report read(Path file) throws IOException {
        long[] totals = new long[3];
        List<SpanRecord> spans = new ArrayList<>();
        List<SpanRecord> forgotten = new ArrayList<>();
        Map<String, Long> dataPoints = new TreeMap<>();
        try {
            for (String text : Files.readAllLines(file)) {
                JsonLine line = JsonLine.parse(text);
                switch (line.text("type")) {
                    case "totals" -> {
                        totals[0] = line.number("malformed");
                        totals[1] = line.number("refused");
                        totals[2] = line.number("logs");
                    }
                    case "metric" -> dataPoints.put(line.text("name"), line.number("points"));
                    case "span" -> spans.add(SpanRecord.of(line));
                    case "forgotten" -> forgotten.add(SpanRecord.of(line));
                    default -> throw new IOException("unknown line in " + file + ": " + line);
                }
            }
        } catch (IllegalArgumentException malformed) {
            throw new IOException("malformed line in " + file, malformed);
        }
        return new Report(totals[0], totals[1], spans, forgotten, dataPoints, totals[2]);
    }
}
