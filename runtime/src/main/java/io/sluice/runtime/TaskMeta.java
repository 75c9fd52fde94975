package io.sluice.runtime;

import java.util.Optional;

/**
 * What a runtime knows of a task from its birth.
 *
 * @param id a number that no other task of this process has had
 * @param name as given to {@link TaskOptions}, {@code "task"} without
 * @param spawnedAt the line of code that spawned it, if the runtime was built with
 *     {@link RuntimeBuilder#recordSpawnSites}
 */
public record TaskMeta(long id, String name, Priority priority, Optional<StackTraceElement> spawnedAt) {}
