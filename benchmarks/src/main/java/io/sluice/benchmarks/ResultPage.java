package io.sluice.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The pages of {@code benchmarks/results}, below the directory that the property {@code sluice.home} names. */
public final class ResultPage {

    private ResultPage() {}

    /** The project's directory. */
    public static Path home() {
        return Path.of(System.getProperty("sluice.home", "."));
    }

    /** The page of that name as it is. */
    public static List<String> read(String name) throws IOException {
        return Files.readAllLines(
                home().resolve("benchmarks").resolve("results").resolve(name + ".md"));
    }

    /** Replaces the page of that name. */
    public static void write(String name, List<String> lines) throws IOException {
        Path results = home().resolve("benchmarks").resolve("results");
        Files.createDirectories(results);
        Files.write(results.resolve(name + ".md"), lines);
    }
}
