package io.sluice.benchmarks;

/**
 * Durations in nanoseconds, counted in buckets 1/128 of a power of two wide (less than 1 % error). One thread writes; read after it
 * has been joined.
 */
public final class LatencyHistogram {

    private static final int SUB_BITS = 7;

    private final long[] counts = new long[64 << SUB_BITS];
    private long total;

    /** Counts one duration; a negative one as zero. */
    public void record(long nanos) {
        counts[index(Math.max(0, nanos))]++;
        total++;
    }

    /** Counts all of {@code other} too. */
    public void add(LatencyHistogram other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        total += other.total;
    }

    /** How many were counted. */
    public long count() {
        return total;
    }

    /** Lower edge of the bucket that holds the quantile; 0 when empty. */
    public long quantile(double q) {
        long rank = (long) Math.ceil(q * total);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank && seen > 0) {
                return lowerEdge(i);
            }
        }
        return 0;
    }

    private static int index(long nanos) {
        int log = 63 - Long.numberOfLeadingZeros(nanos | 1);
        if (log < SUB_BITS) {
            return (int) nanos;
        }
        int sub = (int) (nanos >>> (log - SUB_BITS)) & ((1 << SUB_BITS) - 1);
        return ((log - SUB_BITS + 1) << SUB_BITS) + sub;
    }

    private static long lowerEdge(int index) {
        int block = index >>> SUB_BITS;
        int sub = index & ((1 << SUB_BITS) - 1);
        return block == 0 ? sub : ((long) ((1 << SUB_BITS) + sub)) << (block - 1);
    }
}
