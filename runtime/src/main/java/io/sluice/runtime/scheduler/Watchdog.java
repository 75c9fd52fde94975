package io.sluice.runtime.scheduler;

import io.sluice.runtime.LongPoll;
import io.sluice.runtime.task.Task;
import io.sluice.runtime.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks from a thread of its own at what the workers poll, and reports each poll that runs too long, once.
 *
 * <p>A poll is found at the latest when it has run for one and a quarter of the limit. What looks long may also be a
 * garbage collection, which stops everybody. Tokio has no counterpart (tokio-rs/tokio#6315).
 */
public final class Watchdog implements Runnable {

    private static final int LOOKS_PER_LIMIT = 4;
    private static final long SHORTEST_LOOK_NANOS = 1_000_000;

    private final MultiThreadScheduler scheduler;
    private final Clock clock;
    private final long limitNanos;
    private final Consumer<LongPoll> report;

    /** When the poll that was reported last began, by worker. Watchdog's thread only. */
    private final long[] reportedSince;

    private volatile boolean stopped;
    private volatile @Nullable Thread thread;

    public Watchdog(MultiThreadScheduler scheduler, Clock clock, Duration limit, Consumer<LongPoll> report) {
        this.scheduler = scheduler;
        this.clock = clock;
        this.limitNanos = limit.toNanos();
        this.report = report;
        this.reportedSince = new long[scheduler.workers().length];
        for (int i = 0; i < reportedSince.length; i++) {
            reportedSince[i] = Task.UNKNOWN_NANOS;
        }
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!stopped) {
            LockSupport.parkNanos(this, Math.max(SHORTEST_LOOK_NANOS, limitNanos / LOOKS_PER_LIMIT));
            look();
        }
    }

    /** Ends the thread soon. Any thread. */
    public void stop() {
        stopped = true;
        Thread running = thread;
        if (running != null) {
            LockSupport.unpark(running);
        }
    }

    void look() {
        long nowNanos = clock.nanoTime();
        for (Worker worker : scheduler.workers()) {
            look(worker.id(), worker.watch(), nowNanos);
        }
    }

    private void look(int worker, PollWatch watch, long nowNanos) {
        long since = watch.sinceNanos();
        Task<?> task = watch.running();
        Thread polling = watch.thread();
        if (task == null || polling == null || nowNanos - since < limitNanos || reportedSince[worker] == since) {
            return;
        }
        List<StackTraceElement> stack = List.of(polling.getStackTrace());
        if (watch.running() != task || watch.sinceNanos() != since) {
            return; // it ended meanwhile, and the stack is another's
        }
        reportedSince[worker] = since;
        LongPoll found = new LongPoll(task.meta(), Duration.ofNanos(nowNanos - since), polling, stack);
        scheduler.settings().call(() -> report.accept(found));
    }
}
