package io.sluice.runtime;

/**
 * How soon a task runs once it is ready, compared with the other tasks of its runtime.
 *
 * <p>Urgent tasks run before normal ones, normal ones before background ones. None of them waits for ever: however busy
 * the others are, each level that has a ready task gets one poll out of every {@value #POLLS_PER_GUARANTEE} polls of a
 * worker, and within a level the task that has waited longest is next. Tokio has no counterpart; its users ask for one
 * (tokio-rs/tokio#3150).
 */
public enum Priority {
    /** For the little that must not wait behind the rest: heartbeats, cancellation, answers to probes. */
    URGENT,
    NORMAL,
    /** For what may wait while anything else is ready. */
    BACKGROUND;

    /** A worker polls at most this often until the oldest ready task of each level has had its turn. */
    public static final int POLLS_PER_GUARANTEE = 61;
}
