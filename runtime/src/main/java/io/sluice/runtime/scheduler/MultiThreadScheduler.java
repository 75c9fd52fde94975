package io.sluice.runtime.scheduler;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Current;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Priority;
import io.sluice.runtime.TaskDump;
import io.sluice.runtime.TaskMeta;
import io.sluice.runtime.WorkerMetrics;
import io.sluice.runtime.task.OwnedTasks;
import io.sluice.runtime.task.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Spreads tasks over several workers that steal from each other.
 *
 * <p>The end: {@link #close} shuts the injection queue, sets the sign that every worker looks for, and wakes them all.
 * Each worker leaves its loop, helps to end every task that lives here, and reports; the last one to report drops what
 * is still queued (it has ended already), shuts the driver down and opens {@link #awaitEnd}. A task that is being polled
 * meanwhile ends when that poll returns, because its worker reports only then. A task that is spawned meanwhile finds
 * {@link OwnedTasks} closed, or is found there.
 */
public final class MultiThreadScheduler implements Scheduler {

    private static final int SHARDS_PER_WORKER = 4;

    private final SchedulerSettings settings;
    private final Driver driver;
    private final InjectionQueue injection = new InjectionQueue();
    private final Lanes lanes = new Lanes();
    private final LongAdder remoteSchedules = new LongAdder();
    private final Idle idle;
    private final OwnedTasks owned;
    private final AtomicInteger running;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final IntPredicate inDriver = this::isInDriver;

    /** Filled before the first thread starts. */
    private final Worker[] workers;

    /** All that were started, also those whose worker went on elsewhere. Guarded by itself. */
    private final List<Thread> threads = new ArrayList<>();

    /** Where a worker goes on whose thread waits; set by start. */
    private Consumer<Runnable> spareThreads = handover -> {};

    private final Object dumpLock = new Object();

    /** Set while somebody asks what the tasks wait for. */
    private volatile @Nullable DumpRequest dumpRequest;

    /** Any thread. */
    private volatile boolean closed;

    public MultiThreadScheduler(SchedulerSettings settings, Driver driver) {
        this.settings = settings;
        this.driver = driver;
        int count = settings.workers();
        this.idle = new Idle(count);
        this.owned = new OwnedTasks(Integer.highestOneBit(count * SHARDS_PER_WORKER * 2 - 1));
        this.workers = new Worker[count];
        this.running = new AtomicInteger(count);
    }

    @Override
    public void start(Handle handle, Consumer<Runnable> elsewhere) {
        spareThreads = elsewhere;
        makeWorkers(handle);
        for (Worker worker : workers) {
            startThread(worker);
        }
    }

    /** The first half of {@link #start}; what is missing is threads. */
    void makeWorkers(Handle handle) {
        ReentrantLock driverLock = new ReentrantLock();
        for (int i = 0; i < workers.length; i++) {
            long seed = settings.seed() + 0x9E37_79B9_7F4A_7C15L * i;
            workers[i] = new Worker(this, i, new Parker(settings.parking(), driver, driverLock), handle, seed);
        }
    }

    private void startThread(Worker worker) {
        WorkerThread thread = (WorkerThread) settings.threads().newThread(settings.hooked(worker));
        thread.assign(worker);
        synchronized (threads) {
            threads.add(thread);
        }
        thread.start();
    }

    /** Gives {@code worker} another thread in the place of the calling one, which was stopped. */
    void replaceThread(Worker worker) {
        startThread(worker);
    }

    /** Offers a worker to a spare thread. */
    void runElsewhere(Handover handover) {
        spareThreads.accept(handover);
    }

    /**
     * Runs {@code work}, which may wait, in the middle of a poll on one of this scheduler's workers.
     *
     * @throws IllegalStateException if the current thread is none of them
     */
    public static <T> T blockInPlace(Callable<T> work) throws Exception {
        Worker worker = WorkerThread.currentWorker();
        if (worker == null) {
            throw new IllegalStateException("not on a worker");
        }
        return worker.blockInPlace(work);
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
        if (settings.pollHistograms()) {
            task.readyNow(nowNanos());
        }
        Worker worker = WorkerThread.current(this);
        if (worker == null) {
            remoteSchedules.increment();
        }
        if (task.priority() != Priority.NORMAL) {
            lanes.push(task);
            notifyParked();
        } else if (worker != null) {
            worker.schedule(task, yielded);
        } else {
            injection.push(task);
            notifyParked();
        }
    }

    @Override
    public void released(Task<?> task) {
        owned.remove(task);
        Consumer<TaskMeta> hook = settings.hooks().taskEnd();
        if (hook != null) {
            settings.tell(hook, task.meta());
        }
    }

    @Override
    public void uncaught(Task<?> task, Throwable failure) {
        settings.report(task.name(), failure);
    }

    // ---- workers ----------------------------------------------------------------------------------------------

    /** Wakes a sleeping worker for a new task, if nobody is looking for one already. */
    void notifyParked() {
        int worker = idle.workerToNotify(inDriver);
        if (worker != Idle.NOBODY) {
            workers[worker].unpark();
        }
    }

    private boolean isInDriver(int worker) {
        return workers[worker].isInDriver();
    }

    /** The last searcher's look back before it sleeps, for tasks that came after it had looked. */
    void notifyIfWorkPending() {
        for (Worker worker : workers) {
            if (!worker.queue.isEmpty()) {
                notifyParked();
                return;
            }
        }
        if (!injection.isEmpty() || !lanes.isEmpty()) {
            notifyParked();
        }
    }

    boolean isClosed() {
        return closed;
    }

    long nowNanos() {
        return settings.clock().nanoTime();
    }

    SchedulerSettings settings() {
        return settings;
    }

    Lanes lanes() {
        return lanes;
    }

    @Nullable
    DumpRequest dumpRequest() {
        return dumpRequest;
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
        closed = true;
        injection.close();
        lanes.close();
        for (Worker worker : workers) {
            worker.unpark();
        }
    }

    /** Called by each worker on its own thread when it has left its loop. */
    void workerEnds(Worker worker) {
        owned.closeAndShutdownAll(worker.id() * SHARDS_PER_WORKER);
        if (running.decrementAndGet() == 0) {
            driver.shutdown();
            for (Worker each : workers) {
                each.drain();
            }
            ended.countDown();
        }
    }

    @Override
    public boolean awaitEnd(long timeoutNanos) throws InterruptedException {
        long deadlineNanos = nowNanos() + timeoutNanos;
        if (!ended.await(timeoutNanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        List<Thread> all;
        synchronized (threads) {
            all = List.copyOf(threads);
        }
        for (Thread thread : all) {
            // Has nothing left to do but return, unless it waits inside blockInPlace.
            TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadlineNanos - nowNanos()));
            if (thread.isAlive()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public <T> Poll<T> blockOn(Future<T> root, Handle handle) throws Exception {
        ThreadWaker waker = new ThreadWaker(Thread.currentThread(), settings.parking());
        Coop coop = Coop.limited();
        Context cx = new Context(waker, coop, handle);
        Context outer = Current.swap(cx);
        try {
            while (true) {
                waker.await();
                waker.take();
                coop.refill();
                Poll<T> poll = root.poll(cx);
                if (poll.isReady()) {
                    return poll;
                }
            }
        } finally {
            Current.swap(outer);
        }
    }

    @Override
    public List<TaskDump> dump(long timeoutNanos) throws InterruptedException {
        DumpRequest request = new DumpRequest(owned.snapshot());
        synchronized (dumpLock) { // one question at a time
            dumpRequest = request;
            try {
                request.ask();
                request.await(timeoutNanos);
            } finally {
                dumpRequest = null;
            }
        }
        return request.result();
    }

    // ---- figures ----------------------------------------------------------------------------------------------

    @Override
    public boolean isOnWorker() {
        return WorkerThread.current(this) != null;
    }

    @Override
    public SchedulerMetrics metrics() {
        List<WorkerMetrics> each = Arrays.stream(workers).map(Worker::metrics).toList();
        return new SchedulerMetrics(owned.size(), injection.size(), lanes.size(), remoteSchedules.sum(), each);
    }
}
