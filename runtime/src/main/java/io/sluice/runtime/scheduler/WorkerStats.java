package io.sluice.runtime.scheduler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Counters of one worker: written by its thread only, read by any, without order, for figures and tests. */
final class WorkerStats {

    private static final VarHandle POLLS;
    private static final VarHandle PARKS;
    private static final VarHandle STEALS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            POLLS = lookup.findVarHandle(WorkerStats.class, "polls", long.class);
            PARKS = lookup.findVarHandle(WorkerStats.class, "parks", long.class);
            STEALS = lookup.findVarHandle(WorkerStats.class, "steals", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long polls;
    private long parks;
    private long steals;

    void polled() {
        POLLS.setOpaque(this, polls + 1);
    }

    void parked() {
        PARKS.setOpaque(this, parks + 1);
    }

    void stole() {
        STEALS.setOpaque(this, steals + 1);
    }

    long polls() {
        return (long) POLLS.getOpaque(this);
    }

    long parks() {
        return (long) PARKS.getOpaque(this);
    }

    long steals() {
        return (long) STEALS.getOpaque(this);
    }
}
