package io.sluice.exporter;

import io.sluice.exporter.testing.TestsOnAPage;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/conformance.md} to the tests: those it names exist. */
class ConformancePageTest {

    @Test
    void testsOnThePage_exist() throws IOException {
        new TestsOnAPage(Path.of("..", "docs", "conformance.md"), Path.of("src", "test", "java")).assertTheyExist(20);
    }
}
