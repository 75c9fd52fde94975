package io.sluice.runtime;

import static java.util.Objects.requireNonNull;

/**
 * How a task is spawned.
 *
 * @param name what the task is called in failures and dumps
 * @param priority how soon it runs compared with others
 */
public record TaskOptions(String name, Priority priority) {

    public TaskOptions {
        requireNonNull(name, "name");
        requireNonNull(priority, "priority");
    }

    public static TaskOptions named(String name) {
        return new TaskOptions(name, Priority.NORMAL);
    }

    public TaskOptions withPriority(Priority level) {
        return new TaskOptions(name, level);
    }
}
