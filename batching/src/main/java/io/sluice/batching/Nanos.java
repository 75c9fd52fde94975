package io.sluice.batching;

import java.time.Duration;

/** Durations of settings as nanoseconds that can be added to a clock. */
final class Nanos {

    /** Stands for anything longer, "for ever" included. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private Nanos() {}

    static long of(Duration duration) {
        return duration.compareTo(LONGEST) < 0 ? duration.toNanos() : LONGEST.toNanos();
    }
}
