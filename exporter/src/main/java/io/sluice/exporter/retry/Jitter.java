package io.sluice.exporter.retry;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Where the randomness of waits comes from: numbers from 0 (inclusive) to 1 (exclusive). Any thread.
 */
@FunctionalInterface
public interface Jitter {

    double next();

    /** The same sequence for the same seed, without locks: SplitMix64 over a shared counter. */
    static Jitter seeded(long seed) {
        AtomicLong state = new AtomicLong(seed);
        return () -> (mix(state.getAndAdd(0x9E3779B97F4A7C15L)) >>> 11) * 0x1.0p-53;
    }

    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
