package io.sluice.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The documents' links into the tree lead somewhere. */
class DocumentationTest {

    private static final Path ROOT = Path.of("..", "..");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s#]+)(?:#[^)]*)?\\)");

    @Test
    void relativeLinks_leadToFilesThatExist() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            for (String link : relativeLinks(document)) {
                if (!Files.exists(document.resolveSibling(link).normalize())) {
                    broken.add(ROOT.relativize(document) + " -> " + link);
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"data-path.md", "threads.md"})
    void maps_linkTheClassesThatTheyName(String name) throws IOException {
        assertThat(relativeLinks(ROOT.resolve("docs").resolve(name)))
                .filteredOn(link -> link.endsWith(".java"))
                .hasSizeGreaterThan(3);
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        for (Path directory : List.of(ROOT, ROOT.resolve("docs"), ROOT.resolve("benchmarks"))) {
            if (Files.isDirectory(directory)) {
                try (Stream<Path> files = Files.list(directory)) {
                    files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
                }
            }
        }
        return documents;
    }

    private static List<String> relativeLinks(Path document) throws IOException {
        List<String> links = new ArrayList<>();
        Matcher matcher = LINK.matcher(Files.readString(document, StandardCharsets.UTF_8));
        while (matcher.find()) {
            String target = matcher.group(1);
            if (!target.contains("://") && !target.startsWith("mailto:")) {
                links.add(target);
            }
        }
        return links;
    }
}
