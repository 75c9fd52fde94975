package io.sluice.runtime.collect;

import io.sluice.runtime.JoinException;
import org.jspecify.annotations.Nullable;

/**
 * How a task ended.
 *
 * @param <T> the task's result
 */
public sealed interface Joined<T> {

    /** The number of the task, see {@link AbortHandle#id}. */
    long taskId();

    /**
     * The result, which may be null.
     *
     * @throws JoinException if the task failed or was aborted
     */
    @Nullable
    T get() throws JoinException;

    /** With a result. */
    record Done<T>(long taskId, @Nullable T value) implements Joined<T> {
        @Override
        public @Nullable T get() {
            return value;
        }
    }

    /** Without one: it was aborted or its poll threw. */
    record Failed<T>(JoinException failure) implements Joined<T> {
        @Override
        public long taskId() {
            return failure.taskId();
        }

        @Override
        public T get() throws JoinException {
            throw failure;
        }
    }
}
