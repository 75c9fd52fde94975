package io.sluice.runtime.task;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Locals;
import io.sluice.runtime.Priority;
import org.jspecify.annotations.Nullable;

/**
 * What a task is given at its birth and keeps.
 *
 * @param locals inherited from who spawned it
 * @param spawnedAt the line that spawned it, where that is recorded
 */
public record TaskInfo(
        String name,
        Priority priority,
        @Nullable Locals locals,
        @Nullable StackTraceElement spawnedAt) {

    private static final TaskInfo UNNAMED = new TaskInfo("task", Priority.NORMAL, null, null);

    public TaskInfo {
        requireNonNull(name, "name");
        requireNonNull(priority, "priority");
    }

    /** Of most tasks: nothing special, and one object for them all. */
    public static TaskInfo unnamed() {
        return UNNAMED;
    }

    public static TaskInfo named(String name) {
        return new TaskInfo(name, Priority.NORMAL, null, null);
    }
}
