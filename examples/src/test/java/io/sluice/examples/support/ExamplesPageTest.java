package io.sluice.examples.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds {@code examples/README.md}, the launcher script and the cookbook to each other. */
class ExamplesPageTest {

    private static final Path ROOT = root();

    @Test
    void everyExample_hasItsLine_itsCommand_andItsPlaceInTheCookbook() throws Exception {
        Set<String> commands = found("sluice", "(?m)^      ([a-z-]+)\\) main=io\\.sluice\\.examples\\.");

        assertThat(commands).hasSize(14);
        assertThat(found("examples/README.md", "`\\./sluice example ([a-z-]+)[^`]*` \\|"))
                .isEqualTo(commands);
        assertThat(found("docs/runtime.md", "`\\./sluice example ([a-z-]+)")).isEqualTo(commands);
    }

    @Test
    void mains_thatTheLauncherNames_exist() throws Exception {
        for (String main : found("sluice", "main=(io\\.sluice\\.examples\\.[\\w.]+)")) {
            assertThat(Class.forName(main).getMethod("main", String[].class)).isNotNull();
        }
    }

    private static Set<String> found(String file, String pattern) throws IOException {
        Set<String> found = new TreeSet<>();
        Pattern.compile(pattern)
                .matcher(Files.readString(ROOT.resolve(file)))
                .results()
                .forEach(each -> found.add(each.group(1)));
        return found;
    }

    private static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("examples/README.md"))) {
            directory = directory.getParent();
            assertThat(directory)
                    .as("a directory with examples/README.md in it")
                    .isNotNull();
        }
        return directory;
    }
}
