package io.sluice.examples.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.examples.redis.MiniRedis;
import io.sluice.examples.redis.RedisClient;
import io.sluice.examples.redis.Reply;
import io.sluice.examples.support.Serving;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.collect.JoinSet;
import io.sluice.runtime.select.Join;
import io.sluice.runtime.stream.Streams;
import io.sluice.runtime.sync.CancellationToken;
import io.sluice.runtime.sync.ClosedException;
import io.sluice.runtime.sync.Mpsc;
import io.sluice.runtime.testkit.StepRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PatternsTest {

    // ---- actor --------------------------------------------------------------------------------------------------

    @Test
    void account_usedByManyTasks_neverGoesBelowZero() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build();
                Account account = Account.open(runtime.handle())) {
            List<Future<Boolean>> withdrawals = new ArrayList<>();
            runtime.blockOn(account.deposit(1000));
            for (int i = 0; i < 200; i++) {
                withdrawals.add(runtime.handle().spawn(account.withdraw(7)));
            }
            long paid = runtime.blockOn(Join.all(withdrawals)).stream()
                    .filter(paidOut -> paidOut)
                    .count();

            assertThat(paid).isEqualTo(1000 / 7);
            assertThat(runtime.blockOn(account.balance())).isEqualTo(1000 - 7 * paid);
        }
    }

    @Test
    void account_endsWithItsLastHandle() throws Exception {
        try (StepRuntime runtime = new StepRuntime()) {
            Account account = Account.open(runtime.handle());
            Account shared = account.share();
            runtime.run();
            account.close();
            runtime.run();
            assertThat(runtime.watch(shared.balance()).value()).isZero();
            shared.close();
            runtime.run();

            assertThat(runtime.runtime().metrics().aliveTasks()).isZero();
        }
    }

    // ---- command manager ----------------------------------------------------------------------------------------

    @Test
    void commandManager_manyTasksOverOneConnection_eachGetsItsOwnAnswer() throws Exception {
        try (Serving server = new Serving(MiniRedis::start)) {
            AsyncRuntime runtime = server.runtime();
            Handle handle = runtime.handle();
            CommandManager redis =
                    CommandManager.start(handle, runtime.blockOn(RedisClient.connect(handle, server.address())));
            List<Future<Reply>> echoes = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                echoes.add(handle.spawn(redis.call("ECHO", "e" + i)));
            }
            List<Reply> answers = runtime.blockOn(Join.all(echoes));
            for (int i = 0; i < 200; i++) {
                assertThat(((Reply.Bulk) answers.get(i)).text()).isEqualTo("e" + i);
            }
            redis.close();
            server.stop();
        }
    }

    @Test
    void commandManager_whoseServerGoes_tellsWhoeverAsks() throws Exception {
        try (Serving server = new Serving(MiniRedis::start);
                AsyncRuntime runtime = AsyncRuntime.builder()
                        .workerThreads(1)
                        .onUncaught((task, failure) -> {})
                        .build()) {
            Handle handle = runtime.handle();
            CommandManager redis =
                    CommandManager.start(handle, runtime.blockOn(RedisClient.connect(handle, server.address())));
            server.stop();

            assertThatThrownBy(() -> runtime.blockOn(redis.call("PING"))).isInstanceOf(ClosedException.class);
            redis.close();
        }
    }

    // ---- spawner, blocking work ---------------------------------------------------------------------------------

    @Test
    void taskSpawner_runsAll_onItsOwnThread() throws Exception {
        AtomicInteger done = new AtomicInteger();
        List<String> threads = new ArrayList<>(); // one thread writes
        TaskSpawner spawner = TaskSpawner.start();
        for (int i = 0; i < 50; i++) {
            spawner.spawn(handle -> Streams.once(
                            handle.sleep(Duration.ofMillis(1)).isElapsed()
                                    ? Futures.ready("never")
                                    : Futures.map(handle.sleep(Duration.ofMillis(1)), nothing -> "slept"))
                    .forEach(slept -> {
                        threads.add(Thread.currentThread().getName());
                        done.incrementAndGet();
                    }));
        }
        spawner.finish();

        assertThat(done).hasValue(50);
        assertThat(threads).containsOnly("task-spawner");
        assertThatThrownBy(() -> spawner.spawn(handle -> Streams.empty().forEach(nothing -> {})))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void limitedBlockingWork_neverRunsMoreThanItsPlaces() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build();
                JoinSet<Integer> jobs = new JoinSet<>()) {
            LimitedBlockingWork limited = new LimitedBlockingWork(runtime.handle(), 16);
            CountDownLatch allPlacesTaken = new CountDownLatch(16);
            for (int i = 0; i < 64; i++) {
                jobs.spawn(runtime.handle(), limited.run(() -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    allPlacesTaken.countDown();
                    allPlacesTaken.await();
                    return now.decrementAndGet();
                }));
            }

            assertThat(runtime.blockOn(jobs.joinAll())).hasSize(64);
            assertThat(most).hasValue(16);
            assertThat(limited.freePlaces()).isEqualTo(16);
        }
    }

    @Test
    void limitedBlockingWork_cancelledWhileItRuns_givesItsPlaceBackOnlyThen() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build()) {
            LimitedBlockingWork limited = new LimitedBlockingWork(runtime.handle(), 1);
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            JoinHandle<Boolean> given = runtime.handle().spawn(limited.run(() -> {
                running.countDown();
                return release.await(30, TimeUnit.SECONDS);
            }));
            running.await();
            given.abort();
            assertThatThrownBy(() -> runtime.blockOn(given)).isInstanceOf(Exception.class);
            assertThat(limited.freePlaces()).isZero();

            release.countDown();
            assertThat(runtime.blockOn(limited.run(() -> 1))).isEqualTo(1);
        }
    }

    // ---- time ---------------------------------------------------------------------------------------------------

    @Test
    void timeouts_threeModes_differInWhatTheyAllow() {
        try (StepRuntime runtime = new StepRuntime()) {
            Handle handle = runtime.handle();
            Duration limit = Duration.ofSeconds(10);
            StepRuntime.Watched<Void> each =
                    runtime.watch(Timeouts.eachStep(handle, limit, after(handle, 8), first -> after(handle, 8)));
            StepRuntime.Watched<Void> whole =
                    runtime.watch(Timeouts.whole(handle, limit, after(handle, 8), first -> after(handle, 8)));
            Mpsc.Channel<Integer> life = Mpsc.bounded(8);
            StepRuntime.Watched<Void> idle = runtime.watch(
                    Timeouts.idle(handle, limit, Streams.of(life.receiver())).forEach(sign -> {}));

            runtime.advance(Duration.ofSeconds(8), Duration.ofSeconds(1));
            life.sender().trySend(1);
            runtime.run();
            runtime.advance(Duration.ofSeconds(8), Duration.ofSeconds(1));
            assertThat(each.isEnded()).isTrue();
            assertThat(whole.isEnded()).isFalse();
            assertThat(runtime.uncaught()).hasSize(1).first().isInstanceOf(TimeoutException.class);
            assertThat(idle.isEnded()).isFalse();

            runtime.advance(Duration.ofSeconds(3), Duration.ofSeconds(1));
            assertThat(runtime.uncaught()).hasSize(2).last().isInstanceOf(TimeoutException.class);
            assertThat(runtime.runtime().metrics().timers()).isZero();
            life.sender().close();
            runtime.forgetUncaught();
        }
    }

    private static Future<Void> after(Handle handle, int seconds) {
        return handle.sleep(Duration.ofSeconds(seconds));
    }

    @Test
    void timeouts_ofEachKind_areMeasured_andLeaveNothing() throws Exception {
        for (Timeouts.Kind kind : Timeouts.Kind.values()) {
            assertThat(Timeouts.measureNanos(1000, kind)).isPositive();
        }
    }

    // ---- the end, and pressure ----------------------------------------------------------------------------------

    @Test
    void gracefulShutdown_doesAllThatWasAccepted() {
        try (StepRuntime runtime = new StepRuntime()) {
            CancellationToken stop = new CancellationToken();
            GracefulShutdown shop = new GracefulShutdown(runtime.handle(), stop);
            shop.start();
            runtime.advance(Duration.ofMillis(500), Duration.ofMillis(5));
            assertThat(shop.accepted()).isGreaterThan(shop.done() + 10);
            stop.cancel();
            runtime.run();
            int accepted = shop.accepted();
            StepRuntime.Watched<Void> drained = runtime.watch(shop.drained(Duration.ofSeconds(10)));
            assertThat(drained.isEnded()).isFalse();
            runtime.advance(Duration.ofSeconds(5), Duration.ofMillis(5));

            assertThat(drained.isEnded()).isTrue();
            assertThat(shop.accepted()).isEqualTo(accepted);
            assertThat(shop.done()).isEqualTo(accepted);
        }
    }

    @Test
    void gracefulShutdown_thatTakesTooLong_isToldSo() {
        try (StepRuntime runtime = new StepRuntime()) {
            CancellationToken stop = new CancellationToken();
            GracefulShutdown shop = new GracefulShutdown(runtime.handle(), stop);
            shop.start();
            runtime.advance(Duration.ofSeconds(1), Duration.ofMillis(5));
            stop.cancel();
            runtime.watch(shop.drained(Duration.ofMillis(100)));
            runtime.advance(Duration.ofMillis(110), Duration.ofMillis(5));

            assertThat(runtime.uncaught()).hasSize(1).first().isInstanceOf(TimeoutException.class);
            runtime.forgetUncaught();
        }
    }

    @Test
    void backPressure_losesNothing_andHoldsLittle() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            BackPressure.Result result = BackPressure.run(runtime, 3000);

            assertThat(result.stored()).isEqualTo(3000);
            // 64 and 16 in the channels, 4 with the workers, 32 in the batch, and one with the producer.
            assertThat(result.mostInFlight()).isBetween(80, 64 + 16 + 4 + 32 + 1);
        }
    }
}
