package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BlockInPlaceTest {

    private static AsyncRuntime oneWorker() {
        return AsyncRuntime.builder().workerThreads(1).build();
    }

    private static boolean await(CountDownLatch latch) throws InterruptedException {
        return latch.await(30, TimeUnit.SECONDS);
    }

    @Test
    void work_waits_otherTasksOfTheOnlyWorkerGoOn() throws Exception {
        try (AsyncRuntime runtime = oneWorker()) {
            CountDownLatch release = new CountDownLatch(1);
            JoinHandle<Boolean> waiting =
                    runtime.handle().spawn(cx -> Poll.ready(AsyncRuntime.blockInPlace(() -> await(release))));
            JoinHandle<Void> other = runtime.handle().spawn(cx -> {
                release.countDown();
                return Poll.ready();
            });
            assertThat(runtime.blockOn(waiting)).isTrue();
            runtime.blockOn(other);
        }
    }

    @Test
    void taskWokenBefore_inTheLifoSlot_goesOnToo() throws Exception {
        try (AsyncRuntime runtime = oneWorker()) {
            CountDownLatch release = new CountDownLatch(1);
            JoinHandle<Boolean> waiting = runtime.handle().spawn(cx -> {
                cx.handle().spawn(inner -> {
                    release.countDown();
                    return Poll.ready();
                });
                return Poll.ready(AsyncRuntime.blockInPlace(() -> await(release)));
            });
            assertThat(runtime.blockOn(waiting)).isTrue();
        }
    }

    @Test
    void work_mayUseBlockOn_andSeesItsRuntime() throws Exception {
        try (AsyncRuntime runtime = oneWorker()) {
            Handle seen = runtime.blockOn(runtime.handle()
                    .<Handle>spawn(cx -> Poll.ready(AsyncRuntime.blockInPlace(() -> {
                        runtime.blockOn(Handle.current().sleep(Duration.ofMillis(5)));
                        return Handle.current();
                    }))));
            assertThat(seen).isSameAs(runtime.handle());
        }
    }

    @Test
    void poll_goesOnAfterwards_mayPendAndIsPolledAgain() throws Exception {
        try (AsyncRuntime runtime = oneWorker()) {
            CountDownLatch release = new CountDownLatch(1);
            runtime.handle().spawn(cx -> Poll.ready(AsyncRuntime.blockInPlace(() -> await(release))));
            Future<Integer> twice = new Future<>() {
                private Future<Void> nap;

                @Override
                public Poll<Integer> poll(Context cx) throws Exception {
                    if (nap == null) {
                        nap = cx.handle().sleep(Duration.ofMillis(5));
                        CountDownLatch taken = new CountDownLatch(1);
                        cx.handle().spawn(other -> {
                            taken.countDown(); // on the only worker: a spare thread has taken it
                            return Poll.ready();
                        });
                        AsyncRuntime.blockInPlace(() -> {
                            release.countDown();
                            return await(taken);
                        });
                    }
                    return nap.poll(cx).isReady() ? Poll.ready(7) : Poll.pending();
                }
            };
            assertThat(runtime.blockOn(runtime.handle().spawn(twice))).isEqualTo(7);
        }
    }

    @Test
    void work_throws_endsTheTaskOnly() throws Exception {
        try (AsyncRuntime runtime = oneWorker()) {
            JoinHandle<Object> failing = runtime.handle()
                    .spawn(cx -> Poll.ready(AsyncRuntime.blockInPlace(() -> {
                        throw new IllegalStateException("on purpose");
                    })));
            assertThatThrownBy(() -> runtime.blockOn(failing)).hasRootCauseMessage("on purpose");
            assertThat(runtime.blockOn(runtime.handle().<Integer>spawn(cx -> Poll.ready(1))))
                    .isEqualTo(1);
        }
    }

    @Test
    void nested_justRuns() throws Exception {
        try (AsyncRuntime runtime = oneWorker()) {
            assertThat(runtime.blockOn(runtime.handle()
                            .<Integer>spawn(cx ->
                                    Poll.ready(AsyncRuntime.blockInPlace(() -> AsyncRuntime.blockInPlace(() -> 5))))))
                    .isEqualTo(5);
        }
    }

    @Test
    void outsideOfEveryRuntime_inBlockingWork_andInARootFuture_justRuns() throws Exception {
        assertThat(AsyncRuntime.<Integer>blockInPlace(() -> 1)).isEqualTo(1);
        try (AsyncRuntime runtime = oneWorker()) {
            assertThat(runtime.blockOn(
                            runtime.handle().spawnBlocking(() -> AsyncRuntime.<Integer>blockInPlace(() -> 2))))
                    .isEqualTo(2);
            assertThat(runtime.<Integer>blockOn(cx -> Poll.ready(
                            AsyncRuntime.blockInPlace(() -> runtime.<Integer>blockOn(inner -> Poll.ready(3))))))
                    .isEqualTo(3);
        }
    }

    @Test
    void currentThreadRuntime_isRefused() {
        try (AsyncRuntime runtime = AsyncRuntime.builder().currentThread().build()) {
            assertThatThrownBy(() -> runtime.<Integer>blockOn(cx -> Poll.ready(AsyncRuntime.blockInPlace(() -> 1))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("spawnBlocking");
        }
    }

    @Test
    void shutdown_whileWorkWaits_saysSo_andEndsAfterwards() throws Exception {
        AsyncRuntime runtime = oneWorker();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        runtime.handle()
                .spawn(cx -> Poll.ready(AsyncRuntime.blockInPlace(() -> {
                    begun.countDown();
                    return await(release);
                })));
        assertThat(await(begun)).isTrue();
        assertThat(runtime.shutdown(Duration.ofMillis(50))).isFalse();
        release.countDown();
        assertThat(runtime.shutdown(Duration.ofSeconds(30))).isTrue();
        assertThat(runtime.metrics().aliveTasks()).isZero();
    }

    @Test
    void manyAtOnce_allEnd_andNoThreadStaysBehind() throws Exception {
        AsyncRuntime runtime =
                AsyncRuntime.builder().workerThreads(2).threadName("in-place").build();
        AtomicInteger waiting = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(20);
        List<JoinHandle<Boolean>> handles = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            handles.add(runtime.handle()
                    .spawn(cx -> Poll.ready(AsyncRuntime.blockInPlace(() -> {
                        waiting.incrementAndGet();
                        all.countDown();
                        return await(all); // each waits for all the others
                    }))));
        }
        for (JoinHandle<Boolean> handle : handles) {
            assertThat(runtime.blockOn(handle)).isTrue();
        }
        assertThat(waiting).hasValue(20);
        assertThat(runtime.shutdown(Duration.ofSeconds(30))).isTrue();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.isAlive() && thread.getName().startsWith("in-place-"));
    }
}
