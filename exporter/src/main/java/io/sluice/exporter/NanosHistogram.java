package io.sluice.exporter;

import io.sluice.runtime.HistogramSnapshot;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts durations by size. Any thread; meant for what happens once a request, not once an item. */
final class NanosHistogram {

    private final AtomicLongArray counts = new AtomicLongArray(HistogramSnapshot.BUCKETS);

    void record(long nanos) {
        counts.incrementAndGet(HistogramSnapshot.bucketOf(nanos));
    }

    HistogramSnapshot snapshot() {
        long[] copy = new long[HistogramSnapshot.BUCKETS];
        for (int bucket = 0; bucket < copy.length; bucket++) {
            copy[bucket] = counts.get(bucket);
        }
        return new HistogramSnapshot(copy);
    }
}
