package io.sluice.runtime;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.net.IoDriver;
import io.sluice.runtime.scheduler.BlockingPool;
import io.sluice.runtime.scheduler.CurrentThreadScheduler;
import io.sluice.runtime.scheduler.MultiThreadScheduler;
import io.sluice.runtime.scheduler.Scheduler;
import io.sluice.runtime.scheduler.SchedulerMetrics;
import io.sluice.runtime.scheduler.SchedulerSettings;
import io.sluice.runtime.scheduler.WorkerThread;
import io.sluice.runtime.time.Clock;
import io.sluice.runtime.time.TimeDriver;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler, a timer wheel, a selector and a pool for work that waits, started together and ended together.
 *
 * <p><b>Flavours.</b> By default several workers share all tasks. {@link Builder#currentThread()} gives a runtime without
 * threads of its own, which runs its tasks while somebody is inside {@link #blockOn}.
 *
 * <p><b>The end.</b> {@link #shutdown} takes no more tasks, cancels every task at its next pause, ends timers and I/O
 * (whoever waits for them is woken and told), cancels blocking work that has not started, and waits for the rest up to
 * its deadline. A task spawned afterwards is cancelled at once.
 *
 * <p>All threads are daemons, hold no context class loader, and inherit no thread-locals. Follows
 * {@code tokio::runtime::Runtime}.
 */
public final class AsyncRuntime implements AutoCloseable {

    /** What {@link #close} grants; long enough for any poll that keeps the rule not to wait. */
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(10);

    private final Scheduler scheduler;
    private final BlockingPool blocking;
    private final TimeDriver time;
    private final @Nullable IoDriver io;
    private final Handle handle;

    private AsyncRuntime(Builder builder) {
        this.time = new TimeDriver(builder.clock);
        this.io = builder.io ? IoDriver.open() : null;
        RuntimeDriver driver = new RuntimeDriver(time, io);
        SchedulerSettings settings = builder.schedulerSettings();
        this.scheduler = builder.workers == 0
                ? new CurrentThreadScheduler(settings, driver)
                : new MultiThreadScheduler(settings, driver);
        this.blocking = new BlockingPool(
                builder.maxBlockingThreads,
                builder.blockingKeepAlive.toNanos(),
                builder.threads("-blocking-"),
                builder.onUncaught);
        this.handle = new RuntimeHandle(scheduler, blocking, time, io);
        scheduler.start(handle);
    }

    public static Builder builder() {
        return new Builder();
    }

    public Handle handle() {
        return handle;
    }

    /**
     * Polls {@code future} on the calling thread until it is done, waiting in between.
     *
     * @throws IllegalStateException on a worker, which must not wait: spawn the future, or poll it, instead; and on a
     *     current-thread runtime that is shut down meanwhile
     * @throws InterruptedException if the calling thread is interrupted; the future is cancelled
     * @throws Exception what the future failed with
     */
    public <T> T blockOn(Future<T> future) throws Exception {
        requireNonNull(future, "future");
        refuseOnWorker("blockOn");
        boolean ready = false;
        try {
            Poll<T> poll = scheduler.blockOn(future, handle);
            ready = true;
            return poll.get();
        } finally {
            if (!ready) {
                future.cancel();
            }
        }
    }

    /**
     * Ends the runtime and waits for it.
     *
     * @return whether everything has ended; false if {@code grace} passed first, because a poll or blocking work still
     *     runs. It ends by itself when that returns.
     * @throws IllegalStateException on a worker or on this runtime's blocking pool, which would wait for itself: use
     *     {@link #shutdownInBackground}
     */
    public boolean shutdown(Duration grace) {
        refuseOnWorker("shutdown");
        if (blocking.isCurrent()) {
            throw new IllegalStateException("shutdown was called on "
                    + Thread.currentThread().getName() + ", which it would wait for; use shutdownInBackground");
        }
        shutdownInBackground();
        Clock clock = Clock.system();
        long deadlineNanos = clock.nanoTime() + grace.toNanos();
        try {
            return scheduler.awaitEnd(deadlineNanos - clock.nanoTime())
                    && blocking.awaitEnd(deadlineNanos - clock.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Begins the end and does not wait. Idempotent; any thread. */
    public void shutdownInBackground() {
        scheduler.close();
        blocking.close();
    }

    /** {@link #shutdown} with ten seconds. */
    @Override
    public void close() {
        shutdown(CLOSE_GRACE);
    }

    public RuntimeMetrics metrics() {
        SchedulerMetrics tasks = scheduler.metrics();
        BlockingPool.Metrics pool = blocking.metrics();
        return new RuntimeMetrics(
                tasks.workers(),
                tasks.aliveTasks(),
                tasks.injectionDepth(),
                tasks.localDepth(),
                tasks.pollCount(),
                tasks.parkCount(),
                tasks.stealCount(),
                pool.threads(),
                pool.idle(),
                pool.queued(),
                time.timers(),
                io == null ? 0 : io.registrations());
    }

    /** Whether the current thread polls tasks of any runtime, and so must not wait. */
    public static boolean isWorkerThread() {
        return WorkerThread.isCurrent();
    }

    private void refuseOnWorker(String what) {
        if (WorkerThread.isCurrent() || scheduler.isOnWorker()) {
            throw new IllegalStateException(what + " was called on "
                    + Thread.currentThread().getName() + ", a thread that polls tasks and must not wait");
        }
    }

    /** How a runtime is made; every setting has a default. */
    public static final class Builder {

        // Tokio's figures.
        private static final int EVENT_INTERVAL = 61;
        private static final int MAX_BLOCKING_THREADS = 512;
        private static final Duration BLOCKING_KEEP_ALIVE = Duration.ofSeconds(10);

        private int workers = Runtime.getRuntime().availableProcessors();
        private String threadName = "sluice";
        private int maxBlockingThreads = MAX_BLOCKING_THREADS;
        private Duration blockingKeepAlive = BLOCKING_KEEP_ALIVE;
        private Clock clock = Clock.system();
        private boolean io = true;
        private BiConsumer<String, Throwable> onUncaught = Builder::toThreadHandler;
        private long seed = 0x9E37_79B9_7F4A_7C15L;

        private Builder() {}

        /** Threads that poll tasks; by default as many as there are processors. */
        public Builder workerThreads(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("workerThreads is " + count + "; allowed: at least 1");
            }
            this.workers = count;
            return this;
        }

        /** No threads: tasks run inside {@link AsyncRuntime#blockOn}. */
        public Builder currentThread() {
            this.workers = 0;
            return this;
        }

        /** What thread names begin with. */
        public Builder threadName(String prefix) {
            this.threadName = requireNonNull(prefix, "prefix");
            return this;
        }

        /** Threads for work that waits, at the most; further work queues. Default 512. */
        public Builder maxBlockingThreads(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("maxBlockingThreads is " + count + "; allowed: at least 1");
            }
            this.maxBlockingThreads = count;
            return this;
        }

        /** How long an idle blocking thread stays. Default 10 s. */
        public Builder blockingKeepAlive(Duration keepAlive) {
            this.blockingKeepAlive = requireNonNull(keepAlive, "keepAlive");
            return this;
        }

        public Builder clock(Clock monotonic) {
            this.clock = requireNonNull(monotonic, "monotonic");
            return this;
        }

        /** Whether to open a selector. Without one, streams cannot be used and workers sleep by parking. Default true. */
        public Builder enableIo(boolean enabled) {
            this.io = enabled;
            return this;
        }

        /**
         * Told of each failure that no join handle will show, with the task's name, on the thread where it happened.
         * By default it goes to that thread's uncaught exception handler.
         */
        public Builder onUncaught(BiConsumer<String, Throwable> hook) {
            this.onUncaught = requireNonNull(hook, "hook");
            return this;
        }

        /** Fixes the order in which workers look for tasks to steal, for tests that shall repeat. */
        public Builder seed(long value) {
            this.seed = value;
            return this;
        }

        public AsyncRuntime build() {
            return new AsyncRuntime(this);
        }

        private SchedulerSettings schedulerSettings() {
            return new SchedulerSettings(
                    Math.max(1, workers), EVENT_INTERVAL, seed, clock, workerThreads(), onUncaught);
        }

        private ThreadFactory workerThreads() {
            AtomicInteger number = new AtomicInteger();
            return work -> daemon(
                    new WorkerThread(systemGroup(), work, threadName + "-worker-" + number.incrementAndGet(), 0));
        }

        private ThreadFactory threads(String infix) {
            AtomicInteger number = new AtomicInteger();
            return work ->
                    daemon(new Thread(systemGroup(), work, threadName + infix + number.incrementAndGet(), 0, false));
        }

        private static Thread daemon(Thread thread) {
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            return thread;
        }

        /** The root group, so that no group of the host application is kept alive by a thread of ours. */
        private static ThreadGroup systemGroup() {
            ThreadGroup group = Thread.currentThread().getThreadGroup();
            while (group.getParent() != null) {
                group = group.getParent();
            }
            return group;
        }

        private static void toThreadHandler(String task, Throwable failure) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler()
                    .uncaughtException(thread, new IllegalStateException("task " + task + " failed", failure));
        }
    }
}
