package io.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every line for servers, asked of the sidecar, which keeps each. */
class SidecarConformanceTest extends ReceiverSuite {

    @BeforeAll
    static void run() throws Exception {
        ask(new SidecarSubject());
    }

    @TestFactory
    Stream<DynamicTest> sidecar_keepsEveryLine() {
        return findings.entrySet().stream().map(each -> {
            String name = each.getKey().line() + " (" + each.getKey().protocol() + ")";
            return DynamicTest.dynamicTest(
                    name, () -> assertThat(each.getValue()).as(name).isEqualTo(Finding.met()));
        });
    }
}
