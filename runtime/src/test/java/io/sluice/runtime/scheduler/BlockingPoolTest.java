package io.sluice.runtime.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.Poll;
import io.sluice.runtime.task.Task;
import io.sluice.runtime.task.TaskInfo;
import io.sluice.runtime.testkit.TestWaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BlockingPoolTest {

    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final List<Throwable> uncaught = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> made = Collections.synchronizedList(new ArrayList<>());
    private BlockingPool pool = poolOf(2, LONG_NANOS);

    private BlockingPool poolOf(int maxThreads, long keepAliveNanos) {
        return new BlockingPool(
                maxThreads,
                keepAliveNanos,
                work -> {
                    Thread thread = new Thread(null, work, "blocking", 0, false);
                    thread.setDaemon(true);
                    thread.setContextClassLoader(null);
                    made.add(thread);
                    return thread;
                },
                (name, failure) -> uncaught.add(failure));
    }

    @AfterEach
    void end() throws InterruptedException {
        pool.close();
        assertThat(pool.awaitEnd(LONG_NANOS)).isTrue();
        assertThat(made).noneMatch(Thread::isAlive);
    }

    private <T> Task<T> spawn(Callable<T> work) {
        Task<T> task = new Task<>(pool, TaskInfo.named("work"), cx -> Poll.ready(work.call()));
        pool.spawn(task);
        return task;
    }

    private <T> T join(Task<T> task) throws Exception {
        TestWaker waker = new TestWaker();
        Poll<T> poll = task.poll(Context.of(waker));
        if (poll.isPending()) {
            assertThat(waker.awaitWoken(Duration.ofSeconds(30))).isTrue();
            poll = task.poll(Context.of(waker));
        }
        return poll.get();
    }

    private void awaitIdle(int count) {
        long deadline = System.nanoTime() + LONG_NANOS;
        while (pool.metrics().idle() != count && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(pool.metrics().idle()).isEqualTo(count);
    }

    @Test
    void spawn_idleThread_isUsedAgain() throws Exception {
        for (int i = 0; i < 50; i++) {
            int number = i;
            assertThat(join(spawn(() -> number))).isEqualTo(i);
            awaitIdle(1);
        }
        assertThat(made).hasSize(1);
    }

    @Test
    void spawn_allBusy_startsUpToTheCap_thenQueues() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        List<Task<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            tasks.add(spawn(() -> release.await(30, TimeUnit.SECONDS)));
        }
        assertThat(pool.metrics().threads()).isEqualTo(2);
        assertThat(made).hasSize(2);
        release.countDown();
        for (Task<Boolean> task : tasks) {
            assertThat(join(task)).isTrue();
        }
        awaitIdle(2);
        assertThat(pool.metrics().queued()).isZero();
    }

    @Test
    void keepAlive_idleThread_ends() throws Exception {
        pool.close();
        pool = poolOf(2, TimeUnit.MILLISECONDS.toNanos(1));
        join(spawn(() -> 1));
        long deadline = System.nanoTime() + LONG_NANOS;
        while (pool.metrics().threads() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(pool.metrics()).isEqualTo(new BlockingPool.Metrics(0, 0, 0));
        assertThat(join(spawn(() -> 2))).isEqualTo(2);
    }

    @Test
    void close_cancelsWhatHasNotStarted_andLetsTheRestEnd() throws Exception {
        CountDownLatch started = new CountDownLatch(2);
        CountDownLatch release = new CountDownLatch(1);
        List<Task<Boolean>> running = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            running.add(spawn(() -> {
                started.countDown();
                return release.await(30, TimeUnit.SECONDS);
            }));
        }
        assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
        Task<Integer> queued = spawn(() -> 1);
        pool.close();
        assertThatThrownBy(() -> join(queued))
                .isInstanceOfSatisfying(
                        JoinException.class, e -> assertThat(e.isCancelled()).isTrue());
        assertThat(pool.awaitEnd(1)).isFalse();
        release.countDown();
        for (Task<Boolean> task : running) {
            assertThat(join(task)).isTrue();
        }
    }

    @Test
    void abort_beforeTheStart_neverRuns_afterIt_changesNothing() throws Exception {
        CountDownLatch started = new CountDownLatch(2);
        CountDownLatch release = new CountDownLatch(1);
        Task<Boolean> first = spawn(() -> {
            started.countDown();
            return release.await(30, TimeUnit.SECONDS);
        });
        Task<Boolean> second = spawn(() -> {
            started.countDown();
            return release.await(30, TimeUnit.SECONDS);
        });
        Task<Boolean> queued = spawn(() -> {
            throw new AssertionError("was aborted");
        });
        assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
        queued.abort();
        first.abort();
        release.countDown();
        assertThat(join(first)).isTrue();
        assertThat(join(second)).isTrue();
        assertThatThrownBy(() -> join(queued))
                .isInstanceOfSatisfying(
                        JoinException.class, e -> assertThat(e.isCancelled()).isTrue());
    }

    @Test
    void work_thatLeavesItsMarkOnTheThread_isTidiedUpAfter() throws Exception {
        join(spawn(() -> {
            Thread.currentThread().setContextClassLoader(BlockingPoolTest.class.getClassLoader());
            Thread.currentThread().interrupt();
            return null;
        }));
        awaitIdle(1);
        assertThat(join(spawn(() -> Thread.currentThread().isInterrupted()))).isFalse();
        assertThat(made).hasSize(1);
        awaitIdle(1);
        assertThat(made.get(0).getContextClassLoader()).isNull();
    }

    @Test
    void detachedFailure_isReported() throws Exception {
        Task<Object> failing = spawn(() -> {
            throw new IllegalStateException("unseen");
        });
        failing.detach();
        join(spawn(() -> 1));
        awaitIdle(made.size());
        assertThat(uncaught).singleElement().extracting(Throwable::getMessage).isEqualTo("unseen");
    }
}
