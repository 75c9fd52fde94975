package io.sluice.benchmarks.runtime;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Oneshot;
import io.sluice.runtime.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The rows of WORKLOADS part A that need no network: tasks, channel, semaphore, timers. */
enum Row {
    A1(10_000) {
        @Override
        void run(AsyncRuntime runtime) throws Exception {
            runtime.blockOn(new SpawnAndJoin());
        }
    },
    A3(10_000) {
        @Override
        void run(AsyncRuntime runtime) throws Exception {
            runtime.blockOn(runtime.handle().spawn(new SpawnAndJoin()));
        }
    },
    B(200_000) {
        @Override
        void run(AsyncRuntime runtime) throws Exception {
            CountDownLatch ended = new CountDownLatch(200);
            for (int i = 0; i < 200; i++) {
                runtime.handle().spawn(new Yielding(1000, ended)).detach();
            }
            ended.await();
        }
    },
    C(1000) {
        @Override
        void run(AsyncRuntime runtime) throws Exception {
            CountDownLatch ended = new CountDownLatch(1);
            AtomicInteger left = new AtomicInteger(operations());
            runtime.handle()
                    .spawn(cx -> {
                        for (int i = 0; i < operations(); i++) {
                            cx.handle().spawn(new Ping(left, ended)).detach();
                        }
                        return Poll.ready();
                    })
                    .detach();
            ended.await();
        }
    },
    D(1000) {
        @Override
        void run(AsyncRuntime runtime) throws Exception {
            CountDownLatch ended = new CountDownLatch(1);
            runtime.handle().spawn(new Chain(operations(), ended)).detach();
            ended.await();
        }
    },
    E1(500_000) {
        @Override
        void run(AsyncRuntime runtime) throws Exception {
            ChannelRows.manyToOne(runtime, 1000, 5, 100_000);
        }
    },
    E3(1_000_000) {
        @Override
        void run(AsyncRuntime runtime) throws Exception {
            ChannelRows.manyToOne(runtime, 1000, 1, operations());
        }
    },
    E4(1_000_000) {
        @Override
        void run(AsyncRuntime runtime) throws Exception {
            ChannelRows.alone(runtime, operations());
        }
    },
    F1(SemaphoreRows.TASKS * SemaphoreRows.ROUNDS) {
        @Override
        void run(AsyncRuntime runtime) throws Exception {
            SemaphoreRows.acquireAndRelease(runtime, 10, 1);
        }
    },
    F2(SemaphoreRows.TASKS * SemaphoreRows.ROUNDS) {
        @Override
        void run(AsyncRuntime runtime) throws Exception {
            SemaphoreRows.acquireAndYield(runtime, 10, 4);
        }
    },
    F3(SemaphoreRows.TASKS * SemaphoreRows.ROUNDS) {
        @Override
        void run(AsyncRuntime runtime) throws Exception {
            SemaphoreRows.acquireAndYield(runtime, 1, 1);
        }
    },
    G1_CREATE(TimerRows.TIMERS) {
        @Override
        double millis(AsyncRuntime runtime, Clock clock) {
            return TimerRows.registerAndCancel(runtime, clock, TimerRows.Phase.CREATE);
        }
    },
    G1_REGISTER(TimerRows.TIMERS) {
        @Override
        double millis(AsyncRuntime runtime, Clock clock) {
            return TimerRows.registerAndCancel(runtime, clock, TimerRows.Phase.REGISTER);
        }
    },
    G1_CANCEL(TimerRows.TIMERS) {
        @Override
        double millis(AsyncRuntime runtime, Clock clock) {
            return TimerRows.registerAndCancel(runtime, clock, TimerRows.Phase.CANCEL);
        }
    },
    G2(TimerRows.TIMERS) {
        @Override
        double millis(AsyncRuntime runtime, Clock clock) throws Exception {
            return TimerRows.fire(runtime, clock);
        }
    };

    private final int operations;

    Row(int operations) {
        this.operations = operations;
    }

    int operations() {
        return operations;
    }

    /** What is timed; rows that time something else override {@link #millis}. */
    void run(AsyncRuntime runtime) throws Exception {}

    /** The figure of one run. */
    double millis(AsyncRuntime runtime, Clock clock) throws Exception {
        long startNanos = clock.nanoTime();
        run(runtime);
        return (clock.nanoTime() - startNanos) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    /** Runs before the JIT compiler has settled; rows of a million timers take seconds a run. */
    int warmUpRuns() {
        return operations == TimerRows.TIMERS ? 20 : 40;
    }

    /** Spawns 10,000 empty tasks and joins them in order. */
    private static final class SpawnAndJoin implements Future<Void> {
        private final JoinHandle<?>[] handles = new JoinHandle<?>[10_000];
        private int spawned;
        private int joined;

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            while (spawned < handles.length) {
                handles[spawned++] = cx.handle().spawn(context -> Poll.ready());
            }
            while (joined < handles.length) {
                if (handles[joined].poll(cx).isPending()) {
                    return Poll.pending();
                }
                joined++;
            }
            return Poll.ready();
        }
    }

    private static final class Yielding implements Future<Void> {
        private final CountDownLatch ended;
        private int left;

        Yielding(int times, CountDownLatch ended) {
            this.left = times;
            this.ended = ended;
        }

        @Override
        public Poll<Void> poll(Context cx) {
            if (left-- > 0) {
                cx.yieldTurn();
                return Poll.pending();
            }
            ended.countDown();
            return Poll.ready();
        }
    }

    /** Sends to a partner that it spawns, and waits for the answer. */
    private static final class Ping implements Future<Void> {
        private final AtomicInteger left;
        private final CountDownLatch ended;
        private final Oneshot.Channel<Integer> there = Oneshot.channel();
        private final Oneshot.Channel<Integer> back = Oneshot.channel();
        private boolean sent;

        Ping(AtomicInteger left, CountDownLatch ended) {
            this.left = left;
            this.ended = ended;
        }

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            if (!sent) {
                sent = true;
                cx.handle().spawn(this::pong).detach();
                there.sender().send(1);
            }
            if (back.receiver().poll(cx).isPending()) {
                return Poll.pending();
            }
            if (left.decrementAndGet() == 0) {
                ended.countDown();
            }
            return Poll.ready();
        }

        private Poll<Void> pong(Context cx) throws Exception {
            if (there.receiver().poll(cx).isPending()) {
                return Poll.pending();
            }
            back.sender().send(2);
            return Poll.ready();
        }
    }

    /** Spawns its successor; the last one signals. */
    private record Chain(int left, CountDownLatch ended) implements Future<Void> {
        @Override
        public Poll<Void> poll(Context cx) {
            if (left == 0) {
                ended.countDown();
            } else {
                cx.handle().spawn(new Chain(left - 1, ended)).detach();
            }
            return Poll.ready();
        }
    }
}
