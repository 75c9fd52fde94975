package io.sluice.runtime;

/**
 * Told, during a poll that only asks what a task waits for, of each leaf future that the poll reaches. The leaf returns
 * pending without doing anything, and the task is polled again as usual afterwards. Follows
 * {@code tokio::runtime::task::trace}.
 */
@FunctionalInterface
public interface TraceSink {

    /** Called on the polling thread, inside the leaf's poll: the stack says where. */
    void waitsHere();
}
