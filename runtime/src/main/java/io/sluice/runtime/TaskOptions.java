package io.sluice.runtime;

import static java.util.Objects.requireNonNull;

/**
 * How a task is spawned.
 *
 * @param name what the task is called in failures and dumps
 */
public record TaskOptions(String name) {

    public TaskOptions {
        requireNonNull(name, "name");
    }

    public static TaskOptions named(String name) {
        return new TaskOptions(name);
    }
}
