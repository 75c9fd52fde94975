package io.sluice.runtime.scheduler;

import io.sluice.runtime.Poll;
import io.sluice.runtime.task.Task;
import io.sluice.runtime.task.TaskInfo;
import io.sluice.runtime.task.TaskScheduler;
import java.util.ArrayList;
import java.util.List;

/** Tasks that belong to no runtime, with consecutive ids, for tests of queues. */
final class TestTasks {

    private static final TaskScheduler NOWHERE = new TaskScheduler() {
        @Override
        public void schedule(Task<?> task) {}

        @Override
        public void scheduleYielded(Task<?> task) {}

        @Override
        public void released(Task<?> task) {}

        @Override
        public void uncaught(Task<?> task, Throwable failure) {}
    };

    private TestTasks() {}

    static synchronized List<Task<?>> make(int count) {
        List<Task<?>> tasks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            tasks.add(new Task<>(NOWHERE, TaskInfo.named("queued"), cx -> Poll.ready()));
        }
        return tasks;
    }
}
