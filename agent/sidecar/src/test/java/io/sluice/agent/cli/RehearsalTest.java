package io.sluice.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class RehearsalTest {

    @Test
    void rehearsal_sendsRequestsOfEachKind_andFindsThemAtTheFarEnd() {
        StringWriter err = new StringWriter();

        assertThat(Rehearsal.run(new PrintWriter(err, true))).as(err.toString()).isZero();
    }
}
