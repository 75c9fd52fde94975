package io.sluice.runtime.task;

/** Where a task goes when it wants to be polled. Implemented by the schedulers and by the blocking pool. */
public interface TaskScheduler {

    /** Queues a task that became ready. Any thread; never waits, never throws. */
    void schedule(Task<?> task);

    /** Queues a task that was woken while it ran: at the back, so that it does not run again before others. */
    void scheduleYielded(Task<?> task);

    /** Takes the task off the list of what lives here; called once, when its future is released. */
    void released(Task<?> task);

    /** A failure that nobody will see through a handle. Must not throw. */
    void uncaught(Task<?> task, Throwable failure);
}
