package io.sluice.benchmarks.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Everything that was measured, each figure as often as it was, and kept in a file so that a page can be made of several runs. */
final class Figures {

    /** One of them. */
    record Figure(String platform, Variant variant, Measure measure, double value) {

        String line() {
            return String.join("\t", platform, variant.name(), measure.name(), Double.toString(value));
        }

        static Figure of(String line) {
            String[] cells = line.split("\t", -1);
            return new Figure(
                    cells[0], Variant.valueOf(cells[1]), Measure.valueOf(cells[2]), Double.parseDouble(cells[3]));
        }
    }

    private final List<Figure> all = new ArrayList<>();

    void add(Platform platform, Variant variant, Measure measure, double value) {
        all.add(new Figure(platform.label(), variant, measure, value));
    }

    void add(Figure figure) {
        all.add(figure);
    }

    List<String> platforms() {
        return all.stream().map(Figure::platform).distinct().toList();
    }

    /** How often the start was measured there. */
    long starts(String platform) {
        return all.stream()
                .filter(figure -> figure.platform.equals(platform)
                        && figure.measure == Measure.START_SECONDS
                        && figure.variant == Variant.SLUICE)
                .count();
    }

    /** The median; of losses the sum. */
    OptionalDouble figure(String platform, Variant variant, Measure measure) {
        double[] values = all.stream()
                .filter(figure ->
                        figure.platform.equals(platform) && figure.variant == variant && figure.measure == measure)
                .mapToDouble(Figure::value)
                .sorted()
                .toArray();
        if (values.length == 0) {
            return OptionalDouble.empty();
        }
        if (measure.isLoss()) {
            return OptionalDouble.of(java.util.Arrays.stream(values).sum());
        }
        int middle = values.length / 2;
        return OptionalDouble.of(values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2);
    }

    /** What an earlier run left there. */
    void readFrom(Path file) throws IOException {
        if (Files.exists(file)) {
            Files.readAllLines(file).forEach(line -> add(Figure.of(line)));
        }
    }

    void writeTo(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(
                file,
                all.stream().map(Figure::line).toList(),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING);
    }
}
