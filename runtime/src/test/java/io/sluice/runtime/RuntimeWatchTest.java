package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.sync.Notify;
import io.sluice.runtime.sync.Semaphore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be seen of a runtime from outside: long polls, dumps, figures. */
@Timeout(60)
class RuntimeWatchTest {

    private final CountDownLatch release = new CountDownLatch(1);

    // ---- watchdog ---------------------------------------------------------------------------------------------

    @Test
    void watchdog_pollThatHoldsAWorker_isReportedOnceWithNameAndStack() throws Exception {
        BlockingQueue<LongPoll> found = new LinkedBlockingQueue<>();
        try (AsyncRuntime runtime = AsyncRuntime.builder()
                .workerThreads(1)
                .watchdog(Duration.ofMillis(20), found::add)
                .build()) {
            JoinHandle<Boolean> stuck =
                    runtime.handle().spawn(TaskOptions.named("stuck"), cx -> Poll.ready(waitHere()));
            LongPoll poll = found.poll(30, TimeUnit.SECONDS);
            release.countDown();
            runtime.blockOn(stuck);
            assertThat(poll).isNotNull();
            assertThat(poll.task().name()).isEqualTo("stuck");
            assertThat(poll.soFar()).isGreaterThanOrEqualTo(Duration.ofMillis(20));
            assertThat(poll.stack()).anyMatch(frame -> frame.getMethodName().equals("waitHere"));
            assertThat(poll.toString()).contains("stuck", "waitHere");
            assertThat(found.poll()).isNull();
        }
    }

    private boolean waitHere() throws InterruptedException {
        return release.await(30, TimeUnit.SECONDS);
    }

    // ---- dumps ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void dump_saysWhatEachTaskWaitsFor(boolean currentThread) throws Exception {
        RuntimeBuilder builder =
                AsyncRuntime.builder().workerThreads(1).recordSpawnSites(true).enableIo(false);
        try (AsyncRuntime runtime = (currentThread ? builder.currentThread() : builder).build()) {
            Semaphore semaphore = new Semaphore(0);
            Notify notify = new Notify();
            JoinHandle<?> first = runtime.handle().spawn(TaskOptions.named("acquires"), semaphore.acquire());
            JoinHandle<?> second = runtime.handle().spawn(TaskOptions.named("is notified"), notify.notified());
            JoinHandle<Void> settled = runtime.handle().spawn(Yield.now());
            runtime.blockOn(settled);

            List<TaskDump> dumps = dumpOf(runtime, currentThread);

            assertThat(dumps).hasSize(2);
            TaskDump acquires = named(dumps, "acquires");
            assertThat(acquires.phase()).isEqualTo("WAITING");
            assertThat(acquires.waitsFor()).hasSize(1);
            assertThat(acquires.waitsFor().get(0).get(0).getClassName()).contains("Semaphore");
            assertThat(acquires.task().spawnedAt().orElseThrow().getMethodName())
                    .isEqualTo("dump_saysWhatEachTaskWaitsFor");
            assertThat(named(dumps, "is notified").toString()).contains("Notify");

            // And they go on as if nothing had been.
            semaphore.addPermits(1);
            notify.notifyOne();
            runtime.blockOn(first);
            runtime.blockOn(second);
        }
    }

    private static List<TaskDump> dumpOf(AsyncRuntime runtime, boolean currentThread) throws Exception {
        if (!currentThread) {
            return runtime.dump(Duration.ofSeconds(30));
        }
        // Somebody has to drive the runtime meanwhile.
        JoinHandle<List<TaskDump>> asked = runtime.handle().spawnBlocking(() -> runtime.dump(Duration.ofSeconds(30)));
        return runtime.blockOn(asked);
    }

    private static TaskDump named(List<TaskDump> dumps, String name) {
        return dumps.stream()
                .filter(dump -> dump.task().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void dump_taskThatRuns_isThereWithoutAnswer_andNobodyWaitsForIt() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build()) {
            CountDownLatch begun = new CountDownLatch(1);
            JoinHandle<Boolean> stuck = runtime.handle().spawn(TaskOptions.named("stuck"), cx -> {
                begun.countDown();
                return Poll.ready(waitHere());
            });
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            TaskDump dump = runtime.dump(Duration.ofSeconds(30)).get(0);
            assertThat(dump.phase()).isEqualTo("RUNNING");
            assertThat(dump.waitsFor()).isEmpty();
            release.countDown();
            runtime.blockOn(stuck);
        }
    }

    @Test
    void dump_onAWorker_isRefused() {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build()) {
            assertThatThrownBy(() -> runtime.blockOn(
                            runtime.handle().spawn(cx -> Poll.ready(runtime.dump(Duration.ofSeconds(1))))))
                    .hasRootCauseInstanceOf(IllegalStateException.class);
        }
    }

    // ---- figures ----------------------------------------------------------------------------------------------

    @Test
    void metrics_countWhatHappened() throws Exception {
        AsyncRuntime runtime =
                AsyncRuntime.builder().workerThreads(2).pollHistograms(true).build();
        for (int i = 0; i < 50; i++) {
            runtime.blockOn(runtime.handle().spawn(cx -> {
                JoinHandle<Void> child = cx.handle().spawn(Yield.now());
                child.detach();
                return Poll.ready();
            }));
        }
        runtime.blockOn(runtime.handle().sleep(Duration.ofMillis(5)));
        runtime.shutdown(Duration.ofSeconds(30));
        RuntimeMetrics metrics = runtime.metrics();
        assertThat(metrics.workers()).hasSize(2);
        assertThat(metrics.spawnedTasks()).isEqualTo(100);
        assertThat(metrics.aliveTasks()).isZero();
        assertThat(metrics.remoteSchedules()).isGreaterThanOrEqualTo(50);
        assertThat(metrics.workers().stream()
                        .mapToLong(WorkerMetrics::localSchedules)
                        .sum())
                .isGreaterThanOrEqualTo(50);
        assertThat(metrics.pollCount()).isGreaterThanOrEqualTo(100);
        assertThat(metrics.pollNanos().count()).isEqualTo(metrics.pollCount());
        assertThat(metrics.waitNanos().count()).isEqualTo(metrics.pollCount());
        assertThat(metrics.pollNanos().quantileNanos(0.5)).isPositive();
        assertThat(metrics.workers()).anyMatch(worker -> worker.busyNanos() > 0);
    }

    @Test
    void metrics_sleepingWorker_hasAnOddCount() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build()) {
            runtime.blockOn(runtime.handle().<Integer>spawn(cx -> Poll.ready(1)));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (runtime.metrics().workers().get(0).parkUnparks() % 2 == 0 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertThat(runtime.metrics().workers().get(0).parkUnparks()).isOdd();
        }
    }

    @Test
    void metrics_budgetSpent_isCounted() throws Exception {
        AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build();
        Semaphore semaphore = new Semaphore(1);
        runtime.blockOn(runtime.handle().spawn(new Future<Void>() {
            private int left = Coop.BUDGET + 1;

            @Override
            public Poll<Void> poll(Context cx) throws Exception {
                for (; left > 0; left--) {
                    Poll<io.sluice.runtime.sync.Permit> permit =
                            semaphore.acquire().poll(cx);
                    if (permit.isPending()) {
                        return Poll.pending();
                    }
                    permit.get().close();
                }
                return Poll.ready();
            }
        }));
        runtime.blockOn(runtime.handle().sleep(Duration.ofMillis(5))); // the worker brings its figures up to date
        runtime.shutdown(Duration.ofSeconds(30));
        assertThat(runtime.metrics().workers().get(0).forcedYields()).isEqualTo(1);
    }
}
