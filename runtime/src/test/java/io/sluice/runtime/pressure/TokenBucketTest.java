package io.sluice.runtime.pressure;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.testkit.ManualClock;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

    private static final long SECOND = 1_000_000_000L;

    /** Close to where the clock wraps. */
    private final long start = new ManualClock(Long.MAX_VALUE - 3 * SECOND).nanoTime();

    @Test
    void bucket_isFullAtFirst_andHoldsNoMoreThanTheBurst() {
        TokenBucket bucket = new TokenBucket(10, 5, start);
        assertThat(bucket.available(start)).isEqualTo(5);
        assertThat(bucket.take(6, start)).isFalse();
        assertThat(bucket.take(5, start)).isTrue();
        assertThat(bucket.take(1, start)).isFalse();
        assertThat(bucket.available(start + 100 * SECOND)).isEqualTo(5);
    }

    @Test
    void permits_comeAtTheRate_toTheNanosecond() {
        for (double rate : new double[] {0.1, 1, 3, 7, 10, 333, 1e6, 0.3, 1.0 / 3}) {
            TokenBucket bucket = new TokenBucket(rate, 1, start);
            assertThat(bucket.take(1, start)).isTrue();
            long nanos = bucket.nanosUntil(1, start);
            assertThat((double) nanos).isBetween(1e9 / rate - 6, 1e9 / rate + 1);
            if (nanos > 10) {
                assertThat(bucket.take(1, start + nanos - 10)).isFalse();
            }
            assertThat(bucket.take(1, start + nanos)).isTrue();
        }
    }

    @Test
    void nanosUntil_alreadyThere_isZero() {
        assertThat(new TokenBucket(1, 2, start).nanosUntil(2, start)).isZero();
    }

    @Test
    void clock_thatGoesBackwards_bringsNothing() {
        TokenBucket bucket = new TokenBucket(10, 1, start);
        bucket.take(1, start);
        assertThat(bucket.take(1, start - 5 * SECOND)).isFalse();
        assertThat(bucket.nanosUntil(1, start)).isEqualTo(SECOND / 10);
    }

    @Test
    void setRate_countsWhatCameUntilThenAtTheOldRate() {
        TokenBucket bucket = new TokenBucket(10, 10, start);
        bucket.take(10, start);
        bucket.setRate(2, start + SECOND / 2);
        assertThat(bucket.available(start + SECOND / 2)).isEqualTo(5);
        assertThat(bucket.available(start + SECOND / 2 + SECOND)).isEqualTo(7);
        assertThat(bucket.rate()).isEqualTo(2);
    }

    /** However it is asked, over a long time as many permits come as the rate says, and never more. */
    @Test
    void permits_takenInOddSteps_addUpToTheRate() {
        Random random = new Random(7);
        TokenBucket bucket = new TokenBucket(777, 50, start);
        long now = start;
        long taken = 0;
        while (now - start < 1000 * SECOND) {
            now += random.nextInt(20_000_000);
            int wanted = 1 + random.nextInt(10);
            while (bucket.take(wanted, now)) {
                taken += wanted;
            }
        }
        double seconds = (now - start) / 1e9;
        assertThat((double) taken).isBetween(777 * seconds - 50, 777 * seconds + 51);
    }
}
