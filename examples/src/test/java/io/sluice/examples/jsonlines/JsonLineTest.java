package io.sluice.examples.jsonlines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLineTest {

    @Test
    void parse_readsAnAccountLine() {
        JsonLine line =
                JsonLine.parse("{\"hop\":\"agent\",\"offered\":12,\"refused\":{\"queue_full\":3},\"dropped\":{}}");

        assertThat(line.text("hop")).isEqualTo("agent");
        assertThat(line.number("offered")).isEqualTo(12);
        assertThat(line.numbers("refused")).isEqualTo(Map.of("queue_full", 3L));
        assertThat(line.numbers("dropped")).isEmpty();
    }

    @Test
    void parse_readsWhatToStringWrote() {
        JsonLine line = JsonLine.of(
                "text",
                "a \"quoted\" \\ back\nslash \u0001 é \uD83D\uDE00",
                "number",
                Long.MIN_VALUE,
                "truth",
                true,
                "object",
                JsonLine.of("inner", 1L));

        assertThat(JsonLine.parse(line.toString())).isEqualTo(line);
        assertThat(line.truth("truth")).isTrue();
    }

    @Test
    void parse_readsBlanksAndEscapes() {
        assertThat(JsonLine.parse(" { \"a\" : \"\\u0041\\/\\t\" , \"b\" : false } ")
                        .text("a"))
                .isEqualTo("A/\t");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}}",
                "[]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1.5}",
                "{\"a\":null}",
                "{\"a\":tru}",
                "{\"a\":\"x}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1,}",
                "{\"a\":99999999999999999999}",
                "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}}}}}}}}"
            })
    void parse_ofAnythingElse_saysWhere(String text) {
        assertThatThrownBy(() -> JsonLine.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at character");
    }

    @Test
    void field_thatIsMissingOrOfAnotherKind_isNamed() {
        JsonLine line = JsonLine.parse("{\"a\":\"x\"}");

        assertThatThrownBy(() -> line.number("a")).hasMessageContaining("\"a\"");
        assertThatThrownBy(() -> line.text("b")).hasMessageContaining("\"b\"");
        assertThatThrownBy(() -> line.numbers("a")).hasMessageContaining("\"a\"");
    }
}
