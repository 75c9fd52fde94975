package io.sluice.runtime.task;

/** What a task was found doing. */
public enum TaskPhase {
    /** In a run queue. */
    READY,
    /** Being polled. */
    RUNNING,
    /** Until somebody wakes it. */
    WAITING,
    ENDED
}
