package io.sluice.runtime.scheduler;

import io.sluice.runtime.HistogramSnapshot;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Counts values by size; see {@link HistogramSnapshot}. Written by one thread, read by any. */
final class Histogram {

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[HistogramSnapshot.BUCKETS];

    void record(long nanos) {
        int bucket = HistogramSnapshot.bucketOf(nanos);
        LONGS.setOpaque(counts, bucket, counts[bucket] + 1);
    }

    HistogramSnapshot snapshot() {
        long[] copy = new long[counts.length];
        for (int bucket = 0; bucket < copy.length; bucket++) {
            copy[bucket] = (long) LONGS.getOpaque(counts, bucket);
        }
        return new HistogramSnapshot(copy);
    }
}
