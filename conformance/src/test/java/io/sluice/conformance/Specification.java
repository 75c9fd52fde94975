package io.sluice.conformance;

import java.util.List;
import java.util.stream.Stream;

/** Every line for clients that shows outside of them, in the order of the page. */
final class Specification {

    private Specification() {}

    static List<Requirement> lines() {
        return Stream.of(
                        EncodingLines.lines(),
                        SizeLines.lines(),
                        FailureLines.lines(),
                        ThrottlingLines.lines(),
                        ConnectionLines.lines(),
                        ConcurrencyLines.lines(),
                        OptionLines.lines())
                .flatMap(List::stream)
                .toList();
    }
}
