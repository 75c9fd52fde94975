package io.sluice.runtime;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.net.IoDriver;
import io.sluice.runtime.scheduler.BlockingPool;
import io.sluice.runtime.scheduler.CurrentThreadScheduler;
import io.sluice.runtime.scheduler.MultiThreadScheduler;
import io.sluice.runtime.scheduler.Scheduler;
import io.sluice.runtime.scheduler.SchedulerMetrics;
import io.sluice.runtime.scheduler.SchedulerSettings;
import io.sluice.runtime.scheduler.Watchdog;
import io.sluice.runtime.scheduler.WorkerThread;
import io.sluice.runtime.time.Clock;
import io.sluice.runtime.time.TimeDriver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler, a timer wheel, a selector and a pool for work that waits, started together and ended together.
 *
 * <p><b>Flavours.</b> By default several workers share all tasks. {@link RuntimeBuilder#currentThread()} gives a runtime without
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
    private final RuntimeHandle handle;
    private final @Nullable Watchdog watchdog;

    AsyncRuntime(RuntimeBuilder builder) {
        ThreadMaker threads = builder.threads();
        SchedulerSettings settings = builder.schedulerSettings(threads);
        this.time = new TimeDriver(builder.clock);
        LongConsumer onTimerLag = builder.onTimerLag;
        if (onTimerLag != null) {
            time.onLag(lagNanos -> tell(onTimerLag, lagNanos, settings.onUncaught()));
        }
        this.io = builder.io ? IoDriver.open() : null;
        this.blocking = new BlockingPool(
                builder.maxBlockingThreads,
                builder.blockingKeepAlive.toNanos(),
                work -> threads.blocking(settings.hooked(work)),
                settings.onUncaught());
        RuntimeDriver driver = new RuntimeDriver(
                time, io, builder.parking, builder.isCurrentThread() ? blocking::isIdle : () -> false);
        if (builder.isCurrentThread()) {
            this.scheduler = new CurrentThreadScheduler(settings, driver);
            this.watchdog = null;
        } else {
            MultiThreadScheduler workers = new MultiThreadScheduler(settings, driver);
            this.scheduler = workers;
            this.watchdog = watchdog(builder, workers);
        }
        Handle.Flavor flavor = builder.isCurrentThread() ? Handle.Flavor.CURRENT_THREAD : Handle.Flavor.MULTI_THREAD;
        this.handle = new RuntimeHandle(
                flavor, builder.spawning(settings), scheduler, blocking, builder.time ? time : null, io);
        blocking.start(handle);
        scheduler.start(handle, handover -> blocking.execute("worker", handover));
        if (watchdog != null) {
            threads.other("-watchdog", watchdog).start();
        }
    }

    /** A hook that throws is reported and keeps no timer from firing. */
    private static void tell(LongConsumer hook, long lagNanos, BiConsumer<String, Throwable> onUncaught) {
        try {
            hook.accept(lagNanos);
        } catch (Throwable bug) {
            onUncaught.accept("onTimerLag", bug);
        }
    }

    private static @Nullable Watchdog watchdog(RuntimeBuilder builder, MultiThreadScheduler workers) {
        Duration longest = builder.longestPoll;
        return longest == null ? null : new Watchdog(workers, builder.clock, longest, builder.onLongPoll);
    }

    public static RuntimeBuilder builder() {
        return new RuntimeBuilder();
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
        if (watchdog != null) {
            watchdog.stop();
        }
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
                tasks.aliveTasks(),
                handle.spawned(),
                tasks.injectionDepth(),
                tasks.prioritizedDepth(),
                tasks.remoteSchedules(),
                tasks.workers(),
                pool.threads(),
                pool.idle(),
                pool.queued(),
                time.timers(),
                io == null ? RuntimeMetrics.IoMetrics.NONE : io.metrics());
    }

    /**
     * Asks every task what it waits for. Each waiting task is polled once more than it would have been, and its leaf
     * futures do nothing in that poll but say where they are; so it is a tool for people, not for every second.
     *
     * @param limit how long to wait for the answers; what did not answer, because its worker is held up by something
     *     else, is there without
     * @throws IllegalStateException on a worker, which would wait for itself
     */
    public List<TaskDump> dump(Duration limit) throws InterruptedException {
        Current.refuseToWait("dump");
        return scheduler.dump(limit.toNanos());
    }

    /**
     * Runs {@code work}, which may wait, in the middle of a poll. On a worker the other tasks go on meanwhile on a spare
     * thread; the rest of the poll, and everything joined with it in one task, waits. Elsewhere {@code work} just runs.
     * For code that cannot be taken apart; {@link Handle#spawnBlocking} is cheaper. The caller does not use its context
     * inside of {@code work}. Follows {@code tokio::task::block_in_place}.
     *
     * @throws IllegalStateException while a current-thread runtime polls a task, because nobody could go on
     */
    public static <T> T blockInPlace(Callable<T> work) throws Exception {
        requireNonNull(work, "work");
        if (WorkerThread.isCurrent()) {
            return MultiThreadScheduler.blockInPlace(work);
        }
        Context context = Current.context();
        if (context == null || !context.isPolling()) {
            return work.call();
        }
        if (context.handle().flavor() == Handle.Flavor.CURRENT_THREAD) {
            throw new IllegalStateException(
                    "blockInPlace was called on " + Thread.currentThread().getName()
                            + ", the only thread of a current-thread runtime; use spawnBlocking");
        }
        Handle.Entered entered = context.handle().enter(); // the root future of a blockOn
        try {
            return work.call();
        } finally {
            entered.close();
        }
    }

    /** Whether the current thread polls tasks of any runtime, and so must not wait. */
    public static boolean isWorkerThread() {
        return WorkerThread.isCurrent() || Current.isPolling();
    }

    private static void refuseOnWorker(String what) {
        if (isWorkerThread()) {
            throw new IllegalStateException(what + " was called on "
                    + Thread.currentThread().getName() + ", a thread that polls tasks and must not wait");
        }
    }
}
