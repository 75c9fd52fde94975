package io.sluice.exporter.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import java.time.Duration;

/**
 * Any bytes in a status' details are a RetryInfo within its limits, or none. {@code fuzzerTestOneInput} is what fuzzers
 * call.
 */
public final class RetryInfoFuzz {

    private RetryInfoFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Metadata trailers = new Metadata();
        trailers.put(RetryInfo.DETAILS, input);
        RetryInfo.of(trailers)
                .flatMap(RetryInfo::delay)
                .ifPresent(delay -> assertThat(delay).isBetween(Duration.ZERO, RetryInfo.LONGEST));
    }
}
