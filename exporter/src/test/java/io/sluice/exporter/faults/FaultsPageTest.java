package io.sluice.exporter.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/faults.md} to the tests: those it names exist, and it names each row of these classes. */
class FaultsPageTest {

    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs").resolve("faults.md");
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT|Rows))\\.(\\w+)`");
    private static final Pattern ROW = Pattern.compile("void (row\\d\\d_\\w+)\\(");

    @Test
    void testsOnThePage_exist() throws IOException {
        List<MatchResult> named =
                NAMED.matcher(Files.readString(PAGE)).results().toList();

        assertThat(named).hasSizeGreaterThan(20);
        for (MatchResult test : named) {
            assertThat(sourceOf(test.group(1))).contains("void " + test.group(2) + "(");
        }
    }

    @Test
    void rows_areOnThePage() throws IOException {
        String page = Files.readString(PAGE);
        for (Path source : sources()) {
            String rows = source.getFileName().toString().replace(".java", "");
            for (MatchResult row :
                    ROW.matcher(Files.readString(source)).results().toList()) {
                assertThat(page).contains("`" + rows + "." + row.group(1) + "`");
            }
        }
    }

    private static String sourceOf(String testClass) throws IOException {
        Path source = sources().stream()
                .filter(file -> file.endsWith(testClass + ".java"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + testClass));
        return Files.readString(source);
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> exporter = Files.walk(ROOT.resolve("exporter/src/test/java"));
                Stream<Path> agent = Files.walk(ROOT.resolve("agent/dist/src/test/java"))) {
            return Stream.concat(exporter, agent)
                    .filter(file -> file.toString().endsWith(".java"))
                    .toList();
        }
    }
}
