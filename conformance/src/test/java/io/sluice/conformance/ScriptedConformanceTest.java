package io.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every line, asked of both clients over both protocols, against peers that do what the line is about. */
class ScriptedConformanceTest {

    /** Failures are what the scenarios are made of. Held, for the logging holds it weakly. */
    private static final Logger QUIET = Logger.getLogger("io.opentelemetry");

    private static final List<Requirement> LINES = Specification.lines();
    private static Map<Run.Cell, Finding> findings;

    @BeforeAll
    static void run(@TempDir Path folder) throws Exception {
        QUIET.setLevel(Level.OFF);
        findings = Run.of(LINES, new ScriptedPeers(), folder);
    }

    @TestFactory
    Stream<DynamicTest> sluice_keepsEveryLine() {
        return findings.entrySet().stream()
                .filter(cell -> cell.getKey().column().product() == Product.SLUICE)
                .filter(cell -> cell.getValue().outcome() != Finding.Outcome.NOT_SHOWN)
                .map(cell -> DynamicTest.dynamicTest(
                        cell.getKey().requirement() + " (" + cell.getKey().column() + ")",
                        () -> assertThat(cell.getValue()).isEqualTo(Finding.met())));
    }

    @Test
    void page_saysWhatTheRunSaw() throws Exception {
        Page.compare("scripted peers", LINES, findings);
    }
}
