package io.sluice.exporter.transport;

import static io.sluice.exporter.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.netty.shaded.io.netty.util.concurrent.ScheduledFuture;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Poll;
import io.sluice.runtime.testkit.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Netty's contract for an event loop, held by a task that has no thread. */
@Timeout(30)
@SuppressWarnings("FutureReturnValueIgnored")
class DriverEventLoopTest {

    private final ManualClock clock = new ManualClock();
    private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    private final AsyncRuntime runtime = AsyncRuntime.builder()
            .workerThreads(3)
            .clock(clock)
            .onUncaught((task, failure) -> uncaught.add(failure))
            .build();
    private final DriverEventLoopGroup group = new DriverEventLoopGroup(runtime.handle(), "loop", 2);
    private final DriverEventLoop loop = group.next();

    @AfterEach
    void stop() throws Exception {
        runtime.blockOn(group.close());
        assertThat(group.liveTasks()).isZero();
        assertThat(runtime.handle().timeDriver().timers()).isZero();
        runtime.close();
    }

    @Test
    void execute_fromManyThreads_runsEachTaskOnce_inTheOrderOfItsThread_neverTwoAtOnce() throws Exception {
        int threads = 4;
        int perThread = 5_000;
        int[] lastOf = new int[threads];
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        Set<Thread> ranOn = ConcurrentHashMap.newKeySet();
        CountDownLatch done = new CountDownLatch(threads * perThread);
        for (int t = 0; t < threads; t++) {
            int id = t;
            new Thread(() -> {
                        for (int i = 1; i <= perThread; i++) {
                            int number = i;
                            loop.execute(() -> {
                                overlaps.addAndGet(inside.getAndIncrement());
                                assertThat(loop.inEventLoop()).isTrue();
                                assertThat(number).isEqualTo(++lastOf[id]);
                                ranOn.add(Thread.currentThread());
                                inside.decrementAndGet();
                                done.countDown();
                            });
                        }
                    })
                    .start();
        }
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(overlaps).hasValue(0);
        assertThat(ranOn).allMatch(thread -> thread.getName().contains("worker"));
        assertThat(uncaught).isEmpty();
    }

    @Test
    void inEventLoop_isTrueOnlyInsideATurnOfThisLoop() throws Exception {
        DriverEventLoop other = group.next();
        assertThat(other).isNotSameAs(loop);
        assertThat(loop.inEventLoop()).isFalse();
        CountDownLatch checked = new CountDownLatch(1);
        loop.execute(() -> {
            if (loop.inEventLoop() && !other.inEventLoop()) {
                checked.countDown();
            }
        });
        assertThat(checked.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void schedule_firesByTheRuntimesClock_inOrderOfDeadline() {
        List<String> fired = new CopyOnWriteArrayList<>();
        loop.schedule(() -> fired.add("late"), 200, TimeUnit.MILLISECONDS);
        loop.schedule(() -> fired.add("early"), 100, TimeUnit.MILLISECONDS);
        ScheduledFuture<?> cancelled = loop.schedule(() -> fired.add("never"), 150, TimeUnit.MILLISECONDS);
        await(() -> runtime.handle().timeDriver().timers() == 1);

        clock.advance(Duration.ofMillis(99));
        assertThat(fired).isEmpty();
        clock.advance(Duration.ofMillis(2));
        await(() -> fired.size() == 1);
        cancelled.cancel(false);
        clock.advance(Duration.ofMillis(100));
        await(() -> fired.size() == 2);

        assertThat(fired).containsExactly("early", "late");
    }

    @Test
    void schedule_anEarlierTimerLater_isNotHeldUpByTheFirst() {
        List<String> fired = new CopyOnWriteArrayList<>();
        loop.schedule(() -> fired.add("hour"), 1, TimeUnit.HOURS);
        await(() -> runtime.handle().timeDriver().timers() == 1);
        loop.schedule(() -> fired.add("second"), 1, TimeUnit.SECONDS);
        await(() -> {
            clock.advance(Duration.ofMillis(100));
            return !fired.isEmpty();
        });
        assertThat(fired).containsExactly("second");
    }

    @Test
    void taskThatThrows_isReported_andTheLoopGoesOn() throws Exception {
        CountDownLatch next = new CountDownLatch(1);
        loop.execute(() -> {
            throw new IllegalStateException("a bug");
        });
        loop.execute(next::countDown);

        assertThat(next.await(10, TimeUnit.SECONDS)).isTrue();
        await(() -> !uncaught.isEmpty());
        assertThat(uncaught.get(0)).hasRootCauseMessage("a bug");
    }

    @Test
    void loopThatIsNeverIdle_letsOtherTasksRun() throws Exception {
        // One worker for both: without an end to its turn the loop would keep it.
        try (AsyncRuntime single = AsyncRuntime.builder().workerThreads(1).build()) {
            DriverEventLoopGroup busyGroup = new DriverEventLoopGroup(single.handle(), "busy", 1);
            DriverEventLoop busy = busyGroup.next();
            CountDownLatch others = new CountDownLatch(1);
            busy.execute(new Runnable() {
                @Override
                public void run() {
                    if (others.getCount() > 0) {
                        busy.execute(this);
                    }
                }
            });
            single.handle()
                    .spawn(cx -> {
                        others.countDown();
                        return Poll.ready();
                    })
                    .detach();
            assertThat(others.await(10, TimeUnit.SECONDS)).isTrue();
            single.blockOn(busyGroup.close());
        }
    }

    @Test
    void close_runsWhatWasQueued_thenRefuses() throws Exception {
        CountDownLatch queued = new CountDownLatch(1);
        loop.execute(queued::countDown);
        runtime.blockOn(group.close());
        runtime.blockOn(group.close());

        assertThat(queued.getCount()).isZero();
        assertThat(loop.isTerminated()).isTrue();
        assertThat(group.terminationFuture().isSuccess()).isTrue();
        assertThatThrownBy(() -> loop.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void runtimeThatStopsFirst_endsTheLoop() {
        AsyncRuntime own = AsyncRuntime.builder().workerThreads(1).build();
        DriverEventLoopGroup orphan = new DriverEventLoopGroup(own.handle(), "orphan", 1);
        orphan.next().schedule(() -> {}, 1, TimeUnit.HOURS);

        own.close();

        assertThat(orphan.isTerminated()).isTrue();
        assertThat(orphan.terminationFuture().isDone()).isTrue();
    }
}
