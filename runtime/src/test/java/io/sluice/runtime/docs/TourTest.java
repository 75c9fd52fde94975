package io.sluice.runtime.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Priority;
import io.sluice.runtime.TaskLocal;
import io.sluice.runtime.TaskOptions;
import io.sluice.runtime.Waker;
import io.sluice.runtime.Yield;
import io.sluice.runtime.collect.JoinSet;
import io.sluice.runtime.local.LocalSet;
import io.sluice.runtime.local.PriorityExecutor;
import io.sluice.runtime.select.Join;
import io.sluice.runtime.select.Select;
import io.sluice.runtime.sync.CancellationToken;
import io.sluice.runtime.sync.Mpsc;
import io.sluice.runtime.sync.Mutex;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.sync.Semaphore;
import io.sluice.runtime.sync.TaskTracker;
import io.sluice.runtime.testkit.ManualClock;
import io.sluice.runtime.testkit.StepRuntime;
import io.sluice.runtime.testkit.TestWaker;
import io.sluice.runtime.time.Interval;
import io.sluice.runtime.time.MissedTick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The samples of {@code docs/runtime.md}, each between two markers, so that they are compiled and run. {@link
 * RuntimePageTest} compares them with the page.
 */
@Timeout(60)
class TourTest {

    // ---- futures ----------------------------------------------------------------------------------------------

    @Test
    void runtime_start_blockOn() throws Exception {
        // sample: start
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            Future<Integer> answer = cx -> Poll.ready(6 * 7);

            int value = runtime.blockOn(answer); // polls it on this thread

            assertThat(value).isEqualTo(42);
        } // ends all tasks, timers and threads
        // end of sample
    }

    // sample: bell
    /** Waits until somebody rings. A leaf: it waits for something that is no future. */
    static final class Bell implements Future<Void> {
        private volatile boolean rung;
        private volatile @Nullable Waker waiter;

        /** Any thread. */
        void ring() {
            rung = true;
            Waker waker = waiter;
            if (waker != null) {
                waker.wake();
            }
        }

        @Override
        public Poll<Void> poll(Context cx) {
            if (!cx.proceed()) { // the budget is spent, or somebody asks what the task waits for
                return Poll.pending();
            }
            waiter = cx.waker(); // first leave the waker ...
            if (!rung) { // ... then look: a ring in between finds it
                return Poll.pending();
            }
            cx.madeProgress();
            return Poll.ready();
        }

        @Override
        public void cancel() {
            waiter = null;
        }
    }
    // end of sample

    @Test
    void bell_polledByHand() {
        // sample: by-hand
        Bell bell = new Bell();
        TestWaker waker = new TestWaker();

        assertThat(bell.poll(waker.context()).isPending()).isTrue();
        assertThat(waker.isWoken()).isFalse();

        bell.ring();

        assertThat(waker.isWoken()).isTrue();
        assertThat(bell.poll(waker.context()).isReady()).isTrue();
        // end of sample
    }

    // sample: sum
    /** Takes numbers from a channel until its end, and gives their sum. */
    static final class Sum implements Future<Long> {
        private final Mpsc.Receiver<Integer> numbers;
        private long sum;

        Sum(Mpsc.Receiver<Integer> numbers) {
            this.numbers = numbers;
        }

        @Override
        public Poll<Long> poll(Context cx) {
            while (true) {
                Poll<Integer> next = numbers.pollRecv(cx);
                if (next.isPending()) {
                    return Poll.pending(); // the channel has our waker
                }
                Integer number = next.get();
                if (number == null) {
                    return Poll.ready(sum); // the channel has ended
                }
                sum += number;
            }
        }

        @Override
        public void cancel() {
            numbers.closeAndDiscard(); // the producers are told
        }
    }
    // end of sample

    // sample: admitted
    /** Does {@code work} while it holds a permit. */
    static final class Admitted<T> implements Future<T> {
        private final Semaphore.Acquire acquire;
        private final Future<T> work;
        private @Nullable Permit permit;

        Admitted(Semaphore semaphore, Future<T> work) {
            this.acquire = semaphore.acquire();
            this.work = work;
        }

        @Override
        public Poll<T> poll(Context cx) throws Exception {
            boolean waiting = false;
            try {
                if (permit == null) {
                    Poll<Permit> acquired = acquire.poll(cx);
                    if (acquired.isPending()) {
                        waiting = true;
                        return Poll.pending();
                    }
                    permit = acquired.get();
                }
                Poll<T> polled = work.poll(cx);
                waiting = polled.isPending();
                return polled;
            } finally {
                if (!waiting) {
                    cancel(); // ready or failed: nothing is held any more
                }
            }
        }

        @Override
        public void cancel() {
            acquire.cancel(); // each of these does nothing if there is nothing to do
            work.cancel();
            if (permit != null) {
                permit.close();
            }
        }
    }
    // end of sample

    @Test
    void admitted_releasesOnEveryExit() throws Exception {
        Semaphore one = new Semaphore(1);
        Context cx = Context.of(Waker.NOOP);
        assertThat(new Admitted<>(one, Futures.ready("done")).poll(cx).get()).isEqualTo("done");
        assertThat(one.availablePermits()).isEqualTo(1);

        Future<String> failing = new Admitted<>(one, Futures.failed(new IllegalStateException("on purpose")));
        assertThatThrownBy(() -> failing.poll(cx)).hasMessage("on purpose");
        assertThat(one.availablePermits()).isEqualTo(1);

        Future<Void> waiting = new Admitted<>(one, new Bell());
        assertThat(waiting.poll(cx).isPending()).isTrue();
        Future<Void> queued = new Admitted<>(one, new Bell());
        assertThat(queued.poll(cx).isPending()).isTrue();
        queued.cancel();
        assertThat(one.waiters()).isZero();
        waiting.cancel();
        assertThat(one.availablePermits()).isEqualTo(1);
    }

    // sample: crunch
    /** A long computation that gives way after each piece. */
    static final class Crunch implements Future<Long> {
        private static final int PIECE = 10_000;
        private final long end;
        private long at;
        private long sum;

        Crunch(long end) {
            this.end = end;
        }

        @Override
        public Poll<Long> poll(Context cx) {
            for (int i = 0; i < PIECE && at < end; i++, at++) {
                sum += at;
            }
            if (at < end) {
                cx.yieldTurn(); // another turn, behind all others that are ready, and the drivers
                return Poll.pending();
            }
            return Poll.ready(sum);
        }
    }
    // end of sample

    @Test
    void crunch_givesWay() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build()) {
            assertThat(runtime.blockOn(runtime.handle().spawn(new Crunch(25_000))))
                    .isEqualTo(25_000L * 24_999 / 2);
            assertThat(runtime.metrics().pollCount()).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void futures_combinators() throws Exception {
        // sample: combinators
        Future<Integer> length = Futures.map(Futures.ready("sluice"), String::length);
        Future<String> spelled = Futures.andThen(length, n -> Futures.ready("n = " + n));
        Future<String> safe = Futures.recover(spelled, failure -> "none");

        assertThat(safe.poll(Context.of(Waker.NOOP)).get()).isEqualTo("n = 6");
        // end of sample
    }

    // ---- tasks ------------------------------------------------------------------------------------------------

    @Test
    void task_spawnAndJoin() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            // sample: spawn
            Handle handle = runtime.handle();
            Mpsc.Channel<Integer> numbers = Mpsc.bounded(16);
            JoinHandle<Long> sum = handle.spawn(TaskOptions.named("sum"), new Sum(numbers.receiver()));

            for (int i = 1; i <= 10; i++) {
                numbers.sender().trySend(i);
            }
            numbers.sender().close();

            assertThat(runtime.blockOn(sum)).isEqualTo(55L);
            // end of sample
        }
    }

    @Test
    void task_failsOrIsAborted() {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            Handle handle = runtime.handle();
            // sample: join-exception
            JoinHandle<Void> fails = handle.spawn(Futures.failed(new IllegalStateException("no route")));
            JoinHandle<Void> waits = handle.spawn(new Bell());
            waits.abort(); // a worker cancels the future; this thread does not

            assertThatThrownBy(() -> runtime.blockOn(fails))
                    .isInstanceOf(JoinException.class)
                    .hasRootCauseMessage("no route");
            assertThatThrownBy(() -> runtime.blockOn(waits))
                    .isInstanceOfSatisfying(
                            JoinException.class,
                            end -> assertThat(end.isCancelled()).isTrue());
            // end of sample
        }
    }

    @Test
    void task_failureThatNobodyJoins_isReported() throws Exception {
        // sample: uncaught
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        try (AsyncRuntime runtime = AsyncRuntime.builder()
                .onUncaught((task, failure) -> told.add(task + ": " + failure.getMessage()))
                .build()) {
            runtime.handle()
                    .spawn(TaskOptions.named("orphan"), Futures.failed(new IllegalStateException("lost")))
                    .detach();

            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("orphan: lost");
        }
        // end of sample
    }

    @Test
    void joinSet_givesResultsAsTheyCome() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            // sample: join-set
            try (JoinSet<Integer> squares = new JoinSet<>()) {
                for (int i = 1; i <= 4; i++) {
                    int side = i;
                    squares.spawn(runtime.handle(), cx -> Poll.ready(side * side));
                }
                List<Integer> results = runtime.blockOn(squares.joinAll());

                assertThat(results).containsExactlyInAnyOrder(1, 4, 9, 16); // in the order in which they ended
            } // aborts what has not ended
            // end of sample
        }
    }

    @Test
    void join_waitsForAll_inOneTask() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            Handle handle = runtime.handle();
            // sample: join
            Future<String> both = Join.of(
                    Futures.map(handle.sleep(Duration.ofMillis(5)), nothing -> "slow"),
                    Futures.ready("quick"),
                    (slow, quick) -> slow + " and " + quick);

            assertThat(runtime.blockOn(both)).isEqualTo("slow and quick"); // no task was spawned
            // end of sample
        }
    }

    // ---- channels, select, time -------------------------------------------------------------------------------

    @Test
    void channel_bounded() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            // sample: channel
            Mpsc.Channel<String> channel = Mpsc.bounded(2);
            Mpsc.Sender<String> sender = channel.sender();
            Mpsc.Receiver<String> receiver = channel.receiver();

            assertThat(sender.trySend("a")).isEqualTo(Mpsc.SendResult.SENT);
            assertThat(sender.trySend("b")).isEqualTo(Mpsc.SendResult.SENT);
            assertThat(sender.trySend("c")).isEqualTo(Mpsc.SendResult.FULL); // says so, never waits

            JoinHandle<Void> sending = runtime.handle().spawn(sender.sendAsync("c")); // waits for room
            List<String> received = new ArrayList<>();
            while (received.size() < 3) {
                runtime.blockOn(receiver.recvMany(received, 10)); // as many as there are
            }
            runtime.blockOn(sending);
            sender.close();

            assertThat(received).containsExactly("a", "b", "c");
            assertThat(runtime.blockOn(receiver.recv())).isNull(); // the end
            // end of sample
        }
    }

    @Test
    void channel_fromAPlainThread() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            // sample: channel-thread
            Mpsc.Channel<Integer> numbers = Mpsc.bounded(1);
            JoinHandle<Long> sum = runtime.handle().spawn(new Sum(numbers.receiver()));
            for (int i = 1; i <= 100; i++) {
                numbers.sender().blockingSend(i, Duration.ofSeconds(10)); // waits; a worker is refused here
            }
            numbers.sender().close();

            assertThat(runtime.blockOn(sum)).isEqualTo(5050L);
            // end of sample
        }
    }

    @Test
    void select_firstOfSeveral() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            // sample: select
            Mpsc.Channel<String> orders = Mpsc.bounded(8);
            CancellationToken stop = new CancellationToken();
            orders.sender().trySend("one coffee");

            Future<String> next = Select.<String>biased() // looks at the branches in this order
                    .owned(stop.cancelled(), nothing -> "stopped")
                    .owned(orders.receiver().recv(), order -> "made " + order)
                    .owned(runtime.handle().sleep(Duration.ofSeconds(5)), nothing -> "nothing to do");

            assertThat(runtime.blockOn(next)).isEqualTo("made one coffee"); // the two losers were cancelled
            assertThat(stop.waiters()).isZero();
            assertThat(runtime.metrics().timers()).isZero();
            // end of sample
        }
    }

    @Test
    void timeout_cancelsTheInner() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            // sample: timeout
            Semaphore busy = new Semaphore(0);
            Future<Permit> inTime = runtime.handle().timeout(Duration.ofMillis(20), busy.acquire());

            assertThatThrownBy(() -> runtime.blockOn(inTime)).isInstanceOf(TimeoutException.class);
            assertThat(busy.waiters()).isZero(); // it has left the queue
            // end of sample
        }
    }

    @Test
    void interval_withVirtualTime() throws Exception {
        // sample: interval
        ManualClock clock = new ManualClock().autoAdvancing();
        try (AsyncRuntime runtime =
                AsyncRuntime.builder().currentThread().clock(clock).build()) {
            long start = clock.nanoTime();
            Interval hourly = runtime.handle().interval(Duration.ofHours(1), MissedTick.SKIP);
            for (int i = 0; i < 24; i++) {
                runtime.blockOn(hourly.tick()); // at 0:00, 1:00, ... 23:00, without a wait
            }
            hourly.cancel();

            assertThat(Duration.ofNanos(clock.nanoTime() - start)).isEqualTo(Duration.ofHours(23));
        }
        // end of sample
    }

    @Test
    void stepRuntime_assertsNotYet() {
        // sample: step
        try (StepRuntime runtime = new StepRuntime()) {
            StepRuntime.Watched<Void> nap = runtime.watch(runtime.handle().sleep(Duration.ofMinutes(1)));

            runtime.advance(Duration.ofSeconds(59));
            assertThat(nap.isEnded()).isFalse(); // for certain, not "not within 100 ms"

            runtime.advance(Duration.ofSeconds(1));
            assertThat(nap.isEnded()).isTrue();
        }
        // end of sample
    }

    @Test
    void mutex_acrossAPause() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            // sample: mutex
            Mutex<List<String>> log = new Mutex<>(new ArrayList<>());
            Future<Integer> append = Futures.map(log.lock(), guard -> {
                try (guard) {
                    guard.get().add("one line");
                    return guard.get().size();
                }
            });

            assertThat(runtime.blockOn(append)).isEqualTo(1);
            // end of sample
        }
    }

    // ---- work that waits --------------------------------------------------------------------------------------

    @Test
    void blockingWork_onItsOwnThreads() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build()) {
            // sample: blocking
            JoinHandle<String> where = runtime.handle().spawnBlocking(() -> {
                TimeUnit.MILLISECONDS.sleep(5); // a JDBC call, a file, a name lookup
                return Thread.currentThread().getName();
            });

            assertThat(runtime.blockOn(where)).startsWith("sluice-blocking-");
            // end of sample
        }
    }

    @Test
    void blockInPlace_theOthersGoOn() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build()) {
            // sample: block-in-place
            CountDownLatch answer = new CountDownLatch(1);
            JoinHandle<Boolean> waits = runtime.handle()
                    .spawn(cx -> Poll.ready(AsyncRuntime.blockInPlace(() -> answer.await(30, TimeUnit.SECONDS))));
            JoinHandle<Void> answers = runtime.handle().spawn(cx -> {
                answer.countDown(); // runs, although the only worker's thread waits
                return Poll.ready();
            });

            runtime.blockOn(answers);
            assertThat(runtime.blockOn(waits)).isTrue();
            // end of sample
        }
    }

    // ---- the end ----------------------------------------------------------------------------------------------

    // sample: shop
    /** Serves orders until it is asked to stop; then takes no more, and serves those that it has. */
    static final class Shop implements Future<Integer> {
        private final Mpsc.Receiver<String> orders;
        private final Future<Void> stop;
        private boolean stopping;
        private int served;

        Shop(Mpsc.Receiver<String> orders, CancellationToken stop) {
            this.orders = orders;
            this.stop = stop.cancelled();
        }

        @Override
        public Poll<Integer> poll(Context cx) throws Exception {
            if (!stopping && stop.poll(cx).isReady()) {
                stopping = true;
                orders.close(); // senders are told CLOSED from here on
            }
            while (true) {
                Poll<String> order = orders.pollRecv(cx);
                if (order.isPending()) {
                    return Poll.pending();
                }
                if (order.get() == null) {
                    stop.cancel();
                    return Poll.ready(served);
                }
                served++;
            }
        }

        @Override
        public void cancel() {
            stop.cancel();
            orders.closeAndDiscard();
        }
    }
    // end of sample

    @Test
    void shutdown_graceful() throws Exception {
        // sample: shutdown
        AsyncRuntime runtime = AsyncRuntime.builder().build();
        CancellationToken stop = new CancellationToken();
        TaskTracker open = new TaskTracker();
        Mpsc.Channel<String> orders = Mpsc.bounded(100);
        JoinHandle<Integer> shop = open.spawn(runtime.handle(), new Shop(orders.receiver(), stop));
        for (int i = 0; i < 10; i++) {
            orders.sender().trySend("order " + i);
        }

        stop.cancel(); // 1. ask everybody to stop
        open.close(); // 2. wait until everybody has, but not for ever
        runtime.blockOn(runtime.handle().timeout(Duration.ofSeconds(10), open.await()));
        int served = runtime.blockOn(shop);
        boolean ended = runtime.shutdown(Duration.ofSeconds(5)); // 3. end what is left, and the threads

        assertThat(served).isEqualTo(10);
        assertThat(ended).isTrue();
        assertThat(orders.sender().trySend("too late")).isEqualTo(Mpsc.SendResult.CLOSED);
        // end of sample
    }

    // ---- priorities, locals -----------------------------------------------------------------------------------

    @Test
    void priority_urgentGoesFirst() throws Exception {
        // sample: priorities
        List<String> order = new ArrayList<>();
        try (AsyncRuntime runtime = AsyncRuntime.builder().currentThread().build()) {
            for (Priority level : List.of(Priority.BACKGROUND, Priority.NORMAL, Priority.URGENT)) {
                runtime.handle().spawn(TaskOptions.named("job").withPriority(level), cx -> {
                    order.add(level.name());
                    return Poll.ready();
                });
            }
            runtime.blockOn(runtime.handle().sleep(Duration.ofMillis(1))); // the tasks run meanwhile
        }
        assertThat(order).containsExactly("URGENT", "NORMAL", "BACKGROUND");
        // end of sample
    }

    @Test
    void priorityExecutor_256Levels() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            // sample: priority-executor
            try (PriorityExecutor jobs = PriorityExecutor.start(runtime.handle(), 2)) {
                JoinHandle<String> paid = jobs.spawn(200, Futures.ready("paid"));
                JoinHandle<String> free = jobs.spawn(10, Futures.ready("free"));

                assertThat(runtime.blockOn(paid)).isEqualTo("paid");
                assertThat(runtime.blockOn(free)).isEqualTo("free");
            }
            // end of sample
        }
    }

    // sample: local-key
    private static final TaskLocal<String> TENANT = TaskLocal.named("tenant");
    // end of sample

    @Test
    void taskLocal_isInherited() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            // sample: task-local
            Future<JoinHandle<String>> request = TENANT.scope(
                    "acme", // seen by this future, by what it spawns, and by blocking work that it gives away
                    cx -> Poll.ready(
                            cx.handle().spawnBlocking(() -> TENANT.get().orElse("nobody"))));

            assertThat(runtime.blockOn(runtime.blockOn(request))).isEqualTo("acme");
            assertThat(TENANT.get()).isEmpty();
            // end of sample
        }
    }

    @Test
    void localSet_onOneThread() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().currentThread().build()) {
            // sample: local-set
            LocalSet set = new LocalSet();
            int[] count = {0}; // no lock: one thread at a time polls the set's tasks
            for (int i = 0; i < 100; i++) {
                set.spawn(cx -> {
                    count[0]++;
                    return Poll.ready();
                });
            }
            runtime.blockOn(set); // ready when no task is left

            assertThat(count[0]).isEqualTo(100);
            // end of sample
        }
    }

    // ---- other Java code --------------------------------------------------------------------------------------

    @Test
    void stages_inBothDirections() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            // sample: stages
            CompletableFuture<Integer> theirs = CompletableFuture.supplyAsync(() -> 20);
            Future<Integer> ours = Futures.map(Futures.fromStage(theirs), n -> n + 1);

            CompletableFuture<Integer> doubled = Futures.toCompletableFuture(
                    runtime.handle(), Futures.map(ours, n -> 2 * n)); // a task; cancel aborts it

            assertThat(doubled.get(30, TimeUnit.SECONDS)).isEqualTo(42);
            // end of sample
        }
    }

    // ---- the budget -------------------------------------------------------------------------------------------

    @Test
    void budget_aGreedyTaskGivesWay() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().currentThread().build()) {
            // sample: budget
            Mpsc.Channel<Integer> full = Mpsc.bounded(1_000);
            for (int i = 0; i < 1_000; i++) {
                full.sender().trySend(1);
            }
            full.sender().close();
            runtime.blockOn(runtime.handle().spawn(new Sum(full.receiver())));

            // 1,000 results and the end, at most 128 in a turn: eight turns, not one.
            assertThat(runtime.metrics().pollCount()).isEqualTo(1 + 1_000 / Coop.BUDGET);
            // end of sample
        }
    }

    @Test
    void yield_givesWayOnce() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().currentThread().build()) {
            assertThat(runtime.blockOn(Yield.now())).isNull();
        }
    }
}
