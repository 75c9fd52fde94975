package io.sluice.runtime.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class LocalQueueTest {

    private final LocalQueue queue = new LocalQueue();
    private final InjectionQueue overflow = new InjectionQueue();
    private final List<Task<?>> tasks = TestTasks.make(2000);

    private void push(int from, int to) {
        for (int i = from; i < to; i++) {
            queue.push(tasks.get(i), overflow);
        }
    }

    private static List<Task<?>> drain(LocalQueue queue) {
        List<Task<?>> out = new ArrayList<>();
        Task<?> task;
        while ((task = queue.pop()) != null) {
            out.add(task);
        }
        return out;
    }

    private List<Task<?>> drainOverflow() {
        List<Task<?>> out = new ArrayList<>();
        Task<?> task;
        while ((task = overflow.pop()) != null) {
            out.add(task);
        }
        return out;
    }

    @Test
    void pop_empty_isNull() {
        assertThat(queue.pop()).isNull();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void pop_firstInFirstOut_acrossTheEdgeOfTheRing() {
        for (int round = 0; round < 5; round++) {
            push(0, 200);
            assertThat(queue.size()).isEqualTo(200);
            assertThat(drain(queue)).isEqualTo(tasks.subList(0, 200));
        }
        assertThat(overflow.isEmpty()).isTrue();
    }

    @Test
    void push_full_keepsTheOlderHalfAndGivesTheNewerAway() {
        push(0, LocalQueue.CAPACITY + 1);
        assertThat(drain(queue)).isEqualTo(tasks.subList(0, 128));
        assertThat(drainOverflow()).isEqualTo(tasks.subList(128, 257));
    }

    @Test
    void push_atCapacity_doesNotOverflow() {
        push(0, LocalQueue.CAPACITY);
        assertThat(overflow.isEmpty()).isTrue();
        assertThat(queue.remainingSlots()).isZero();
        assertThat(drain(queue)).hasSize(LocalQueue.CAPACITY);
    }

    @Test
    void steal_takesHalfRoundedUp_andReturnsTheLast() {
        LocalQueue thief = new LocalQueue();
        push(0, 5);
        assertThat((Object) queue.stealInto(thief)).isSameAs(tasks.get(2));
        assertThat(drain(thief)).isEqualTo(tasks.subList(0, 2));
        assertThat(drain(queue)).isEqualTo(tasks.subList(3, 5));
    }

    @Test
    void steal_single_returnsIt() {
        LocalQueue thief = new LocalQueue();
        push(0, 1);
        assertThat((Object) queue.stealInto(thief)).isSameAs(tasks.get(0));
        assertThat(thief.isEmpty()).isTrue();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void steal_intoMoreThanHalfFull_isRefused() {
        LocalQueue thief = new LocalQueue();
        for (int i = 0; i < 129; i++) {
            thief.push(tasks.get(1000 + i), overflow);
        }
        push(0, 100);
        assertThat((Object) queue.stealInto(thief)).isNull();
        assertThat(queue.size()).isEqualTo(100);
    }

    /** One owner that pushes and pops, two thieves: every task comes out exactly once, somewhere. */
    @Test
    void steal_beside_pushAndPop_losesAndDoublesNothing() throws Exception {
        int count = 400_000;
        AtomicIntegerArray seen = new AtomicIntegerArray(count);
        List<Task<?>> many = TestTasks.make(count);
        long firstId = many.get(0).id();
        AtomicBoolean done = new AtomicBoolean();
        List<Throwable> failures = new ArrayList<>();
        List<Thread> thieves = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            Thread thief = new Thread(() -> {
                LocalQueue mine = new LocalQueue();
                while (!done.get() || !queue.isEmpty()) {
                    Task<?> task = queue.stealInto(mine);
                    while (task != null) {
                        seen.incrementAndGet((int) (task.id() - firstId));
                        task = mine.pop();
                    }
                    Thread.onSpinWait();
                }
            });
            thief.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
            thief.start();
            thieves.add(thief);
        }
        for (int i = 0; i < count; i++) {
            queue.push(many.get(i), overflow);
            if (i % 3 == 0) {
                Task<?> task = queue.pop();
                if (task != null) {
                    seen.incrementAndGet((int) (task.id() - firstId));
                }
            }
        }
        for (Task<?> task : drain(queue)) {
            seen.incrementAndGet((int) (task.id() - firstId));
        }
        done.set(true);
        for (Thread thief : thieves) {
            thief.join();
        }
        for (Task<?> task : drainOverflow()) {
            seen.incrementAndGet((int) (task.id() - firstId));
        }
        assertThat(failures).isEmpty();
        for (int i = 0; i < count; i++) {
            assertThat(seen.get(i)).as("task %d", i).isEqualTo(1);
        }
    }
}
