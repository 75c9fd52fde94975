package io.sluice.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/conformance.md} to the tests: those it names exist. */
class ConformancePageTest {

    private static final Path PAGE = Path.of("..", "docs", "conformance.md");
    private static final Path TESTS = Path.of("src", "test", "java");
    private static final Pattern NAMED = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

    @Test
    void testsOnThePage_exist() throws IOException {
        List<MatchResult> named =
                NAMED.matcher(Files.readString(PAGE)).results().toList();

        assertThat(named).hasSizeGreaterThan(20);
        for (MatchResult test : named) {
            assertThat(sourceOf(test.group(1))).contains("void " + test.group(2) + "(");
        }
    }

    private static String sourceOf(String testClass) throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            Path source = files.filter(file -> file.endsWith(testClass + ".java"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("there is no " + testClass));
            return Files.readString(source);
        }
    }
}
