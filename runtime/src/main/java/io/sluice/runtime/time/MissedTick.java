package io.sluice.runtime.time;

/** What an {@link Interval} does when its owner comes more than 5 ms late for a tick. Tokio's three behaviours. */
public enum MissedTick {
    /** Ticks without pause until it has caught up; the schedule stays as it was. */
    BURST,
    /** The next tick is one period after now. */
    DELAY,
    /** The next tick is the next multiple of the period, counted from the start, that lies after now. */
    SKIP
}
