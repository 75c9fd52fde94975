package io.sluice.runtime.task;

import io.sluice.runtime.Future;

/**
 * A task that remembers when it became ready, for runtimes that measure how long tasks wait for their poll. A class of
 * its own, so that other tasks do not carry the field.
 */
public final class TimedTask<T> extends Task<T> {

    /** Written by who queues the task, read by who polls it; the queue lies in between. */
    private long readySinceNanos = UNKNOWN_NANOS;

    public TimedTask(TaskScheduler scheduler, TaskInfo info, Future<T> future) {
        super(scheduler, info, future);
    }

    @Override
    public void readyNow(long nowNanos) {
        readySinceNanos = nowNanos;
    }

    @Override
    public long readySinceNanos() {
        return readySinceNanos;
    }
}
