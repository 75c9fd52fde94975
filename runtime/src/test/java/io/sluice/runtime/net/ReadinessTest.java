package io.sluice.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadinessTest {

    @Test
    void clear_forgetsOneDirection() {
        Readiness readiness = new Readiness(Readiness.READ | Readiness.WRITE);

        readiness.clear(Readiness.READ, readiness.observe());

        assertThat(Readiness.isReady(readiness.observe(), Readiness.READ)).isFalse();
        assertThat(Readiness.isReady(readiness.observe(), Readiness.WRITE)).isTrue();
    }

    @Test
    void clear_afterAnEventThatCameSince_keepsIt() {
        Readiness readiness = new Readiness(Readiness.READ);
        int observed = readiness.observe();

        readiness.markReady(Readiness.READ);
        readiness.clear(Readiness.READ, observed);

        assertThat(Readiness.isReady(readiness.observe(), Readiness.READ)).isTrue();
    }

    @Test
    void clear_acrossTheWrapOfTheEventCount_leavesTheFlagsAlone() {
        int largestCount = -8;
        Readiness readiness = new Readiness(largestCount | Readiness.READ);
        int observed = readiness.observe();
        readiness.markReady(Readiness.WRITE);

        assertThat(Readiness.isReady(readiness.observe(), Readiness.READ)).isTrue();
        assertThat(Readiness.isReady(readiness.observe(), Readiness.WRITE)).isTrue();
        assertThat(Readiness.isClosed(readiness.observe())).isFalse();
        readiness.clear(Readiness.READ, observed);
        assertThat(Readiness.isReady(readiness.observe(), Readiness.READ)).isTrue();
    }

    @Test
    void markReady_tellsWhatWasReadyAlready() {
        Readiness readiness = new Readiness(Readiness.WRITE);

        assertThat(readiness.markReady(Readiness.READ | Readiness.WRITE)).isEqualTo(Readiness.WRITE);
        assertThat(readiness.markReady(Readiness.READ)).isEqualTo(Readiness.READ);
    }

    @Test
    void close_makesEveryDirectionReadyForGood() {
        Readiness readiness = new Readiness(0);

        readiness.close();
        readiness.clear(Readiness.READ, readiness.observe());

        assertThat(Readiness.isReady(readiness.observe(), Readiness.READ)).isTrue();
        assertThat(Readiness.isReady(readiness.observe(), Readiness.WRITE)).isTrue();
        assertThat(Readiness.isClosed(readiness.observe())).isTrue();
    }
}
