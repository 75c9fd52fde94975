package io.sluice.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FailureLogTest {

    private final List<String> lines = new ArrayList<>();
    private long nowNanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(30);
    private final FailureLog log = new FailureLog(
            "traces to here",
            (level, message, thrown) -> lines.add(level + " " + message + (thrown == null ? "" : " " + thrown)),
            Runnable::run,
            () -> nowNanos);

    @Test
    void outage_isToldAtItsBeginning_onceAMinute_andAtItsEnd() {
        log.attemptFailed("connection refused");
        for (int i = 0; i < 59; i++) {
            advanceSeconds(1);
            log.attemptFailed("connection refused");
        }
        assertThat(lines)
                .containsExactly("WARNING traces to here: export failed, will be tried again: connection refused");
        lines.clear();

        advanceSeconds(1);
        log.attemptFailed("no route");
        log.attemptFailed("no route");
        advanceSeconds(5);
        log.answered();
        log.answered();

        assertThat(lines)
                .containsExactly(
                        "WARNING traces to here: 61 attempts failed in 60 s, the last: no route",
                        "INFO traces to here: answers again after 65 s and 62 failed attempts");
    }

    @Test
    void outage_thatComesAndGoes_isToldOnceAMinute() {
        for (int i = 0; i < 30; i++) {
            log.attemptFailed("reset");
            log.answered();
            advanceSeconds(1);
        }
        assertThat(lines).hasSize(2);
        advanceSeconds(30);
        log.attemptFailed("reset");
        log.answered();

        assertThat(lines).hasSize(4);
    }

    @Test
    void answered_withoutAFailure_saysNothing() {
        log.answered();

        assertThat(lines).isEmpty();
    }

    @Test
    void repeats_areSummedUpInTheNextLine() {
        log.rejected(5, "400 bad data");
        log.rejected(6, "400 bad data");
        log.rejected(7, "400 bad data");
        advanceSeconds(60);
        log.rejected(1, "400 bad data");
        advanceSeconds(60);
        log.rejected(2, "400 bad data");

        assertThat(lines)
                .containsExactly(
                        "WARNING traces to here: 5 items rejected: 400 bad data",
                        "WARNING traces to here: 1 items rejected: 400 bad data (and 13 since the last such line)",
                        "WARNING traces to here: 2 items rejected: 400 bad data");
    }

    @Test
    void kinds_areToldSeparately() {
        log.lost(1, "too large");
        log.partlyRejected(2, "no");
        log.broken(3, "the encoder threw", new IllegalStateException("boom"));

        assertThat(lines)
                .containsExactly(
                        "WARNING traces to here: 1 items dropped: too large",
                        "WARNING traces to here: 2 items rejected (partial success): no",
                        "ERROR traces to here: 3 items affected: the encoder threw java.lang.IllegalStateException: boom");
    }

    @Test
    void drainBegan_isTold_ifTheDestinationDoesNotAnswerAndSomethingIsHeld() {
        log.drainBegan(10, TimeUnit.SECONDS.toNanos(10));
        log.attemptFailed("connection refused");
        log.drainBegan(0, TimeUnit.SECONDS.toNanos(10));
        lines.clear();
        log.drainBegan(10, TimeUnit.SECONDS.toNanos(10));

        assertThat(lines)
                .containsExactly(
                        "WARNING traces to here: 10 items are held and the last 1 attempts failed; trying for 10 s"
                                + " at most");
        lines.clear();
        log.answered();
        log.drainBegan(10, TimeUnit.SECONDS.toNanos(10));
        assertThat(lines).containsExactly("INFO traces to here: answers again after 0 s and 1 failed attempts");
    }

    @Test
    void refusedSoFar_tellsTheGrowth() {
        log.refusedSoFar(0);
        assertThat(lines).isEmpty();
        log.refusedSoFar(10);
        log.refusedSoFar(25);
        advanceSeconds(60);
        log.refusedSoFar(30);

        assertThat(lines)
                .containsExactly(
                        "WARNING traces to here: 10 items refused, or dropped to make room: the inbox is full or closed",
                        "WARNING traces to here: 20 items refused, or dropped to make room: the inbox is full or closed");
    }

    private void advanceSeconds(long seconds) {
        nowNanos += TimeUnit.SECONDS.toNanos(seconds);
    }
}
