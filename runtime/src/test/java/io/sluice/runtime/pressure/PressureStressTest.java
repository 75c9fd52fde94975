package io.sluice.runtime.pressure;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.pressure.TaskPool.Submitted;
import io.sluice.runtime.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kit on a real runtime with real threads: limits hold, nothing is lost, and everything ends. */
@Timeout(60)
class PressureStressTest {

    private final List<AsyncRuntime> runtimes = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() throws Exception {
        threads.shutdown();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        for (AsyncRuntime runtime : runtimes) {
            assertThat(runtime.shutdown(Duration.ofSeconds(20))).isTrue();
        }
    }

    @Test
    void gate_manyTasksThatAlsoGiveUp_keepsTheLimitAndEveryPlace() throws Exception {
        AsyncRuntime runtime = runtime();
        ConcurrencyGate gate = new ConcurrencyGate(new GateLimits(4, 30));
        AtomicInteger running = new AtomicInteger();
        for (int round = 0; round < 50; round++) {
            List<JoinHandle<Void>> calls = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                calls.add(runtime.handle().spawn(refusable(gate.execute(() -> new Busy(running, 4)))));
            }
            for (int i = 0; i < calls.size(); i++) {
                if (i % 5 == 0) {
                    calls.get(i).abort();
                    calls.get(i).detach();
                } else {
                    runtime.blockOn(calls.get(i));
                }
            }
        }
        until(() -> gate.running() == 0 && gate.waiting() == 0);
        assertThat(running).hasValue(0);
    }

    @Test
    void pool_drainedWhileThreadsSubmit_accountsForEveryJob() throws Exception {
        AsyncRuntime runtime = runtime();
        for (int round = 0; round < 60; round++) {
            TaskPool pool = TaskPool.start(runtime.handle(), new TaskPoolSettings("stress", 3, 16));
            Duration limit = round % 2 == 0 ? Duration.ZERO : Duration.ofSeconds(20);
            Jobs jobs = new Jobs();
            List<java.util.concurrent.Future<?>> submitters = submitUntilClosed(pool, jobs);
            until(() -> jobs.accepted.get() > 50);
            Drained drained = runtime.blockOn(pool.drain(limit));
            for (java.util.concurrent.Future<?> submitter : submitters) {
                submitter.get(20, TimeUnit.SECONDS);
            }
            assertThat(drained.accepted()).isEqualTo(jobs.accepted.get());
            assertThat(drained.ran()).isEqualTo(jobs.ran.get());
            assertThat(drained.interrupted() + drained.notRun()).isEqualTo(jobs.cancelled.get());
            assertThat(drained.failed()).isZero();
            if (round % 2 == 1) {
                assertThat(drained.ran()).isEqualTo(drained.accepted());
            }
        }
    }

    @Test
    void pool_whoseRuntimeEndsWhileThreadsSubmit_leavesNoJobBehind() throws Exception {
        for (int round = 0; round < 60; round++) {
            AsyncRuntime runtime = runtime();
            TaskPool pool = TaskPool.start(runtime.handle(), new TaskPoolSettings("stress", 3, 16));
            Jobs jobs = new Jobs();
            List<java.util.concurrent.Future<?>> submitters = submitUntilClosed(pool, jobs);
            until(() -> jobs.accepted.get() > 50);
            assertThat(runtime.shutdown(Duration.ofSeconds(20))).isTrue();
            for (java.util.concurrent.Future<?> submitter : submitters) {
                submitter.get(20, TimeUnit.SECONDS);
            }
            assertThat(jobs.ran.get() + jobs.cancelled.get()).isEqualTo(jobs.accepted.get());
            assertThat(pool.queued()).isZero();
        }
    }

    @Test
    void limiter_manyTasks_keepTheRateAndServeEverybody() throws Exception {
        AsyncRuntime runtime = runtime();
        RateLimiter limiter = new RateLimiter(runtime.handle(), 2000, 20);
        List<JoinHandle<Void>> waiting = new ArrayList<>();
        long startNanos = Clock.system().nanoTime();
        for (int i = 0; i < 300; i++) {
            waiting.add(runtime.handle().spawn(limiter.acquire(1 + i % 3)));
        }
        int taken = 0;
        for (int i = 0; i < 300; i++) {
            if (i % 7 == 0) {
                waiting.get(i).abort();
                waiting.get(i).detach();
            } else {
                runtime.blockOn(waiting.get(i));
                taken += 1 + i % 3;
            }
        }
        double seconds = (Clock.system().nanoTime() - startNanos) / 1e9;
        assertThat((double) taken).isLessThanOrEqualTo(20 + 2000 * seconds + 1);
        until(() -> limiter.waiting() == 0);
    }

    private AsyncRuntime runtime() {
        AsyncRuntime runtime =
                AsyncRuntime.builder().workerThreads(3).enableIo(false).build();
        runtimes.add(runtime);
        return runtime;
    }

    private List<java.util.concurrent.Future<?>> submitUntilClosed(TaskPool pool, Jobs jobs) {
        List<java.util.concurrent.Future<?>> submitters = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            submitters.add(threads.submit(() -> {
                for (; ; ) {
                    switch (pool.trySubmit(jobs.next())) {
                        case ACCEPTED -> jobs.accepted.incrementAndGet();
                        case FULL -> Thread.onSpinWait();
                        case CLOSED -> {
                            return Submitted.CLOSED;
                        }
                    }
                }
            }));
        }
        return submitters;
    }

    private static Future<Void> refusable(Future<Void> call) {
        return new Future<>() {
            @Override
            public Poll<Void> poll(Context cx) throws Exception {
                try {
                    return call.poll(cx);
                } catch (GateFullException refused) {
                    return Poll.ready();
                }
            }

            @Override
            public void cancel() {
                call.cancel();
            }
        };
    }

    private interface Condition {
        boolean holds();
    }

    private static void until(Condition condition) {
        long deadlineNanos = Clock.system().nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.holds()) {
            assertThat(Clock.system().nanoTime() - deadlineNanos).isNegative();
            Thread.onSpinWait();
        }
    }

    /** Counts itself as running for a few polls. */
    private static final class Busy implements Future<Void> {

        private final AtomicInteger running;
        private final int limit;
        private int polls;

        Busy(AtomicInteger running, int limit) {
            this.running = running;
            this.limit = limit;
            assertThat(running.incrementAndGet()).isLessThanOrEqualTo(limit);
        }

        @Override
        public Poll<Void> poll(Context cx) {
            assertThat(running.get()).isLessThanOrEqualTo(limit);
            if (polls++ < 3) {
                cx.waker().wake();
                return Poll.pending();
            }
            running.decrementAndGet();
            return Poll.ready();
        }

        @Override
        public void cancel() {
            running.decrementAndGet();
        }
    }

    /** Jobs that end in their first or second poll. */
    private static final class Jobs {

        final AtomicInteger accepted = new AtomicInteger();
        final AtomicInteger ran = new AtomicInteger();
        final AtomicInteger cancelled = new AtomicInteger();
        private final AtomicInteger made = new AtomicInteger();

        Future<Void> next() {
            boolean pauses = made.incrementAndGet() % 3 == 0;
            return new Future<>() {
                private boolean paused = !pauses;

                @Override
                public Poll<Void> poll(Context cx) {
                    if (!paused) {
                        paused = true;
                        cx.waker().wake();
                        return Poll.pending();
                    }
                    ran.incrementAndGet();
                    return Poll.ready();
                }

                @Override
                public void cancel() {
                    cancelled.incrementAndGet();
                }
            };
        }
    }
}
