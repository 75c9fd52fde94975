package io.sluice.conformance;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All lines for servers, asked of one receiver over both protocols; the page says what was seen of it. */
@Timeout(120)
abstract class ReceiverSuite {

    /** Of the receiver that is being asked; the classes run one after another. */
    static Map<ReceiverPage.Cell, Finding> findings = Map.of();

    private static ReceiverSubject subject;

    /** Asks all lines of it. */
    static void ask(ReceiverSubject receiver) throws Exception {
        subject = receiver;
        Map<ReceiverPage.Cell, Finding> seen = new LinkedHashMap<>();
        try (ReceiverCaller caller = new ReceiverCaller(receiver)) {
            for (ReceiverLine line : ReceiverLines.all()) {
                for (Protocol protocol : line.protocols()) {
                    seen.put(
                            new ReceiverPage.Cell(line, protocol),
                            observe(line, new ReceiverStage(receiver, caller, protocol)));
                }
            }
        }
        findings = seen;
    }

    private static Finding observe(ReceiverLine line, ReceiverStage stage) {
        try {
            return line.scenario().observe(stage);
        } catch (Exception e) {
            new AssertionError(stage.protocol() + ": " + line, e).printStackTrace();
            return Finding.notMet("The scenario failed: " + e);
        }
    }

    @Test
    void page_saysWhatTheRunSaw() throws Exception {
        ReceiverPage.compare(subject.title(), findings);
    }

    @AfterAll
    static void end() {
        subject.close();
    }
}
