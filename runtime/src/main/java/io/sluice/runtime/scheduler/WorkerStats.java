package io.sluice.runtime.scheduler;

import io.sluice.runtime.HistogramSnapshot;
import io.sluice.runtime.WorkerMetrics;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Counters of one worker: written by its thread only, read by any, without order, for figures and tests. */
final class WorkerStats {

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    // Places in the array; it begins and ends with room, so that two workers' figures share no cache line.
    private static final int MARGIN = 16;
    private static final int POLLS = MARGIN;
    private static final int SCHEDULED = MARGIN + 1;
    private static final int PARKS = MARGIN + 2;
    private static final int PARK_UNPARKS = MARGIN + 3;
    private static final int NOOPS = MARGIN + 4;
    private static final int STOLEN = MARGIN + 5;
    private static final int STEAL_OPERATIONS = MARGIN + 6;
    private static final int OVERFLOWS = MARGIN + 7;
    private static final int FORCED_YIELDS = MARGIN + 8;
    private static final int BUSY_NANOS = MARGIN + 9;
    private static final int MEAN_POLL_NANOS = MARGIN + 10;
    private static final int END = MARGIN + 11;

    private final long[] figures = new long[END + MARGIN];

    /** Polls when this worker woke up last: to tell whether it was for nothing. Worker thread only. */
    private long pollsWhenWoken = -1;

    void polled() {
        add(POLLS, 1);
    }

    /** A task was queued on this worker's own thread. */
    void scheduled() {
        add(SCHEDULED, 1);
    }

    void parked(long polls) {
        add(PARKS, 1);
        if ((get(PARK_UNPARKS) & 1) == 0) {
            add(PARK_UNPARKS, 1);
        }
        if (polls == pollsWhenWoken) {
            add(NOOPS, 1);
        }
        pollsWhenWoken = polls;
    }

    void unparked() {
        add(PARK_UNPARKS, 1);
    }

    void stole(int tasks) {
        add(STEAL_OPERATIONS, 1);
        add(STOLEN, tasks);
    }

    void busy(long nanos) {
        add(BUSY_NANOS, nanos);
    }

    void meanPoll(double nanos) {
        set(MEAN_POLL_NANOS, (long) nanos);
    }

    void forcedYields(long total) {
        set(FORCED_YIELDS, total);
    }

    void overflows(long total) {
        set(OVERFLOWS, total);
    }

    long polls() {
        return get(POLLS);
    }

    long parks() {
        return get(PARKS);
    }

    long steals() {
        return get(STEAL_OPERATIONS);
    }

    WorkerMetrics snapshot(int localDepth, HistogramSnapshot pollNanos, HistogramSnapshot waitNanos) {
        return new WorkerMetrics(
                localDepth,
                get(POLLS),
                get(SCHEDULED),
                get(PARKS),
                get(PARK_UNPARKS),
                get(NOOPS),
                get(STOLEN),
                get(STEAL_OPERATIONS),
                get(OVERFLOWS),
                get(FORCED_YIELDS),
                get(BUSY_NANOS),
                get(MEAN_POLL_NANOS),
                pollNanos,
                waitNanos);
    }

    private void add(int figure, long more) {
        LONGS.setOpaque(figures, figure, figures[figure] + more);
    }

    private void set(int figure, long value) {
        LONGS.setOpaque(figures, figure, value);
    }

    private long get(int figure) {
        return (long) LONGS.getOpaque(figures, figure);
    }
}
