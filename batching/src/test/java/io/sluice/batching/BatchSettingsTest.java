package io.sluice.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchSettingsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void settings_acceptTheLowestOfEachRange() {
        BatchSettings settings =
                new BatchSettings(1, 1, 1, 1, Duration.ofNanos(1), Overflow.DROP_NEWEST, Duration.ZERO);

        assertThat(settings.batchItems()).isEqualTo(1);
    }

    @Test
    void settings_outsideTheirRange_nameKeyValueAndRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchSettings(0, 1, 1, 1, SECOND, Overflow.DROP_NEWEST, SECOND))
                .withMessage("maxQueueItems is 0; allowed: at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchSettings(1, 0, 1, 1, SECOND, Overflow.DROP_NEWEST, SECOND))
                .withMessageContaining("batchItems is 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchSettings(1, 2, 1, 1, SECOND, Overflow.DROP_NEWEST, SECOND))
                .withMessage("maxBatchItems is 1; allowed: at least batchItems (2)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchSettings(1, 1, 1, 0, SECOND, Overflow.DROP_NEWEST, SECOND))
                .withMessageContaining("maxBatchBytes is 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchSettings(1, 1, 1, 1, Duration.ZERO, Overflow.DROP_NEWEST, SECOND))
                .withMessageContaining("maxBatchAge is PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchSettings(1, 1, 1, 1, SECOND, Overflow.DROP_NEWEST, SECOND.negated()))
                .withMessageContaining("drainTimeout is PT-1S");
    }

    @Test
    void minBatchInterval_isZeroOrMore_andZeroWhereItIsNotSaid() {
        BatchSettings settings = new BatchSettings(1, 1, 1, 1, SECOND, Overflow.DROP_NEWEST, SECOND);
        assertThat(settings.minBatchInterval()).isZero();
        assertThat(settings.withMinBatchInterval(SECOND).minBatchInterval()).isEqualTo(SECOND);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.withMinBatchInterval(Duration.ofNanos(-1)))
                .withMessage("minBatchInterval is PT-0.000000001S; allowed: zero or more");
    }

    @Test
    void maxQueueItems_isFivePercentOfTheHeap_betweenItsEnds() {
        assertThat(BatchDefaults.maxQueueItems(0)).isEqualTo(2_048);
        assertThat(BatchDefaults.maxQueueItems(512L << 20)).isEqualTo(26_214);
        assertThat(BatchDefaults.maxQueueItems(8L << 30)).isEqualTo(65_536);
        assertThat(BatchDefaults.maxQueueItems(Long.MAX_VALUE)).isEqualTo(65_536);
    }

    @Test
    void defaults_areValid() {
        assertThat(BatchDefaults.settings(BatchDefaults.SPAN_AGE).batchItems()).isEqualTo(512);
    }
}
