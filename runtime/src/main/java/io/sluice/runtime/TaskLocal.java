package io.sluice.runtime;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value that belongs to a task and to the tasks that it spawns: a trace context, a tenant, a deadline.
 *
 * <p>{@link #scope} sets it while a future is polled. A task spawned meanwhile, or blocking work given away, begins with
 * the values of who spawned it and keeps them; what its parent sets afterwards does not reach it. Values are handed on by
 * reference: make them immutable. One reference each; a value is released with the last task that inherited it.
 *
 * <p>{@link #get()} works wherever a runtime polls or runs blocking work, on any thread, and is empty elsewhere. Unlike
 * {@code tokio::task_local}, values are inherited by spawn (asked for in tokio-rs/tokio#2396).
 *
 * @param <T> immutable
 */
public final class TaskLocal<T> {

    private final String name;

    private TaskLocal(String name) {
        this.name = requireNonNull(name, "name");
    }

    /** A new key, equal to no other; {@code name} is for people. */
    public static <T> TaskLocal<T> named(String name) {
        return new TaskLocal<>(name);
    }

    /** The value that the current poll sees; empty if none was set, or if the thread polls nothing. */
    public Optional<T> get() {
        Context current = Current.context();
        return current == null ? Optional.empty() : get(current);
    }

    /** As {@link #get()}, for code that has its context at hand. */
    public Optional<T> get(Context cx) {
        return Optional.ofNullable(Locals.find(cx.locals(), this));
    }

    /** {@code future}, which, like the tasks it spawns, sees {@code value}. */
    public <R> Future<R> scope(T value, Future<R> future) {
        return new Scope<>(this, requireNonNull(value, "value"), requireNonNull(future, "future"));
    }

    @Override
    public String toString() {
        return "TaskLocal[" + name + "]";
    }

    /** Owner only. */
    private static final class Scope<T, R> implements Future<R> {

        private final TaskLocal<T> key;
        private final T value;
        private final Future<R> inner;

        Scope(TaskLocal<T> key, T value, Future<R> inner) {
            this.key = key;
            this.value = value;
            this.inner = inner;
        }

        @Override
        public Poll<R> poll(Context cx) throws Exception {
            @Nullable Locals outer = cx.locals();
            cx.setLocals(new Locals(key, value, outer));
            try {
                return inner.poll(cx);
            } finally {
                cx.setLocals(outer);
            }
        }

        @Override
        public void cancel() {
            inner.cancel();
        }
    }
}
