package io.sluice.exporter.grpc;

import io.sluice.exporter.testing.Fuzzing;
import io.sluice.exporter.testing.Mutations;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryInfoFuzzTest {

    @Test
    void details_changedAtRandom_areWithinTheirLimits() throws Exception {
        List<byte[]> more = List.of(
                StatusDetails.retryInfo(1, 500_000_000),
                StatusDetails.retryInfo(-5, 0),
                StatusDetails.retryInfo(Long.MAX_VALUE, 999_999_999),
                StatusDetails.retryInfoWithoutDelay());
        new Fuzzing("retry_info", more, Mutations::bytes).run(RetryInfoFuzz::fuzzerTestOneInput);
    }
}
