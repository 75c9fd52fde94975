package io.sluice.exporter.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sluice.exporter.testing.Fuzzing;
import io.sluice.exporter.testing.Mutations;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AnswerFuzzTest {

    /** What stands in headers and answers. */
    private static final List<byte[]> WORDS = Stream.of(
                    "Sun, 01 Mar 2026 12:00:30 GMT",
                    "99999999999999999999",
                    "-1",
                    "0",
                    "GMT",
                    "\n\6\10\3\22\2no",
                    "\13\14")
            .map(word -> word.getBytes(ISO_8859_1))
            .toList();

    @Test
    void answers_changedAtRandom_haveAMeaning() throws Exception {
        new Fuzzing("answer", List.of(), Mutations.withWords(WORDS)).run(AnswerFuzz::fuzzerTestOneInput);
    }
}
