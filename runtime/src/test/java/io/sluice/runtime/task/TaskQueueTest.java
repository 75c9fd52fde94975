package io.sluice.runtime.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.Poll;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskQueueTest {

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

    private final TaskQueue queue = new TaskQueue();
    private final List<Task<Void>> tasks = new ArrayList<>();

    {
        for (int i = 0; i < 6; i++) {
            tasks.add(new Task<>(NOWHERE, TaskInfo.named("task " + i), cx -> Poll.ready()));
        }
    }

    private List<Task<?>> drained() {
        List<Task<?>> drained = new ArrayList<>();
        Task<?> task;
        while ((task = queue.poll()) != null) {
            drained.add(task);
        }
        return drained;
    }

    @Test
    void poll_empty_isNull() {
        assertThat(queue.poll()).isNull();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void poll_firstInFirstOut() {
        tasks.forEach(queue::add);
        assertThat(queue.size()).isEqualTo(6);
        assertThat(drained()).containsExactlyElementsOf(tasks);
        assertThat(queue.size()).isZero();
        queue.add(tasks.get(0));
        assertThat(drained()).containsExactly(tasks.get(0));
    }

    @Test
    void addAll_movesInOrder() {
        TaskQueue other = new TaskQueue();
        queue.addAll(other);
        other.add(tasks.get(0));
        other.add(tasks.get(1));
        queue.addAll(other);
        other.add(tasks.get(2));
        queue.addAll(other);
        queue.add(tasks.get(3));
        assertThat(other.isEmpty()).isTrue();
        assertThat(queue.size()).isEqualTo(4);
        assertThat(drained()).containsExactlyElementsOf(tasks.subList(0, 4));
    }

    @Test
    void clear_leavesNoLinks() {
        tasks.forEach(queue::add);
        queue.clear();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(tasks).allMatch(task -> task.nextInQueue == null);
    }
}
