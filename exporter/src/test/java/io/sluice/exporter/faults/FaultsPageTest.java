package io.sluice.exporter.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.exporter.testing.TestsOnAPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/faults.md} to the tests: those it names exist, and it names each row of these classes. */
class FaultsPageTest {

    private static final Pattern ROW = Pattern.compile("void (row\\d\\d_\\w+)\\(");

    private static TestsOnAPage page() throws IOException {
        Path root = Path.of("..");
        return new TestsOnAPage(
                root.resolve("docs/faults.md"),
                root.resolve("exporter/src/test/java"),
                root.resolve("agent/sidecar/src/test/java"),
                root.resolve("agent/dist/src/test/java"));
    }

    @Test
    void testsOnThePage_exist() throws IOException {
        page().assertTheyExist(20);
    }

    @Test
    void rows_areOnThePage() throws IOException {
        TestsOnAPage page = page();
        String text = page.text();
        for (Path source : page.sources()) {
            String rows = source.getFileName().toString().replace(".java", "");
            for (MatchResult row :
                    ROW.matcher(Files.readString(source)).results().toList()) {
                assertThat(text).contains("`" + rows + "." + row.group(1) + "`");
            }
        }
    }
}
