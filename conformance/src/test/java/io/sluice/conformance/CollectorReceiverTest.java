package io.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every line for servers, asked of the Collector's receiver, for its columns of the page. Runs where {@code
 * -Dconformance.collector} names the program that {@code .ci/run collector} builds.
 */
@EnabledIfSystemProperty(named = "conformance.collector", matches = ".+")
class CollectorReceiverTest extends ReceiverSuite {

    @BeforeAll
    static void run(@TempDir Path folder) throws Exception {
        ask(new CollectorSubject(Path.of(System.getProperty("conformance.collector")), folder));
    }

    @Test
    void lines_wereAskedOverBothProtocols() {
        assertThat(findings.keySet().stream().map(ReceiverPage.Cell::protocol)).contains(Protocol.values());
    }
}
