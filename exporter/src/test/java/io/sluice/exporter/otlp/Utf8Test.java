package io.sluice.exporter.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {

    private static void matchesTheJdk(String text) {
        byte[] expected = text.getBytes(UTF_8);
        int length = Utf8.length(text);
        assertThat(Utf8.bytes(length)).isEqualTo(expected.length);
        byte[] actual = new byte[expected.length + 2];
        assertThat(Utf8.write(text, length, actual, 1)).isEqualTo(1 + expected.length);
        assertThat(java.util.Arrays.copyOfRange(actual, 1, 1 + expected.length)).isEqualTo(expected);
        assertThat(actual[0]).isZero();
        assertThat(actual[actual.length - 1]).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ascii",
                "\u007f\u0080",
                "\u07ff\u0800\uffff",
                "\uD83D\uDE80",
                "\uD83D",
                "\uDE80x",
                "x\uD83D",
                "\uD83D\uD83D\uDE80"
            })
    void write_edges_matchTheJdk(String text) {
        matchesTheJdk(text);
    }

    @Test
    void write_randomChars_matchTheJdk() {
        Random random = new Random(3);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(12);
            for (int i = 0; i < length; i++) {
                text.append((char) (random.nextBoolean() ? random.nextInt(0x10000) : 0xD800 + random.nextInt(0x800)));
            }
            matchesTheJdk(text.toString());
        }
    }
}
