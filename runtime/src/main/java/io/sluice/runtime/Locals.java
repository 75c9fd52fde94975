package io.sluice.runtime;

import org.jspecify.annotations.Nullable;

/**
 * The values of task locals that a poll sees: an immutable list, the innermost scope first, so that handing it to a
 * spawned task costs a reference. Few are set at a time, so that looking for one is a short walk.
 */
public final class Locals {

    private final TaskLocal<?> key;
    private final Object value;
    private final @Nullable Locals outer;

    <T> Locals(TaskLocal<T> key, T value, @Nullable Locals outer) {
        this.key = key;
        this.value = value;
        this.outer = outer;
    }

    @SuppressWarnings("unchecked") // a key is stored only with a value of its own type
    static <T> @Nullable T find(@Nullable Locals innermost, TaskLocal<T> key) {
        for (Locals locals = innermost; locals != null; locals = locals.outer) {
            if (locals.key == key) {
                return (T) locals.value;
            }
        }
        return null;
    }
}
