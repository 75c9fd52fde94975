package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tasks that at random yield, wake each other, sleep, spawn, go to the blocking pool, throw and are aborted, while
 * outside threads wake them too. Each task ends exactly once, by Ready or by cancel, and nothing is left.
 */
@Timeout(120)
class SchedulerStressTest {

    private static final int TASKS = 2000;

    private final AtomicInteger polledToReady = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger threw = new AtomicInteger();
    private final AtomicInteger uncaught = new AtomicInteger();
    private final AtomicReferenceArray<Waker> wakers = new AtomicReferenceArray<>(TASKS);

    /** One task with a random life. */
    private final class Life implements Future<Integer> {
        private final int number;
        private final SplittableRandom random;
        private int steps;
        private Future<?> child;
        private boolean over;

        Life(int number, SplittableRandom random) {
            this.number = number;
            this.random = random;
            this.steps = random.nextInt(30);
        }

        @Override
        public Poll<Integer> poll(Context cx) throws Exception {
            assertThat(over).as("polled after its end").isFalse();
            wakers.set(number, cx.waker());
            if (child != null) {
                if (child.poll(cx).isPending()) {
                    return Poll.pending();
                }
                child = null;
            }
            while (steps-- > 0) {
                if (!step(cx)) {
                    return Poll.pending();
                }
            }
            over = true;
            polledToReady.incrementAndGet();
            return Poll.ready(number);
        }

        /** False if the task has arranged to be woken and is pending. */
        private boolean step(Context cx) throws Exception {
            switch (random.nextInt(9)) {
                case 0, 1 -> {
                    cx.yieldTurn();
                    return false;
                }
                case 2 -> {
                    cx.waker().wake();
                    return false;
                }
                case 3 -> child = cx.handle().sleep(Duration.ofNanos(random.nextInt(2_000_000)));
                case 4 -> child = cx.handle().spawn(context -> Poll.ready(1));
                case 5 -> child = cx.handle().spawnBlocking(() -> 1);
                case 6 -> {
                    Waker other = wakers.get(random.nextInt(TASKS));
                    if (other != null) {
                        other.wake();
                    }
                    return true;
                }
                case 7 -> {
                    if (random.nextInt(20) == 0) {
                        threw.incrementAndGet();
                        throw new IllegalStateException("on purpose");
                    }
                    return true;
                }
                default -> {
                    return true;
                }
            }
            if (child.poll(cx).isPending()) {
                return false;
            }
            child = null;
            return true;
        }

        @Override
        public void cancel() {
            assertThat(over).as("cancelled twice, or after Ready").isFalse();
            over = true;
            cancelled.incrementAndGet();
            if (child != null) {
                child.cancel();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 2", "2, 3", "4, 4", "8, 5"})
    void lives_endOnceEach_andLeaveNothing(int workers, long seed) throws Exception {
        RuntimeBuilder builder =
                AsyncRuntime.builder().seed(seed).onUncaught((name, failure) -> uncaught.incrementAndGet());
        AsyncRuntime runtime = (workers == 0 ? builder.currentThread() : builder.workerThreads(workers)).build();
        SplittableRandom random = new SplittableRandom(seed);
        List<JoinHandle<Integer>> handles = new ArrayList<>();
        CountDownLatch stop = new CountDownLatch(1);
        Thread outside = outsideWaker(random.split(), stop);
        for (int i = 0; i < TASKS; i++) {
            handles.add(runtime.handle().spawn(new Life(i, random.split())));
            if (random.nextInt(10) == 0) {
                handles.get(random.nextInt(handles.size())).abort();
            }
        }
        Outcomes outcomes = runtime.blockOn(new JoinAll(handles));
        stop.countDown();
        outside.join();
        assertThat(polledToReady.get() + cancelled.get()).isEqualTo(TASKS);
        assertThat(outcomes.ready).isEqualTo(polledToReady.get());
        assertThat(outcomes.failed).isEqualTo(threw.get());
        assertThat(outcomes.aborted).isEqualTo(cancelled.get() - threw.get());
        assertThat(uncaught).hasValue(0);
        assertThat(runtime.shutdown(Duration.ofSeconds(30))).isTrue();
        RuntimeMetrics left = runtime.metrics();
        assertThat(left.aliveTasks()).isZero();
        assertThat(left.timers()).isZero();
        assertThat(left.injectionDepth()).isZero();
        assertThat(left.localDepth()).isZero();
        assertThat(left.blockingThreads()).isZero();
        assertThat(left.blockingDepth()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, 11", "2, 12", "4, 13"})
    void shutdown_inTheMiddle_endsAllOnce(int workers, long seed) throws Exception {
        AsyncRuntime runtime = AsyncRuntime.builder()
                .workerThreads(workers)
                .seed(seed)
                .onUncaught((name, failure) -> uncaught.incrementAndGet())
                .build();
        SplittableRandom random = new SplittableRandom(seed);
        List<JoinHandle<Integer>> handles = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            handles.add(runtime.handle().spawn(new Life(i, random.split())));
            if (i == TASKS / 2) {
                runtime.shutdownInBackground();
            }
        }
        assertThat(runtime.shutdown(Duration.ofSeconds(30))).isTrue();
        assertThat(handles).allMatch(JoinHandle::isFinished);
        assertThat(polledToReady.get() + cancelled.get()).isEqualTo(TASKS);
        assertThat(runtime.metrics().aliveTasks()).isZero();
        assertThat(runtime.metrics().timers()).isZero();
    }

    /** For as long as {@code -Dsluice.stress.seconds} says, with other seeds each time. */
    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void lives_forAWhile_endOnceEach() throws Exception {
        long seconds = Long.getLong("sluice.stress.seconds", 2);
        long first = new SplittableRandom().nextLong();
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (long seed = first; System.nanoTime() - deadlineNanos < 0; seed++) {
            int workers = (int) Math.floorMod(seed, 5);
            SchedulerStressTest round = new SchedulerStressTest();
            try {
                if (workers > 0 && seed % 3 == 0) {
                    round.shutdown_inTheMiddle_endsAllOnce(workers, seed);
                } else {
                    round.lives_endOnceEach_andLeaveNothing(workers, seed);
                }
            } catch (Throwable failure) {
                throw new AssertionError("failed with " + workers + " workers and seed " + seed, failure);
            }
        }
    }

    private Thread outsideWaker(SplittableRandom random, CountDownLatch stop) {
        Thread thread = new Thread(() -> {
            try {
                while (!stop.await(50, TimeUnit.MICROSECONDS)) {
                    Waker waker = wakers.get(random.nextInt(TASKS));
                    if (waker != null) {
                        waker.wake();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        return thread;
    }

    private static final class Outcomes {
        int ready;
        int failed;
        int aborted;
    }

    private static final class JoinAll implements Future<Outcomes> {
        private final List<JoinHandle<Integer>> handles;
        private final Outcomes outcomes = new Outcomes();
        private int next;

        JoinAll(List<JoinHandle<Integer>> handles) {
            this.handles = handles;
        }

        @Override
        public Poll<Outcomes> poll(Context cx) {
            while (next < handles.size()) {
                try {
                    if (handles.get(next).poll(cx).isPending()) {
                        return Poll.pending();
                    }
                    outcomes.ready++;
                } catch (JoinException e) {
                    if (e.isCancelled()) {
                        outcomes.aborted++;
                    } else {
                        outcomes.failed++;
                    }
                }
                next++;
            }
            return Poll.ready(outcomes);
        }
    }
}
