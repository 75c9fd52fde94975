package io.sluice.runtime;

/**
 * Told of what one worker does, on its thread: for tracing. Calls of one probe never overlap, though the thread may change
 * ({@link AsyncRuntime#blockInPlace}). Must be quick and must not wait; what it throws is reported and changes nothing.
 */
public interface WorkerProbe {

    /** A poll of {@code task} begins. */
    default void pollBegins(TaskMeta task) {}

    /** The poll has ended; not called if it goes on without the worker. */
    default void pollEnds(TaskMeta task) {}

    /** The worker is about to sleep. */
    default void parks() {}

    /** The worker has slept. */
    default void unparks() {}

    /** The worker has taken {@code tasks} from another one. */
    default void stole(int tasks) {}
}
