package io.sluice.runtime;

import java.util.Arrays;

/**
 * How often values of each size were seen, in nanoseconds; a copy that does not change.
 *
 * <p>Four buckets to each doubling, so a figure read from here is at most a quarter above what was recorded. Follows the
 * logarithmic histogram of {@code tokio::runtime::metrics::histogram::h2_histogram}.
 */
public final class HistogramSnapshot {

    private static final int SUB_BITS = 2;
    private static final int SUBS = 1 << SUB_BITS;

    /** Of every histogram. */
    public static final int BUCKETS = bucketOf(Long.MAX_VALUE) + 1;

    private static final HistogramSnapshot EMPTY = new HistogramSnapshot(new long[BUCKETS]);

    private final long[] counts;

    /** @param counts by bucket; not copied, not changed any more */
    public HistogramSnapshot(long[] counts) {
        this.counts = counts;
    }

    /** Of nothing: what is returned where nothing is recorded. */
    public static HistogramSnapshot empty() {
        return EMPTY;
    }

    /** The bucket that {@code nanos} belongs to; negative values count as 0. */
    public static int bucketOf(long nanos) {
        if (nanos < SUBS) {
            return (int) Math.max(0, nanos);
        }
        int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
        int sub = (int) (nanos >>> (exponent - SUB_BITS)) & (SUBS - 1);
        return ((exponent - SUB_BITS + 1) << SUB_BITS) + sub;
    }

    /** The largest value that belongs to {@code bucket}. */
    public static long upperBoundNanos(int bucket) {
        if (bucket < SUBS) {
            return bucket;
        }
        int exponent = (bucket >>> SUB_BITS) + SUB_BITS - 1;
        long sub = bucket & (SUBS - 1);
        return ((SUBS + sub + 1) << (exponent - SUB_BITS)) - 1;
    }

    /** How many values were recorded. */
    public long count() {
        return Arrays.stream(counts).sum();
    }

    /** How many values belong to {@code bucket}. */
    public long count(int bucket) {
        return counts[bucket];
    }

    /**
     * A value that at least {@code share} of the recorded ones do not exceed, to a quarter; 0 if nothing was recorded.
     *
     * @param share from 0 to 1: 0.5 for the median
     */
    public long quantileNanos(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share is " + share + "; allowed: 0 to 1");
        }
        long wanted = Math.max(1, (long) Math.ceil(share * count()));
        long seen = 0;
        for (int bucket = 0; bucket < counts.length; bucket++) {
            seen += counts[bucket];
            if (seen >= wanted) {
                return upperBoundNanos(bucket);
            }
        }
        return 0;
    }

    /** Both together. */
    public HistogramSnapshot plus(HistogramSnapshot other) {
        long[] sums = counts.clone();
        for (int bucket = 0; bucket < sums.length; bucket++) {
            sums[bucket] += other.counts[bucket];
        }
        return new HistogramSnapshot(sums);
    }

    @Override
    public String toString() {
        return "count " + count() + ", p50 " + quantileNanos(0.5) + " ns, p99 " + quantileNanos(0.99) + " ns, max "
                + quantileNanos(1) + " ns";
    }
}
