package io.sluice.examples.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CollectorArgumentsTest {

    @Test
    void parse_ofNothing_givesDefaults() {
        assertThat(CollectorArguments.parse())
                .isEqualTo(new CollectorArguments(4318, Fault.NONE, Optional.empty(), Optional.empty(), false));
    }

    @Test
    void parse_readsAll() {
        assertThat(CollectorArguments.parse(
                        "--port=0", "--fault=429", "--forward=http://127.0.0.1:4318", "--report=a=b", "--brief"))
                .isEqualTo(new CollectorArguments(
                        0,
                        Fault.BUSY,
                        Optional.of(URI.create("http://127.0.0.1:4318")),
                        Optional.of(Path.of("a=b")),
                        true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--port=",
                "--port=70000",
                "--port=-1",
                "--fault=fire",
                "--forward=4318",
                "--fualt=drop",
                "--brief=1",
                "brief"
            })
    void parse_ofAnythingElse_namesIt(String argument) {
        assertThatThrownBy(() -> CollectorArguments.parse(argument))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(argument);
    }
}
