package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What both flavours promise, on real threads and real time. */
@Timeout(60)
class AsyncRuntimeTest {

    enum Flavour {
        CURRENT_THREAD,
        ONE_WORKER,
        FOUR_WORKERS,
        WITHOUT_IO;

        RuntimeBuilder builder() {
            return switch (this) {
                case CURRENT_THREAD -> AsyncRuntime.builder().currentThread();
                case ONE_WORKER -> AsyncRuntime.builder().workerThreads(1);
                case FOUR_WORKERS -> AsyncRuntime.builder().workerThreads(4);
                case WITHOUT_IO -> AsyncRuntime.builder().workerThreads(2).enableIo(false);
            };
        }
    }

    /** Gives way {@code times} times. */
    private static Future<Integer> yielding(int times) {
        return new Future<>() {
            private int left = times;

            @Override
            public Poll<Integer> poll(Context cx) {
                if (left == 0) {
                    return Poll.ready(times);
                }
                left--;
                cx.waker().wake();
                return Poll.pending();
            }
        };
    }

    private static <T> Future<List<T>> joinAll(List<JoinHandle<T>> handles) {
        return new Future<>() {
            private final List<T> values = new ArrayList<>();

            @Override
            public Poll<List<T>> poll(Context cx) throws Exception {
                while (values.size() < handles.size()) {
                    Poll<T> poll = handles.get(values.size()).poll(cx);
                    if (poll.isPending()) {
                        return Poll.pending();
                    }
                    values.add(poll.get());
                }
                return Poll.ready(values);
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void spawn_manyYieldingTasks_allEnd(Flavour flavour) throws Exception {
        try (AsyncRuntime runtime = flavour.builder().build()) {
            List<JoinHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                handles.add(runtime.handle().spawn(yielding(i % 50)));
            }
            List<Integer> values = runtime.blockOn(joinAll(handles));
            for (int i = 0; i < 2000; i++) {
                assertThat(values.get(i)).isEqualTo(i % 50);
            }
            assertThat(runtime.metrics().aliveTasks()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void spawn_insideATask_overflowsAndEndsAll(Flavour flavour) throws Exception {
        try (AsyncRuntime runtime = flavour.builder().build()) {
            JoinHandle<List<Integer>> outer = runtime.handle().spawn(new Future<>() {
                private Future<List<Integer>> all;

                @Override
                public Poll<List<Integer>> poll(Context cx) throws Exception {
                    if (all == null) {
                        List<JoinHandle<Integer>> handles = new ArrayList<>();
                        for (int i = 0; i < 1000; i++) {
                            handles.add(cx.handle().spawn(yielding(3)));
                        }
                        all = joinAll(handles);
                    }
                    return all.poll(cx);
                }
            });
            assertThat(runtime.blockOn(outer)).hasSize(1000);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sleep_neverEarly(Flavour flavour) throws Exception {
        try (AsyncRuntime runtime = flavour.builder().build()) {
            long start = System.nanoTime();
            runtime.blockOn(runtime.handle().sleep(Duration.ofMillis(30)));
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(30_000_000L);
            assertThat(runtime.metrics().timers()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void timeout_cancelsTheInner(Flavour flavour) throws Exception {
        AtomicInteger cancels = new AtomicInteger();
        Future<Void> never = new Future<>() {
            @Override
            public Poll<Void> poll(Context cx) {
                return Poll.pending();
            }

            @Override
            public void cancel() {
                cancels.incrementAndGet();
            }
        };
        try (AsyncRuntime runtime = flavour.builder().build()) {
            Future<Void> limited = runtime.handle().timeout(Duration.ofMillis(5), never);
            assertThatThrownBy(() -> runtime.blockOn(limited)).isInstanceOf(TimeoutException.class);
        }
        assertThat(cancels).hasPositiveValue();
    }

    @ParameterizedTest
    @EnumSource
    void spawnBlocking_returnsItsValueOrFailure(Flavour flavour) throws Exception {
        try (AsyncRuntime runtime = flavour.builder().build()) {
            assertThat(runtime.blockOn(runtime.handle().spawnBlocking(() -> 42)))
                    .isEqualTo(42);
            JoinHandle<Object> failing = runtime.handle().spawnBlocking(() -> {
                throw new IllegalStateException("on purpose");
            });
            assertThatThrownBy(() -> runtime.blockOn(failing)).hasRootCauseMessage("on purpose");
        }
    }

    @ParameterizedTest
    @EnumSource
    void blockOn_failing_cancelsTheFuture(Flavour flavour) {
        AtomicInteger cancels = new AtomicInteger();
        Future<Void> broken = new Future<>() {
            @Override
            public Poll<Void> poll(Context cx) {
                throw new IllegalStateException("broken");
            }

            @Override
            public void cancel() {
                cancels.incrementAndGet();
            }
        };
        try (AsyncRuntime runtime = flavour.builder().build()) {
            assertThatThrownBy(() -> runtime.blockOn(broken)).hasMessage("broken");
        }
        assertThat(cancels).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource
    void blockOn_insideATask_isRefused(Flavour flavour) throws Exception {
        try (AsyncRuntime runtime = flavour.builder().build()) {
            JoinHandle<Object> nested = runtime.handle().spawn(cx -> {
                runtime.blockOn(yielding(1));
                return Poll.ready();
            });
            assertThatThrownBy(() -> runtime.blockOn(nested))
                    .hasCauseInstanceOf(IllegalStateException.class)
                    .hasStackTraceContaining("must not wait");
        }
    }

    @ParameterizedTest
    @EnumSource
    void shutdown_cancelsWaitingTasks_andLeavesNothing(Flavour flavour) throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        AsyncRuntime runtime = flavour.builder().threadName("leakcheck").build();
        AtomicInteger cancels = new AtomicInteger();
        List<JoinHandle<Object>> handles = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            handles.add(runtime.handle().spawn(new Future<>() {
                private final Future<Void> sleep = runtime.handle().sleep(Duration.ofHours(1));

                @Override
                public Poll<Object> poll(Context cx) throws Exception {
                    sleep.poll(cx);
                    return Poll.pending();
                }

                @Override
                public void cancel() {
                    sleep.cancel();
                    cancels.incrementAndGet();
                }
            }));
        }
        runtime.blockOn(yielding(100));
        assertThat(runtime.shutdown(Duration.ofSeconds(10))).isTrue();
        assertThat(cancels).hasValue(500);
        assertThat(handles).allMatch(JoinHandle::isFinished);
        assertThat(runtime.metrics().aliveTasks()).isZero();
        assertThat(runtime.metrics().timers()).isZero();
        assertThat(runtime.metrics().blockingThreads()).isZero();
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> !before.contains(thread))
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("leakcheck"));
    }

    @ParameterizedTest
    @EnumSource
    void spawn_afterShutdown_isCancelledAtOnce(Flavour flavour) {
        AsyncRuntime runtime = flavour.builder().build();
        runtime.close();
        JoinHandle<Integer> late = runtime.handle().spawn(yielding(1));
        JoinHandle<Integer> lateBlocking = runtime.handle().spawnBlocking(() -> 1);
        for (JoinHandle<Integer> handle : List.of(late, lateBlocking)) {
            assertThat(handle.isFinished()).isTrue();
            assertThatThrownBy(() -> handle.poll(Context.of(Waker.NOOP)))
                    .isInstanceOfSatisfying(
                            JoinException.class,
                            e -> assertThat(e.isCancelled()).isTrue());
        }
    }

    @ParameterizedTest
    @EnumSource
    void shutdown_blockingWorkStillRuns_saysSoAndEndsLater(Flavour flavour) throws Exception {
        AsyncRuntime runtime = flavour.builder().build();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        JoinHandle<Object> work = runtime.handle().spawnBlocking(() -> {
            started.countDown();
            return release.await(30, TimeUnit.SECONDS);
        });
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(runtime.shutdown(Duration.ofMillis(20))).isFalse();
        release.countDown();
        assertThat(runtime.shutdown(Duration.ofSeconds(10))).isTrue();
        assertThat(work.isFinished()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void uncaught_detachedFailure_reachesTheHookWithTheTaskName(Flavour flavour) throws Exception {
        AtomicReference<String> named = new AtomicReference<>();
        CountDownLatch told = new CountDownLatch(1);
        try (AsyncRuntime runtime = flavour.builder()
                .onUncaught((name, failure) -> {
                    named.set(name + ": " + failure.getMessage());
                    told.countDown();
                })
                .build()) {
            runtime.handle()
                    .spawn(TaskOptions.named("fragile"), cx -> {
                        throw new IllegalStateException("unseen");
                    })
                    .detach();
            runtime.blockOn(yielding(500));
            assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(named).hasValue("fragile: unseen");
    }

    @Test
    void wake_fromManyThreads_isNeverLost() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            int rounds = 20_000;
            AtomicInteger turn = new AtomicInteger();
            AtomicReference<Waker> parked = new AtomicReference<>();
            JoinHandle<Integer> waiting = runtime.handle().spawn(cx -> {
                parked.set(cx.waker());
                return turn.get() >= rounds ? Poll.ready(turn.get()) : Poll.pending();
            });
            List<Thread> wakers = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                Thread thread = new Thread(() -> {
                    while (turn.incrementAndGet() < rounds) {
                        Waker waker = parked.get();
                        if (waker != null) {
                            waker.wake();
                        }
                    }
                    Waker last = parked.get();
                    if (last != null) {
                        last.wake();
                    }
                });
                thread.start();
                wakers.add(thread);
            }
            for (Thread thread : wakers) {
                thread.join();
            }
            assertThat(runtime.blockOn(waiting)).isGreaterThanOrEqualTo(rounds);
        }
    }

    @Test
    void idle_withWaitingTasksAndTimers_doesNotWakeUp() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            for (int i = 0; i < 100; i++) {
                runtime.handle().spawn(cx -> Poll.pending()).detach();
                runtime.handle()
                        .spawn(runtime.handle().sleep(Duration.ofHours(1)))
                        .detach();
            }
            runtime.blockOn(runtime.handle().sleep(Duration.ofMillis(50)));
            long before = settledParkCount(runtime);
            pause(300);
            assertThat(runtime.metrics().parkCount()).isEqualTo(before);
        }
    }

    /** The count once it has stood still for a while: all workers have gone back to sleep. */
    private static long settledParkCount(AsyncRuntime runtime) throws InterruptedException {
        long count;
        do {
            count = runtime.metrics().parkCount();
            pause(100);
        } while (count != runtime.metrics().parkCount());
        return count;
    }

    private static void pause(long millis) throws InterruptedException {
        assertThat(new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)).isFalse();
    }

    @Test
    void steal_busyWorker_doesNotHoldUpOthers() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            Set<String> threads = ConcurrentHashMap.newKeySet();
            CountDownLatch othersRan = new CountDownLatch(50);
            JoinHandle<Boolean> busy = runtime.handle().spawn(cx -> {
                for (int i = 0; i < 50; i++) {
                    cx.handle()
                            .spawn(inner -> {
                                threads.add(Thread.currentThread().getName());
                                othersRan.countDown();
                                return Poll.ready();
                            })
                            .detach();
                }
                // All but the LIFO slot's task can be stolen while this poll keeps its worker busy.
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
                while (othersRan.getCount() > 1 && System.nanoTime() < deadline) {
                    Thread.onSpinWait();
                }
                return Poll.ready(othersRan.getCount() <= 1);
            });
            assertThat(runtime.blockOn(busy)).isTrue();
            assertThat(othersRan.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(runtime.metrics().stealCount()).isPositive();
        }
    }

    @Test
    void lifoPair_wakingEachOther_doesNotStarveTheRest() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build()) {
            AtomicReference<Waker> left = new AtomicReference<>();
            AtomicReference<Waker> right = new AtomicReference<>();
            AtomicInteger stop = new AtomicInteger();
            runtime.handle().spawn(pingPong(left, right, stop)).detach();
            runtime.handle().spawn(pingPong(right, left, stop)).detach();
            JoinHandle<Integer> bystander = runtime.handle().spawn(yielding(200));
            assertThat(runtime.blockOn(bystander)).isEqualTo(200);
            stop.set(1);
        }
    }

    private static Future<Void> pingPong(
            AtomicReference<Waker> mine, AtomicReference<Waker> other, AtomicInteger stop) {
        return cx -> {
            mine.set(cx.waker());
            Waker partner = other.get();
            if (partner != null && stop.get() == 0) {
                partner.wake();
            }
            return stop.get() == 0 ? Poll.pending() : Poll.ready();
        };
    }

    @Test
    void twoRuntimes_handlesAcross_wakeEachOther() throws Exception {
        try (AsyncRuntime one = AsyncRuntime.builder().workerThreads(1).build();
                AsyncRuntime two = AsyncRuntime.builder().workerThreads(1).build()) {
            JoinHandle<Integer> far = two.handle().spawn(yielding(10));
            JoinHandle<Integer> near = one.handle().spawn(far);
            assertThat(one.blockOn(near)).isEqualTo(10);
        }
    }

    @Test
    void builder_badValues_areNamed() {
        assertThatThrownBy(() -> AsyncRuntime.builder().workerThreads(0)).hasMessageContaining("workerThreads is 0");
        assertThatThrownBy(() -> AsyncRuntime.builder().maxBlockingThreads(0))
                .hasMessageContaining("maxBlockingThreads is 0");
    }

    @Test
    void blockingPool_beyondTheCap_queuesAndRunsAll() throws Exception {
        try (AsyncRuntime runtime =
                AsyncRuntime.builder().workerThreads(1).maxBlockingThreads(3).build()) {
            AtomicInteger now = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            List<JoinHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int number = i;
                handles.add(runtime.handle().spawnBlocking(() -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    Thread.onSpinWait();
                    now.decrementAndGet();
                    return number;
                }));
            }
            assertThat(runtime.blockOn(joinAll(handles))).hasSize(200);
            assertThat(most.get()).isBetween(1, 3);
        }
    }
}
