package io.sluice.benchmarks.runtime;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Oneshot;
import io.sluice.runtime.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The rows of WORKLOADS part A, and a file to a socket: tasks, channel, semaphore, timers, TCP. */
enum Row {
    A1(10_000) {
        @Override
        void run(AsyncRuntime runtime) throws Exception {
            runtime.blockOn(new SpawnAndJoin());
        }
    },
    A2(10_000) {
        @Override
        void run(AsyncRuntime runtime) throws Exception {
            CountDownLatch ended = new CountDownLatch(1);
            AtomicInteger left = new AtomicInteger(operations());
            for (int i = 0; i < operations(); i++) {
                runtime.handle()
                        .spawn(cx -> {
                            if (left.decrementAndGet() == 0) {
                                ended.countDown();
                            }
                            return Poll.ready();
                        })
                        .detach();
            }
            ended.await();
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
    E2(500_000) {
        @Override
        void run(AsyncRuntime runtime) throws Exception {
            ChannelRows.manyToRoot(runtime, 1000, 5, 100_000);
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
    E5(1_000_000) {
        @Override
        void run(AsyncRuntime runtime) throws Exception {
            ChannelRows.unbounded(runtime, operations());
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
    G1(TimerRows.TIMERS) {
        @Override
        List<Figure> figures() {
            return List.of(new Figure("g1.create", "ms"), new Figure("g1.register", "ms"), new Figure("g1.drop", "ms"));
        }

        @Override
        double[] measure(AsyncRuntime runtime, Clock clock) {
            return TimerRows.registerAndCancel(runtime, clock);
        }
    },
    G2(TimerRows.TIMERS) {
        @Override
        double[] measure(AsyncRuntime runtime, Clock clock) throws Exception {
            return new double[] {TimerRows.fire(runtime, clock)};
        }
    },
    G3(TimerRows.TIMERS) {
        @Override
        double[] measure(AsyncRuntime runtime, Clock clock) throws Exception {
            return new double[] {TimerRows.fireTasks(runtime, clock)};
        }
    },
    H1(0) {
        @Override
        List<Figure> figures() {
            return Figure.trips("h1");
        }

        @Override
        double[] measure(AsyncRuntime runtime, Clock clock) throws Exception {
            return TcpRows.echo(runtime, clock, 100, 2);
        }
    },
    H2(0) {
        @Override
        List<Figure> figures() {
            return Figure.trips("h2");
        }

        @Override
        double[] measure(AsyncRuntime runtime, Clock clock) throws Exception {
            return TcpRows.echo(runtime, clock, 1, 1);
        }
    },
    H3(0) {
        @Override
        List<Figure> figures() {
            return List.of(new Figure("h3", "MiB/s"));
        }

        @Override
        double[] measure(AsyncRuntime runtime, Clock clock) throws Exception {
            return new double[] {TcpRows.stream(runtime, clock, 2)};
        }
    },
    FILE_SENDFILE(FileRows.Way.SENDFILE),
    FILE_COPY(FileRows.Way.COPY),
    FILE_COPY_128K(FileRows.Way.COPY_128K);

    private final int operations;
    private final FileRows.@Nullable Way way;

    /** A file sent that way; an operation is a MiB. */
    Row(FileRows.Way way) {
        this.operations = FileRows.MEBIBYTES;
        this.way = way;
    }

    /** @param operations in one run, for figures per operation; 0 where a run does as many as it can */
    Row(int operations) {
        this.operations = operations;
        this.way = null;
    }

    int operations() {
        return operations;
    }

    /** What one run gives, in order. */
    List<Figure> figures() {
        return List.of(new Figure(name().toLowerCase(Locale.ROOT), way == null ? "ms" : "MiB/s"));
    }

    /** What is timed; rows that measure something else override {@link #measure}. */
    void run(AsyncRuntime runtime) throws Exception {}

    /** One run: a value for each of {@link #figures}. */
    double[] measure(AsyncRuntime runtime, Clock clock) throws Exception {
        if (way != null) {
            return new double[] {FileRows.send(runtime, clock, way)};
        }
        long startNanos = clock.nanoTime();
        run(runtime);
        return new double[] {(clock.nanoTime() - startNanos) / (double) TimeUnit.MILLISECONDS.toNanos(1)};
    }

    /** Whether one run takes seconds. */
    boolean isLong() {
        return operations == 0 || this == G2 || this == G3;
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
