package io.sluice.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.exporter.testing.Fuzzing;
import io.sluice.exporter.testing.Mutations;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SettingsFuzzTest {

    private static final List<byte[]> WORDS = Stream.of(
                    "\n",
                    "=",
                    "36500d",
                    "9223372036854775807",
                    "1e308",
                    "NaN",
                    "MiB",
                    "ms",
                    "http://",
                    "[::1]:1",
                    "%zz",
                    ",")
            .map(word -> word.getBytes(UTF_8))
            .toList();

    @Test
    void settings_changedAtRandom_loadOrAreRefused() throws Exception {
        List<byte[]> more = new ArrayList<>();
        for (int i = 0; i < Keys.all().size(); i++) {
            for (String value : List.of("1", "5s", "true", "http://localhost:1/a", "a=b,c=d", "127.0.0.1:80")) {
                more.add((i + "=" + value).getBytes(UTF_8));
            }
        }
        new Fuzzing("settings", more, Mutations.withWords(WORDS)).run(SettingsFuzz::fuzzerTestOneInput);
    }
}
