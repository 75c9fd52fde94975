package io.sluice.runtime.scheduler;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import io.sluice.runtime.task.OwnedTasks;
import io.sluice.runtime.task.Task;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs all tasks on the thread that calls {@code blockOn}, and only while it does.
 *
 * <p>Whoever holds {@link #core} is that thread; a second {@code blockOn} waits for the core. Between two looks at the
 * driver it polls the root future if that was woken and then up to {@code eventInterval} tasks, in the order in which
 * they became ready. Follows {@code tokio::runtime::scheduler::current_thread}.
 */
public final class CurrentThreadScheduler implements Scheduler {

    private final SchedulerSettings settings;
    private final Driver driver;
    private final InjectionQueue injection = new InjectionQueue();
    private final OwnedTasks owned = new OwnedTasks(1);
    private final ReentrantLock core = new ReentrantLock(true);

    /** Holder of {@link #core} only. */
    private final ArrayDeque<Task<?>> local = new ArrayDeque<>();

    /** Holder of {@link #core} only. */
    private final Coop coop = Coop.limited();

    /** Holder of {@link #core} only. */
    private int tick;

    /** Holder of {@link #core} only. */
    private boolean ended;

    /** Written by the holder of {@link #core}; any thread compares it with itself. */
    private volatile @Nullable Thread runner;

    private final LongAdder parks = new LongAdder();

    public CurrentThreadScheduler(SchedulerSettings settings, Driver driver) {
        this.settings = settings;
        this.driver = driver;
    }

    // ---- running ----------------------------------------------------------------------------------------------

    @Override
    public <T> Poll<T> blockOn(Future<T> root, Handle handle) throws Exception {
        core.lockInterruptibly();
        runner = Thread.currentThread();
        try {
            return drive(root, handle);
        } finally {
            runner = null;
            core.unlock();
        }
    }

    private <T> Poll<T> drive(Future<T> root, Handle handle) throws Exception {
        RootWaker waker = new RootWaker();
        Context cx = new Context(waker, coop, handle);
        while (!injection.isClosed()) {
            if (waker.take()) {
                coop.refill();
                Poll<T> poll = root.poll(cx);
                if (poll.isReady()) {
                    return poll;
                }
            }
            if (runTasks() || waker.isWoken()) {
                driver.parkNow();
            } else {
                parks.increment();
                driver.park();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        end();
        throw new IllegalStateException("the runtime was shut down while blockOn was waiting");
    }

    /** Runs up to {@code eventInterval} tasks; false once none is ready. */
    private boolean runTasks() {
        for (int i = 0; i < settings.eventInterval(); i++) {
            if (injection.isClosed()) {
                return true;
            }
            Task<?> task = nextTask();
            if (task == null) {
                return false;
            }
            coop.refill();
            task.run(coop);
        }
        return true;
    }

    private @Nullable Task<?> nextTask() {
        tick++;
        if (tick % settings.globalQueueInterval() == 0) {
            Task<?> task = injection.pop();
            return task != null ? task : local.pollFirst();
        }
        Task<?> task = local.pollFirst();
        return task != null ? task : injection.pop();
    }

    /** Wakes the root future; born woken, so that it is polled first. */
    private final class RootWaker implements Waker {
        private final AtomicBoolean woken = new AtomicBoolean(true);

        @Override
        public void wake() {
            if (!woken.getAndSet(true) && Thread.currentThread() != runner) {
                driver.unpark();
            }
        }

        boolean take() {
            return woken.getAndSet(false);
        }

        boolean isWoken() {
            return woken.get();
        }
    }

    // ---- tasks ------------------------------------------------------------------------------------------------

    @Override
    public void spawn(Task<?> task) {
        if (owned.bind(task)) {
            schedule(task);
        } else {
            task.shutdown();
        }
    }

    @Override
    public void schedule(Task<?> task) {
        if (Thread.currentThread() == runner) {
            local.addLast(task);
        } else {
            injection.push(task);
            driver.unpark();
        }
    }

    @Override
    public void scheduleYielded(Task<?> task) {
        schedule(task);
    }

    @Override
    public void released(Task<?> task) {
        owned.remove(task);
    }

    @Override
    public void uncaught(Task<?> task, Throwable failure) {
        settings.report(task.name(), failure);
    }

    // ---- the end ----------------------------------------------------------------------------------------------

    @Override
    public void close() {
        if (injection.close()) {
            driver.unpark();
        }
    }

    @Override
    public boolean awaitEnd(long timeoutNanos) throws InterruptedException {
        if (!core.tryLock(timeoutNanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        try {
            end();
            return true;
        } finally {
            core.unlock();
        }
    }

    private void end() {
        if (!ended) {
            ended = true;
            owned.closeAndShutdownAll(0);
            local.clear();
            injection.clear();
            driver.shutdown();
        }
    }

    // ---- figures ----------------------------------------------------------------------------------------------

    @Override
    public boolean isOnWorker() {
        return Thread.currentThread() == runner;
    }

    @Override
    public int aliveTasks() {
        return owned.size();
    }

    @Override
    public int injectionDepth() {
        return injection.size();
    }

    @Override
    public long parkCount() {
        return parks.sum();
    }

    @Override
    public long stealCount() {
        return 0;
    }
}
