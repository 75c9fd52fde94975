package io.sluice.runtime;

import java.time.Duration;
import java.util.List;

/**
 * A poll that holds its worker for longer than the runtime's watchdog allows.
 *
 * @param soFar how long the poll had run when it was found
 * @param thread the worker's thread
 * @param stack where it was then
 */
public record LongPoll(TaskMeta task, Duration soFar, Thread thread, List<StackTraceElement> stack) {

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder("task ").append(task.id()).append(" \"").append(task.name());
        text.append("\" has been polled for ")
                .append(soFar.toMillis())
                .append(" ms on ")
                .append(thread.getName());
        stack.forEach(
                frame -> text.append(System.lineSeparator()).append("    at ").append(frame));
        return text.toString();
    }
}
