package io.sluice.runtime;

import java.util.List;

/**
 * What one task was doing when somebody asked.
 *
 * @param phase {@code READY} (in a run queue), {@code RUNNING} (being polled), {@code WAITING} (until something wakes it)
 * @param waitsFor for a waiting task, one stack for each leaf future that it waits for, from the leaf outwards to the
 *     task's own future; for a running task, the stack of its thread where that is known; otherwise empty
 */
public record TaskDump(TaskMeta task, String phase, List<List<StackTraceElement>> waitsFor) {

    /** The task and, line by line, what it waits for. */
    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder("task ").append(task.id()).append(" \"").append(task.name());
        text.append("\" ").append(phase).append(" ").append(task.priority());
        task.spawnedAt().ifPresent(site -> text.append(", spawned at ").append(site));
        for (List<StackTraceElement> stack : waitsFor) {
            text.append(System.lineSeparator()).append("  for");
            stack.forEach(
                    frame -> text.append(System.lineSeparator()).append("    ").append(frame));
        }
        return text.toString();
    }
}
