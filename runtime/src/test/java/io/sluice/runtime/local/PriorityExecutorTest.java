package io.sluice.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Yield;
import io.sluice.runtime.testkit.StepRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PriorityExecutorTest {

    private final List<String> order = new ArrayList<>();

    private Future<Void> noting(String what) {
        return cx -> {
            order.add(what);
            return Poll.ready();
        };
    }

    @Test
    void readyTasks_highestFirst_equalsInTheirOrder() {
        try (StepRuntime runtime = new StepRuntime();
                PriorityExecutor executor = PriorityExecutor.start(runtime.handle(), 1)) {
            executor.spawn(0, noting("lowest"));
            executor.spawn(128, noting("middle 1"));
            executor.spawn(128, noting("middle 2"));
            executor.spawn(255, noting("highest"));
            executor.spawn(64, noting("low"));
            runtime.run();
            assertThat(order).containsExactly("highest", "middle 1", "middle 2", "low", "lowest");
        }
    }

    @Test
    void lowest_underAFlood_isPolledWithin61Turns() {
        try (StepRuntime runtime = new StepRuntime();
                PriorityExecutor executor = PriorityExecutor.start(runtime.handle(), 1)) {
            for (int i = 0; i < 4; i++) {
                executor.spawn(255, cx -> {
                    order.add("flood");
                    cx.waker().wake();
                    return Poll.pending();
                });
            }
            executor.spawn(0, noting("lowest"));
            runtime.runUntil(() -> order.contains("lowest"));
            assertThat(order.indexOf("lowest")).isLessThanOrEqualTo(61);
        }
    }

    @Test
    void task_thatWaits_isWokenIntoItsLevel() throws Exception {
        try (StepRuntime runtime = new StepRuntime();
                PriorityExecutor executor = PriorityExecutor.start(runtime.handle(), 1)) {
            Future<Void> nap = runtime.handle().sleep(Duration.ofMillis(10));
            JoinHandle<Void> handle = executor.spawn(3, nap);
            runtime.run();
            assertThat(handle.isFinished()).isFalse();
            runtime.advance(Duration.ofMillis(10));
            assertThat(handle.isFinished()).isTrue();
            assertThat(executor.size()).isZero();
        }
    }

    @Test
    void close_endsTasks_andThoseThatComeLater() {
        try (StepRuntime runtime = new StepRuntime()) {
            PriorityExecutor executor = PriorityExecutor.start(runtime.handle(), 2);
            JoinHandle<Void> waiting = executor.spawn(9, cx -> Poll.pending());
            runtime.run();
            executor.close();
            runtime.run();
            assertThat(waiting.isFinished()).isTrue();
            assertThat(executor.spawn(9, noting("late")).isFinished()).isTrue();
            assertThat(order).isEmpty();
            assertThat(runtime.runtime().metrics().aliveTasks()).isZero();
        }
    }

    @Test
    void runtimeEnds_tasksEndToo() {
        AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build();
        PriorityExecutor executor = PriorityExecutor.start(runtime.handle(), 2);
        JoinHandle<Void> waiting = executor.spawn(9, cx -> Poll.pending());
        assertThat(runtime.shutdown(Duration.ofSeconds(30))).isTrue();
        assertThat(waiting.isFinished()).isTrue();
        assertThat(executor.spawn(1, noting("late")).isFinished()).isTrue();
    }

    @Test
    void values_outOfRange_areRefused() {
        try (StepRuntime runtime = new StepRuntime();
                PriorityExecutor executor = PriorityExecutor.start(runtime.handle(), 1)) {
            assertThatThrownBy(() -> executor.spawn(256, noting("never")))
                    .hasMessage("priority is 256; allowed: 0 to 255");
            assertThatThrownBy(() -> PriorityExecutor.start(runtime.handle(), 0))
                    .hasMessage("parallelism is 0; allowed: at least 1");
        }
    }

    @Test
    void stress_manyTasksOnTwoWorkers_eachEndsOnce() throws Exception {
        SplittableRandom random = new SplittableRandom(5);
        AtomicInteger ended = new AtomicInteger();
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build();
                PriorityExecutor executor = PriorityExecutor.start(runtime.handle(), 2)) {
            List<JoinHandle<Void>> handles = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                JoinHandle<Void> handle = executor.spawn(random.nextInt(256), new Steps(random.nextInt(5), ended));
                handles.add(handle);
                if (i % 50 == 0) {
                    handle.abort();
                }
            }
            int aborted = 0;
            for (JoinHandle<Void> handle : handles) {
                try {
                    runtime.blockOn(handle);
                } catch (JoinException e) {
                    assertThat(e.isCancelled()).isTrue();
                    aborted++;
                }
            }
            assertThat(ended.get() + aborted).isEqualTo(5_000);
            assertThat(executor.size()).isZero();
        }
    }

    /** Yields so many times. */
    private static final class Steps implements Future<Void> {
        private final AtomicInteger ended;
        private int left;
        private Yield yield;

        Steps(int left, AtomicInteger ended) {
            this.left = left;
            this.ended = ended;
        }

        @Override
        public Poll<Void> poll(Context cx) {
            for (; left > 0; left--) {
                yield = yield == null ? Yield.now() : yield;
                if (yield.poll(cx).isPending()) {
                    return Poll.pending();
                }
                yield = null;
            }
            ended.incrementAndGet();
            return Poll.ready();
        }
    }
}
