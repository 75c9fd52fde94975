package io.sluice.exporter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The tests that a page of the documentation names, and the sources where they are. */
public final class TestsOnAPage {

    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT|Rows))\\.(\\w+)`");

    private final Path page;
    private final List<Path> sources = new ArrayList<>();

    /** @param roots directories with the tests that the page may name */
    public TestsOnAPage(Path page, Path... roots) throws IOException {
        this.page = page;
        for (Path root : roots) {
            try (Stream<Path> files = Files.walk(root)) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
    }

    public String text() throws IOException {
        return Files.readString(page);
    }

    public List<Path> sources() {
        return sources;
    }

    /** Each test that is named exists, and there are more than {@code few}. */
    public void assertTheyExist(int few) throws IOException {
        List<MatchResult> named = NAMED.matcher(text()).results().toList();
        assertThat(named).hasSizeGreaterThan(few);
        for (MatchResult test : named) {
            assertThat(sourceOf(test.group(1))).contains("void " + test.group(2) + "(");
        }
    }

    private String sourceOf(String testClass) throws IOException {
        Path source = sources.stream()
                .filter(file -> file.endsWith(testClass + ".java"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + testClass));
        return Files.readString(source);
    }
}
