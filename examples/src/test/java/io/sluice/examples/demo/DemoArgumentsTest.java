package io.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoArgumentsTest {

    @TempDir
    Path directory;

    @Test
    void parse_readsAll() throws IOException {
        Path agent = Files.createFile(directory.resolve("agent.jar"));

        assertThat(DemoArguments.parse("--agent=" + agent))
                .isEqualTo(new DemoArguments(200, "none", agent, false, false));
        assertThat(DemoArguments.parse("--agent=" + agent, "--requests=7", "--fault=drop", "--keep", "--terminal"))
                .isEqualTo(new DemoArguments(7, "drop", agent, true, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--requests=0", "--requests=x", "--requests=100001", "--fault=fire", "--agent=none", "--x", "x=1"
            })
    void parse_ofAnythingElse_namesIt(String argument) {
        assertThatThrownBy(() -> DemoArguments.parse(argument))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(argument);
    }
}
