package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.sync.Oneshot;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a runtime's threads put up with, and what they leave behind. */
@Timeout(60)
class RuntimeThreadsTest {

    private static AsyncRuntime oneWorker() {
        return AsyncRuntime.builder().workerThreads(1).threadName("threads").build();
    }

    /** Runs {@code body} as a task. */
    private static <T> T inTask(AsyncRuntime runtime, Future<T> body) throws Exception {
        return runtime.blockOn(runtime.handle().spawn(body));
    }

    // ---- workers ----------------------------------------------------------------------------------------------

    @Test
    void worker_isADaemonWithoutClassLoaderOrInheritedLocals() throws Exception {
        InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
        local.set("the caller's");
        try (AsyncRuntime runtime = oneWorker()) {
            assertThat(RuntimeThreadsTest.<Boolean>inTask(runtime, cx -> Poll.ready(local.get() == null)))
                    .isTrue();
            Thread worker = inTask(runtime, cx -> Poll.ready(Thread.currentThread()));
            assertThat(worker.isDaemon()).isTrue();
            assertThat(worker.getContextClassLoader()).isNull();
            assertThat(worker.getThreadGroup().getParent()).isNull();
            assertThat(worker.getName()).startsWith("threads-worker-");
        } finally {
            local.remove();
        }
    }

    @Test
    void worker_classLoaderLeftByATask_isTakenOff() throws Exception {
        try (AsyncRuntime runtime = oneWorker()) {
            Thread worker = inTask(runtime, cx -> {
                Thread.currentThread().setContextClassLoader(RuntimeThreadsTest.class.getClassLoader());
                return Poll.ready(Thread.currentThread());
            });
            runtime.blockOn(runtime.handle().sleep(Duration.ofMillis(2))); // the worker sleeps as well
            assertThat(worker.getContextClassLoader()).isNull();
        }
    }

    @Test
    void worker_interruptLeftByATask_doesNotMakeItSpin() throws Exception {
        try (AsyncRuntime runtime = oneWorker()) {
            inTask(runtime, cx -> {
                Thread.currentThread().interrupt();
                return Poll.ready();
            });
            runtime.blockOn(runtime.handle().sleep(Duration.ofMillis(20)));
            assertThat(runtime.metrics().parkCount()).isLessThan(50);
            assertThat(RuntimeThreadsTest.<Boolean>inTask(
                            runtime, cx -> Poll.ready(Thread.currentThread().isInterrupted())))
                    .isFalse();
        }
    }

    @Test
    void worker_stackOverflow_endsTheTaskOnly() throws Exception {
        try (AsyncRuntime runtime = oneWorker()) {
            JoinHandle<Integer> deep = runtime.handle().spawn(cx -> Poll.ready(recurse(0)));
            assertThatThrownBy(() -> runtime.blockOn(deep)).hasCauseInstanceOf(StackOverflowError.class);
            assertThat(RuntimeThreadsTest.<Integer>inTask(runtime, cx -> Poll.ready(1)))
                    .isEqualTo(1);
        }
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }

    @Test
    void worker_outOfMemoryAndLinkageErrors_endTheTaskOnly() throws Exception {
        try (AsyncRuntime runtime = oneWorker()) {
            for (Error error : new Error[] {new OutOfMemoryError("on purpose"), new NoClassDefFoundError("gone")}) {
                JoinHandle<Object> failing = runtime.handle().spawn(cx -> {
                    throw error;
                });
                assertThatThrownBy(() -> runtime.blockOn(failing)).cause().isSameAs(error);
            }
            assertThat(RuntimeThreadsTest.<Integer>inTask(runtime, cx -> Poll.ready(1)))
                    .isEqualTo(1);
        }
    }

    @Test
    @SuppressWarnings("removal")
    void worker_stopped_isReplaced_andTheTaskFails() throws Exception {
        AtomicReference<Throwable> reported = new AtomicReference<>();
        try (AsyncRuntime runtime = AsyncRuntime.builder()
                .workerThreads(1)
                .onUncaught((name, failure) -> reported.set(failure))
                .build()) {
            Thread before = inTask(runtime, cx -> Poll.ready(Thread.currentThread()));
            JoinHandle<Object> stopped = runtime.handle().spawn(cx -> {
                throw new ThreadDeath();
            });
            assertThatThrownBy(() -> runtime.blockOn(stopped)).hasCauseInstanceOf(ThreadDeath.class);
            Thread after = inTask(runtime, cx -> Poll.ready(Thread.currentThread()));
            assertThat(after).isNotSameAs(before);
            assertThat(reported.get()).isInstanceOf(ThreadDeath.class);
            before.join(30_000);
            assertThat(before.isAlive()).isFalse();
            assertThat(runtime.shutdown(Duration.ofSeconds(30))).isTrue();
            assertThat(after.isAlive()).isFalse();
        }
    }

    @Test
    void hook_throws_changesNothing() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        try (AsyncRuntime runtime = AsyncRuntime.builder()
                .workerThreads(1)
                .onUncaught((name, failure) -> {
                    called.countDown();
                    throw new IllegalStateException("the hook's own");
                })
                .build()) {
            runtime.handle()
                    .spawn(cx -> {
                        throw new IllegalStateException("unseen");
                    })
                    .detach();
            assertThat(called.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(RuntimeThreadsTest.<Integer>inTask(runtime, cx -> Poll.ready(1)))
                    .isEqualTo(1);
        }
    }

    @Test
    void context_keptBeyondItsPoll_isRefused() throws Exception {
        AtomicReference<Context> kept = new AtomicReference<>();
        try (AsyncRuntime runtime = oneWorker()) {
            inTask(runtime, cx -> {
                kept.set(cx);
                return Poll.ready();
            });
            runtime.blockOn(runtime.handle().sleep(Duration.ofMillis(2)));
            assertThatThrownBy(() -> kept.get().waker()).hasMessageContaining("only during the poll");
        }
    }

    // ---- giving way -------------------------------------------------------------------------------------------

    @Test
    void yield_forEver_letsTimersAndOthersThrough() throws Exception {
        for (RuntimeBuilder builder : new RuntimeBuilder[] {
            AsyncRuntime.builder().workerThreads(1), AsyncRuntime.builder().currentThread()
        }) {
            try (AsyncRuntime runtime = builder.build()) {
                JoinHandle<Object> restless = runtime.handle().spawn(cx -> {
                    cx.yieldTurn();
                    return Poll.pending();
                });
                inTask(runtime, runtime.handle().sleep(Duration.ofMillis(5)));
                restless.abort();
                assertThatThrownBy(() -> runtime.blockOn(restless)).isInstanceOf(JoinException.class);
            }
        }
    }

    @Test
    void wakeItself_forEver_letsTimersAndOthersThrough() throws Exception {
        try (AsyncRuntime runtime = oneWorker()) {
            JoinHandle<Object> restless = runtime.handle().spawn(cx -> {
                cx.waker().wake();
                return Poll.pending();
            });
            inTask(runtime, runtime.handle().sleep(Duration.ofMillis(5)));
            restless.abort();
            assertThatThrownBy(() -> runtime.blockOn(restless)).isInstanceOf(JoinException.class);
        }
    }

    // ---- blockOn ----------------------------------------------------------------------------------------------

    @Test
    void blockOn_insideBlockingWork_isAllowed() throws Exception {
        try (AsyncRuntime runtime = oneWorker()) {
            JoinHandle<Integer> work = runtime.handle()
                    .spawnBlocking(() -> runtime.blockOn(runtime.handle().spawn(cx -> Poll.ready(7))));
            assertThat(runtime.blockOn(work)).isEqualTo(7);
        }
    }

    @Test
    void blockOn_interrupted_cancelsTheFuture() throws Exception {
        for (RuntimeBuilder builder : new RuntimeBuilder[] {
            AsyncRuntime.builder().workerThreads(1), AsyncRuntime.builder().currentThread()
        }) {
            try (AsyncRuntime runtime = builder.build()) {
                AtomicInteger cancels = new AtomicInteger();
                CountDownLatch polled = new CountDownLatch(1);
                CompletableFuture<Object> outcome = new CompletableFuture<>();
                Thread waiting = new Thread(() -> {
                    try {
                        outcome.complete(runtime.blockOn(never(polled, cancels)));
                    } catch (Exception e) {
                        outcome.completeExceptionally(e);
                    }
                });
                waiting.start();
                assertThat(polled.await(30, TimeUnit.SECONDS)).isTrue();
                waiting.interrupt();
                assertThatThrownBy(() -> outcome.get(30, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(InterruptedException.class);
                waiting.join();
                assertThat(cancels).hasValue(1);
            }
        }
    }

    private static Future<Object> never(CountDownLatch polled, AtomicInteger cancels) {
        return new Future<>() {
            @Override
            public Poll<Object> poll(Context cx) {
                polled.countDown();
                return Poll.pending();
            }

            @Override
            public void cancel() {
                cancels.incrementAndGet();
            }
        };
    }

    @Test
    void blockOn_currentThread_byTwoThreads_theSecondGoesOnMeanwhile() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().currentThread().build()) {
            Oneshot.Channel<Integer> channel = Oneshot.channel();
            CountDownLatch inside = new CountDownLatch(1);
            CompletableFuture<Integer> first = new CompletableFuture<>();
            Thread driving = new Thread(() -> {
                try {
                    first.complete(runtime.blockOn(cx -> {
                        inside.countDown();
                        return channel.receiver().poll(cx);
                    }));
                } catch (Exception e) {
                    first.completeExceptionally(e);
                }
            });
            driving.start();
            assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
            // This thread has no core, yet what it polls is what the other one waits for.
            runtime.blockOn(cx -> {
                channel.sender().send(5);
                return Poll.ready();
            });
            assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(5);
            driving.join();
        }
    }

    @Test
    void blockOn_currentThread_takesOverTheCore() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().currentThread().build()) {
            Random random = new Random(11);
            Thread[] threads = new Thread[4];
            AtomicInteger ended = new AtomicInteger();
            for (int i = 0; i < threads.length; i++) {
                int millis = 1 + random.nextInt(4);
                threads[i] = new Thread(() -> {
                    try {
                        for (int round = 0; round < 20; round++) {
                            inTask(runtime, runtime.handle().sleep(Duration.ofMillis(millis)));
                        }
                        ended.incrementAndGet();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
                threads[i].start();
            }
            for (Thread thread : threads) {
                thread.join(30_000);
            }
            assertThat(ended).hasValue(threads.length);
        }
    }

    // ---- the end ----------------------------------------------------------------------------------------------

    @Test
    void shutdown_onAWorker_isRefused_inBackground_isNot() throws Exception {
        AsyncRuntime runtime = oneWorker();
        JoinHandle<Object> refused = runtime.handle().spawn(cx -> {
            runtime.close();
            return Poll.ready();
        });
        assertThatThrownBy(() -> runtime.blockOn(refused))
                .hasStackTraceContaining("shutdown was called on threads-worker");
        runtime.handle()
                .spawn(cx -> {
                    runtime.shutdownInBackground();
                    return Poll.ready();
                })
                .detach();
        assertThat(runtime.shutdown(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void shutdown_onTheBlockingPool_isRefused() throws Exception {
        try (AsyncRuntime runtime = oneWorker()) {
            JoinHandle<Boolean> refused = runtime.handle().spawnBlocking(() -> runtime.shutdown(Duration.ZERO));
            assertThatThrownBy(() -> runtime.blockOn(refused)).hasStackTraceContaining("shutdownInBackground");
        }
    }

    @Test
    void shutdown_stuckPoll_saysSo_andEndsWhenItReturns() throws Exception {
        AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build();
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        JoinHandle<Object> bad = runtime.handle().spawn(cx -> {
            stuck.countDown();
            release.await(30, TimeUnit.SECONDS);
            return Poll.pending();
        });
        JoinHandle<Object> good = runtime.handle().spawn(cx -> Poll.pending());
        assertThat(stuck.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(runtime.shutdown(Duration.ofMillis(20))).isFalse();
        assertThat(bad.isFinished()).isFalse();
        release.countDown();
        assertThat(runtime.shutdown(Duration.ofSeconds(30))).isTrue();
        assertThat(bad.isFinished()).isTrue();
        assertThat(good.isFinished()).isTrue();
    }

    @Test
    void shutdown_currentThread_inBackground_endsTasksAtOnce() {
        AsyncRuntime runtime = AsyncRuntime.builder().currentThread().build();
        JoinHandle<Object> waiting = runtime.handle().spawn(cx -> Poll.pending());
        runtime.shutdownInBackground();
        assertThat(waiting.isFinished()).isTrue();
        assertThat(runtime.shutdown(Duration.ZERO)).isTrue();
    }

    @Test
    void shutdown_currentThread_whileAnotherThreadDrives_endsItsBlockOn() throws Exception {
        AsyncRuntime runtime = AsyncRuntime.builder().currentThread().build();
        CountDownLatch polled = new CountDownLatch(1);
        AtomicInteger cancels = new AtomicInteger();
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        Thread driving = new Thread(() -> {
            try {
                outcome.complete(runtime.blockOn(never(polled, cancels)));
            } catch (Exception e) {
                outcome.completeExceptionally(e);
            }
        });
        driving.start();
        assertThat(polled.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(runtime.shutdown(Duration.ofSeconds(30))).isTrue();
        assertThatThrownBy(() -> outcome.get(30, TimeUnit.SECONDS)).hasMessageContaining("shut down");
        driving.join();
        assertThat(cancels).hasValue(1);
    }

    @Test
    void timers_waitedForAtTheEnd_tell() throws Exception {
        AsyncRuntime runtime = oneWorker();
        CountDownLatch waiting = new CountDownLatch(1);
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        Future<Void> sleep = runtime.handle().sleep(Duration.ofHours(1));
        Thread outside = new Thread(() -> {
            try {
                outcome.complete(runtime.blockOn(cx -> {
                    Poll<Void> poll = sleep.poll(cx);
                    waiting.countDown();
                    return poll;
                }));
            } catch (Exception e) {
                outcome.completeExceptionally(e);
            }
        });
        outside.start();
        assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(runtime.shutdown(Duration.ofSeconds(30))).isTrue();
        assertThatThrownBy(() -> outcome.get(30, TimeUnit.SECONDS)).hasMessageContaining("shut down");
        assertThat(runtime.metrics().timers()).isZero();
        outside.join();
    }
}
