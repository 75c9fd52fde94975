package io.sluice.runtime.scheduler;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.task.OwnedTasks;
import io.sluice.runtime.task.Task;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Spreads tasks over several workers that steal from each other.
 *
 * <p>The end: {@link #close} shuts the injection queue, which is the sign that every worker looks for, and wakes them
 * all. Each worker leaves its loop, helps to end every task that lives here, and reports; the last one to report drops
 * what is still queued (it has ended already), shuts the driver down and opens {@link #awaitEnd}. A task that is being
 * polled meanwhile ends when that poll returns, because its worker reports only then.
 */
public final class MultiThreadScheduler implements Scheduler {

    private static final int SHARDS_PER_WORKER = 4;

    private final SchedulerSettings settings;
    private final Driver driver;
    private final InjectionQueue injection = new InjectionQueue();
    private final Idle idle;
    private final OwnedTasks owned;
    private final Worker[] workers;
    private final Thread[] threads;
    private final AtomicInteger running;
    private final CountDownLatch ended = new CountDownLatch(1);

    private MultiThreadScheduler(SchedulerSettings settings, Driver driver) {
        this.settings = settings;
        this.driver = driver;
        int count = settings.workers();
        this.idle = new Idle(count);
        this.owned = new OwnedTasks(Integer.highestOneBit(Math.max(1, count * SHARDS_PER_WORKER * 2 - 1)));
        this.workers = new Worker[count];
        this.threads = new Thread[count];
        this.running = new AtomicInteger(count);
        ReentrantLock driverLock = new ReentrantLock();
        for (int i = 0; i < count; i++) {
            workers[i] = new Worker(this, i, new Parker(driver, driverLock), settings.seed() + 0x9E3779B97F4A7C15L * i);
        }
    }

    /** Starts the workers; {@link SchedulerSettings#threads} makes {@link WorkerThread}s. */
    public static MultiThreadScheduler start(SchedulerSettings settings, Driver driver) {
        MultiThreadScheduler scheduler = new MultiThreadScheduler(settings, driver);
        for (int i = 0; i < scheduler.workers.length; i++) {
            WorkerThread thread = (WorkerThread) settings.threads().newThread(scheduler.workers[i]);
            thread.assign(scheduler.workers[i]);
            scheduler.threads[i] = thread;
        }
        for (Thread thread : scheduler.threads) {
            thread.start();
        }
        return scheduler;
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
        schedule(task, false);
    }

    @Override
    public void scheduleYielded(Task<?> task) {
        schedule(task, true);
    }

    private void schedule(Task<?> task, boolean yielded) {
        Worker worker = WorkerThread.current(this);
        if (worker != null) {
            worker.schedule(task, yielded);
        } else {
            injection.push(task);
            notifyParked();
        }
    }

    @Override
    public void released(Task<?> task) {
        owned.remove(task);
    }

    @Override
    public void uncaught(Task<?> task, Throwable failure) {
        settings.report(task.name(), failure);
    }

    // ---- workers ----------------------------------------------------------------------------------------------

    /** Wakes a sleeping worker for a new task, if nobody is looking for one already. */
    void notifyParked() {
        int worker = idle.workerToNotify(workerInDriver());
        if (worker != Idle.NOBODY) {
            workers[worker].unpark();
        }
    }

    private int workerInDriver() {
        for (Worker worker : workers) {
            if (worker.isInDriver()) {
                return worker.id();
            }
        }
        return Idle.NOBODY;
    }

    /** The last searcher's look back before it sleeps, for tasks that came after it had looked. */
    void notifyIfWorkPending() {
        for (Worker worker : workers) {
            if (!worker.queue.isEmpty()) {
                notifyParked();
                return;
            }
        }
        if (!injection.isEmpty()) {
            notifyParked();
        }
    }

    boolean isClosed() {
        return injection.isClosed();
    }

    SchedulerSettings settings() {
        return settings;
    }

    InjectionQueue injection() {
        return injection;
    }

    Idle idle() {
        return idle;
    }

    Worker[] workers() {
        return workers;
    }

    // ---- the end ----------------------------------------------------------------------------------------------

    @Override
    public void close() {
        if (injection.close()) {
            for (Worker worker : workers) {
                worker.unpark();
            }
        }
    }

    /** Called by each worker on its own thread when it has left its loop. */
    void workerEnds(Worker worker) {
        injection.close(); // also when a worker fell over by an error of its own
        owned.closeAndShutdownAll(worker.id() * SHARDS_PER_WORKER);
        if (running.decrementAndGet() == 0) {
            for (Worker each : workers) {
                each.drain();
            }
            injection.clear();
            driver.shutdown();
            ended.countDown();
        }
    }

    @Override
    public boolean awaitEnd(long timeoutNanos) throws InterruptedException {
        if (!ended.await(timeoutNanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return true;
    }

    @Override
    public <T> Poll<T> blockOn(Future<T> root, Handle handle) throws Exception {
        ThreadWaker waker = new ThreadWaker(Thread.currentThread());
        Coop coop = Coop.limited();
        Context cx = new Context(waker, coop, handle);
        while (true) {
            coop.refill();
            Poll<T> poll = root.poll(cx);
            if (poll.isReady()) {
                return poll;
            }
            waker.await();
        }
    }

    // ---- figures ----------------------------------------------------------------------------------------------

    @Override
    public boolean isOnWorker() {
        return WorkerThread.current(this) != null;
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
        long sum = 0;
        for (Worker worker : workers) {
            sum += worker.parks();
        }
        return sum;
    }

    @Override
    public long stealCount() {
        long sum = 0;
        for (Worker worker : workers) {
            sum += worker.steals();
        }
        return sum;
    }
}
