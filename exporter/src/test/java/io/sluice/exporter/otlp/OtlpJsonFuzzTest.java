package io.sluice.exporter.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.exporter.Signal;
import io.sluice.exporter.testing.Fuzzing;
import io.sluice.exporter.testing.Mutations;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OtlpJsonFuzzTest {

    private static final List<byte[]> WORDS = Stream.of(
                    "null",
                    "{}",
                    "[]",
                    "\"\"",
                    "0",
                    "-1",
                    "1e3",
                    "1.0",
                    "\"NaN\"",
                    "\"-Infinity\"",
                    "18446744073709551615",
                    "\"18446744073709551616\"",
                    "true",
                    "\"kind\":2,",
                    "\"unknown\":[{}],",
                    "\"intValue\":\"7\",",
                    "\"bytesValue\":\"_-8=\",",
                    "\"traceId\":\"5b8efff798038103d269b633813fc60c\",",
                    "\\ud83d",
                    "ż",
                    ",",
                    ":")
            .map(word -> word.getBytes(UTF_8))
            .toList();

    @Test
    void requests_changedAtRandom_agreeWithProtobufsOwnJson() throws Exception {
        List<byte[]> more = new ArrayList<>();
        for (Signal signal : Signal.values()) {
            for (int seed = 0; seed < 60; seed++) {
                byte[] json =
                        OtlpJsonText.of(RandomMessages.request(signal, seed)).getBytes(UTF_8);
                more.add(Mutations.replace(json, 0, 0, new byte[] {(byte) signal.ordinal()}));
            }
        }
        new Fuzzing("otlp_json", more, Mutations.withWords(WORDS)).run(OtlpJsonFuzz::fuzzerTestOneInput);
    }
}
