package io.sluice.runtime.time;

/** The timers of one runtime. */
public final class TimeDriver {

    private final Clock clock;

    public TimeDriver(Clock clock) {
        this.clock = clock;
    }

    public Clock clock() {
        return clock;
    }
}
