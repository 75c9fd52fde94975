package io.sluice.conformance;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The lines that a real Collector can bring about, with its own receivers at the far end. Runs where
 * {@code -Dconformance.collector} names the program that {@code .ci/run collector} builds.
 */
@EnabledIfSystemProperty(named = "conformance.collector", matches = ".+")
class CollectorConformanceTest extends ConformanceSuite {

    private static CollectorPeers collector;

    @BeforeAll
    static void run(@TempDir Path folder) throws Exception {
        Path program = Path.of(System.getProperty("conformance.collector"));
        collector = new CollectorPeers(program, Identities.issue(folder), folder);
        run("the Collector", collector);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        collector.close();
    }
}
