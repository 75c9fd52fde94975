package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HistogramSnapshotTest {

    @Test
    void buckets_meetWithoutGapOrOverlap() {
        for (int bucket = 1; bucket < HistogramSnapshot.BUCKETS; bucket++) {
            long last = HistogramSnapshot.upperBoundNanos(bucket - 1);
            assertThat(HistogramSnapshot.bucketOf(last)).isEqualTo(bucket - 1);
            assertThat(HistogramSnapshot.bucketOf(last + 1)).isEqualTo(bucket);
        }
        assertThat(HistogramSnapshot.upperBoundNanos(HistogramSnapshot.BUCKETS - 1))
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anyValue_isAtMostAQuarterBelowItsBucketsEnd() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100_000; i++) {
            long value = random.nextLong() >>> (1 + random.nextInt(62));
            long bound = HistogramSnapshot.upperBoundNanos(HistogramSnapshot.bucketOf(value));
            assertThat(bound).isGreaterThanOrEqualTo(value);
            assertThat(bound - value).isLessThanOrEqualTo(value / 4);
        }
    }

    @Test
    void quantiles_ofKnownValues() {
        long[] counts = new long[HistogramSnapshot.BUCKETS];
        counts[HistogramSnapshot.bucketOf(2)] = 90;
        counts[HistogramSnapshot.bucketOf(1000)] = 10;
        HistogramSnapshot histogram = new HistogramSnapshot(counts);
        assertThat(histogram.count()).isEqualTo(100);
        assertThat(histogram.quantileNanos(0)).isEqualTo(2);
        assertThat(histogram.quantileNanos(0.9)).isEqualTo(2);
        assertThat(histogram.quantileNanos(0.91)).isBetween(1000L, 1250L);
        assertThat(histogram.plus(histogram).count()).isEqualTo(200);
    }

    @Test
    void nothingRecorded_isZero_andNegativeValuesCountAsZero() {
        assertThat(HistogramSnapshot.empty().quantileNanos(1)).isZero();
        assertThat(HistogramSnapshot.bucketOf(-5)).isZero();
        assertThatThrownBy(() -> HistogramSnapshot.empty().quantileNanos(1.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1.1");
    }
}
