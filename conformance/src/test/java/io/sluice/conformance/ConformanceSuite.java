package io.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** All lines, asked of both clients over both protocols: Sluice keeps each, and the page says what was seen of either. */
@Timeout(180)
abstract class ConformanceSuite {

    /** Failures are what the scenarios are made of. Held, for the logging holds it weakly. */
    private static final Logger QUIET = Logger.getLogger("io.opentelemetry");

    private static final List<Requirement> LINES = Specification.lines();

    /** Of the table that is being made; the classes run one after another. */
    private static String table;

    private static Map<Run.Cell, Finding> findings;

    /** Makes the table of this name. */
    static void run(String name, Peers peers) throws Exception {
        QUIET.setLevel(Level.OFF);
        table = name;
        findings = Run.of(LINES, peers);
    }

    @TestFactory
    Stream<DynamicTest> sluice_keepsEveryLine() {
        return findings.entrySet().stream()
                .filter(cell -> cell.getKey().column().product() == Product.SLUICE)
                .filter(cell -> cell.getValue().outcome() != Finding.Outcome.NOT_SHOWN)
                .map(cell -> DynamicTest.dynamicTest(
                        cell.getKey().requirement() + " (" + cell.getKey().column() + ")",
                        () -> assertThat(cell.getValue())
                                .as(cell.getKey().requirement() + " ("
                                        + cell.getKey().column() + ")")
                                .isEqualTo(Finding.met())));
    }

    @Test
    void page_saysWhatTheRunSaw() throws Exception {
        Page.compare(table, LINES, findings);
    }
}
