package io.sluice.runtime;

import org.jspecify.annotations.Nullable;

/** Why a task ended without a result: it was aborted, or its poll threw {@link #getCause()}. */
public final class JoinException extends Exception {

    private static final long serialVersionUID = 1L;

    private final long taskId;
    private final boolean cancelled;

    private JoinException(String message, @Nullable Throwable cause, long taskId, boolean cancelled) {
        super(message, cause);
        this.taskId = taskId;
        this.cancelled = cancelled;
    }

    /** The task was aborted, or its runtime shut down before it ended. */
    public static JoinException cancelled(long taskId) {
        return new JoinException("task " + taskId + " was cancelled", null, taskId, true);
    }

    /** The task's poll, or its cancel, threw {@code cause}. */
    public static JoinException failed(long taskId, Throwable cause) {
        return new JoinException("task " + taskId + " failed: " + cause, cause, taskId, false);
    }

    public long taskId() {
        return taskId;
    }

    public boolean isCancelled() {
        return cancelled;
    }
}
