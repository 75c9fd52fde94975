package io.sluice.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each message that {@code docs/troubleshooting.md} quotes is one that the product's sources print. */
class TroubleshootingPageTest {

    private static final Path ROOT = Path.of("..", "..");

    /** The first cell of a row, if it is a quotation. */
    private static final Pattern QUOTED = Pattern.compile("(?m)^\\| `([^`]+)` \\|");

    /** Shorter ones are punctuation. */
    private static final int TELLING = 6;

    @Test
    void messages_areTheProducts() throws IOException {
        String literals = literals();
        List<String> unknown = new ArrayList<>();
        int quoted = 0;
        Matcher rows = QUOTED.matcher(Files.readString(ROOT.resolve("docs/troubleshooting.md")));
        while (rows.find()) {
            quoted++;
            for (String part : rows.group(1).split("…")) {
                if (part.strip().length() >= TELLING && !literals.contains(part.strip())) {
                    unknown.add(part.strip());
                }
            }
        }

        assertThat(unknown).isEmpty();
        assertThat(quoted).isGreaterThan(15);
    }

    /** All string literals, with those joined that are concatenated without anything between. */
    private static String literals() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String module : List.of("agent", "config", "exporter", "batching", "runtime")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module))) {
                for (Path file : files.filter(path -> path.toString().matches(".*/src/main/java/.*\\.java"))
                        .toList()) {
                    String source = Files.readString(file).replaceAll("\"\\s*\\+\\s*\"", "");
                    Matcher literal =
                            Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"").matcher(source);
                    while (literal.find()) {
                        all.append(literal.group(1)).append('\n');
                    }
                }
            }
        }
        return all.toString();
    }
}
