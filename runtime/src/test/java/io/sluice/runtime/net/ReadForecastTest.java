package io.sluice.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadForecastTest {

    private final ReadForecast forecast = new ReadForecast();

    /** A message that fills the buffer, and the read that finds nothing behind it. */
    private void dryRun() {
        assertThat(forecast.read(64, 64)).isFalse();
        assertThat(forecast.read(0, 64)).isTrue();
    }

    @Test
    void lessThanAskedFor_isTheLast() {
        assertThat(forecast.read(10, 64)).isTrue();
        assertThat(forecast.read(0, 64)).isTrue();
    }

    @Test
    void endOfStream_isNoForecast() {
        assertThat(forecast.read(-1, 64)).isFalse();
    }

    @Test
    void fullReads_thatFlow_areNeverTakenForTheLast() {
        for (int i = 0; i < 1000; i++) {
            assertThat(forecast.read(64, 64)).isFalse();
        }
    }

    @Test
    void fullReads_withNothingBehindThem_areTakenForTheLast_andTriedOutNowAndThen() {
        dryRun();
        dryRun();
        int trials = 0;
        for (int i = 0; i < 170; i++) {
            if (!forecast.read(64, 64)) {
                trials++;
                assertThat(forecast.read(0, 64)).isTrue();
            }
        }
        assertThat(trials).isBetween(9, 11);
    }

    @Test
    void trialThatFindsMore_endsTheForecast() {
        dryRun();
        dryRun();
        assertThat(forecast.read(64, 64)).isFalse(); // the trial
        assertThat(forecast.read(64, 64)).isFalse(); // and there was more
        for (int i = 0; i < 100; i++) {
            assertThat(forecast.read(64, 64)).isFalse();
        }
    }
}
