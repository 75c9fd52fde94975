package io.sluice.runtime.pressure;

import static java.util.Objects.requireNonNull;

/**
 * How a {@link TaskPool} is made.
 *
 * @param name what its tasks are called in failures and dumps
 * @param workers jobs that run at once; at least 1
 * @param queueCapacity jobs that wait; at least 1
 */
public record TaskPoolSettings(String name, int workers, int queueCapacity) {

    public TaskPoolSettings {
        requireNonNull(name, "name");
        if (workers < 1) {
            throw new IllegalArgumentException("workers is " + workers + "; allowed: at least 1");
        }
        if (queueCapacity < 1) {
            throw new IllegalArgumentException("queueCapacity is " + queueCapacity + "; allowed: at least 1");
        }
    }
}
