package io.sluice.exporter.otlp;

import io.sluice.exporter.Signal;
import io.sluice.exporter.testing.Fuzzing;
import io.sluice.exporter.testing.Mutations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OtlpFuzzTest {

    @Test
    void requests_changedAtRandom_agreeWithTheParser() throws Exception {
        List<byte[]> more = new ArrayList<>();
        for (Signal signal : Signal.values()) {
            for (int seed = 0; seed < 60; seed++) {
                byte[] request = Requests.random(signal, seed, 5);
                more.add(Mutations.replace(request, 0, 0, new byte[] {(byte) signal.ordinal()}));
            }
        }
        new Fuzzing("otlp", more, OtlpFuzzTest::mutate).run(OtlpFuzz::fuzzerTestOneInput);
    }

    private static byte[] mutate(byte[] input, Random random) {
        if (input.length < 2 || random.nextInt(4) == 0) {
            return Mutations.bytes(input, random);
        }
        byte[] request = FieldMutation.apply(Arrays.copyOfRange(input, 1, input.length), random);
        return Mutations.replace(input, 1, input.length - 1, request);
    }
}
