package io.sluice.runtime.scheduler;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Current;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Locals;
import io.sluice.runtime.Poll;
import io.sluice.runtime.PollTurn;
import io.sluice.runtime.Priority;
import io.sluice.runtime.TaskDump;
import io.sluice.runtime.TaskMeta;
import io.sluice.runtime.WorkerMetrics;
import io.sluice.runtime.task.OwnedTasks;
import io.sluice.runtime.task.Task;
import io.sluice.runtime.task.TaskQueue;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs all tasks on the thread that calls {@code blockOn}, and only while it does.
 *
 * <p>Whoever holds {@link #core} is that thread. Between two looks at the driver it polls its root future, if that was
 * woken, and then up to {@code eventInterval} tasks, in the order in which they became ready. Another thread inside
 * {@code blockOn} polls its own root future meanwhile, and takes the core when the first one leaves. Follows {@code
 * tokio::runtime::scheduler::current_thread}.
 *
 * <p>The end: {@link #close} sets the sign; whoever holds the core, or takes it next, ends all tasks and the driver.
 */
public final class CurrentThreadScheduler implements Scheduler {

    /** Turns between two looks into the injection queue first; Tokio's figure. */
    private static final int INJECTION_INTERVAL = 31;

    private final SchedulerSettings settings;
    private final Driver driver;
    private final InjectionQueue injection = new InjectionQueue();
    private final Lanes shared = new Lanes();
    private final LongAdder remoteSchedules = new LongAdder();
    private final OwnedTasks owned = new OwnedTasks(1);
    private final ReentrantLock core = new ReentrantLock();
    private final WorkerStats stats = new WorkerStats();

    /** Threads inside {@code blockOn} that do not hold the core. */
    private final Queue<RootWaker> waiting = new ConcurrentLinkedQueue<>();

    /** Written by the holder of {@link #core}; any thread compares it with itself. */
    private volatile @Nullable Thread runner;

    /** Any thread. */
    private volatile boolean closed;

    private final Object dumpLock = new Object();

    // All below: holder of core only.
    private final TaskQueue local = new TaskQueue();
    private final Yielded yielded = new Yielded();
    private final Coop coop = Coop.limited();
    private PollTurn polling = new PollTurn(coop, null, yielded);
    private final LaneTurns lanes = new LaneTurns(shared, 1);
    private final PollWatch watch;
    private final int injectionInterval;
    private int turnsToInjection;
    private long awakeSinceNanos;
    private boolean ended;

    /** Set while somebody asks what the tasks wait for. */
    private volatile @Nullable DumpRequest dumpRequest;

    public CurrentThreadScheduler(SchedulerSettings settings, Driver driver) {
        this.settings = settings;
        this.driver = driver;
        this.watch = new PollWatch(settings);
        this.injectionInterval = settings.injectionInterval() == SchedulerSettings.SELF_TUNED
                ? INJECTION_INTERVAL
                : settings.injectionInterval();
        this.turnsToInjection = injectionInterval;
    }

    @Override
    public void start(Handle handle, Consumer<Runnable> elsewhere) {
        polling = new PollTurn(coop, handle, yielded);
    }

    // ---- running ----------------------------------------------------------------------------------------------

    @Override
    public <T> Poll<T> blockOn(Future<T> root, Handle handle) throws Exception {
        RootWaker waker = new RootWaker(Thread.currentThread());
        Context cx = new Context(waker, Coop.unconstrained(), handle);
        Context outer = Current.swap(cx);
        try {
            while (true) {
                Poll<T> poll = core.tryLock() ? withCore(root, waker) : withoutCore(root, cx, waker);
                if (poll.isReady()) {
                    return poll;
                }
            }
        } finally {
            Current.swap(outer);
        }
    }

    private <T> Poll<T> withCore(Future<T> root, RootWaker waker) throws Exception {
        runner = Thread.currentThread();
        waker.drives = true;
        awakeSinceNanos = settings.clock().nanoTime();
        Context outside = Current.swap(polling.context());
        try {
            return drive(root, waker);
        } finally {
            if (closed) {
                end();
            }
            Current.swap(outside);
            waker.drives = false;
            runner = null;
            core.unlock();
            passOnCore();
        }
    }

    /** Ready, or fails; never pending. */
    private <T> Poll<T> drive(Future<T> root, RootWaker waker) throws Exception {
        waker.wake(); // it may have been pending on what only this thread can do now
        while (!closed) {
            if (waker.take()) {
                Poll<T> poll = pollRoot(root, waker);
                if (poll.isReady()) {
                    return poll;
                }
            }
            boolean more = runTasks();
            lookAtDriver(more || waker.isWoken() || !yielded.isEmpty());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        throw new IllegalStateException("the runtime was shut down; nobody is left to wake this future");
    }

    private <T> Poll<T> pollRoot(Future<T> root, RootWaker waker) throws Exception {
        coop.refill();
        try {
            return root.poll(polling.begin(waker, waker.locals));
        } finally {
            polling.end();
        }
    }

    /** Polls the root once, then waits until it is woken or the core may be free. */
    private <T> Poll<T> withoutCore(Future<T> root, Context cx, RootWaker waker) throws Exception {
        if (waker.take()) {
            Poll<T> poll = root.poll(cx);
            if (poll.isReady()) {
                return poll;
            }
        }
        waiting.add(waker);
        try {
            if (core.isLocked()) {
                waker.await();
            }
        } finally {
            waiting.remove(waker);
        }
        return Poll.pending();
    }

    /** To whoever is first: one alone might just be leaving. */
    private void passOnCore() {
        waiting.forEach(RootWaker::wake);
    }

    /** Runs up to {@code eventInterval} tasks; false once none is ready. */
    private boolean runTasks() {
        for (int i = 0; i < settings.eventInterval() && !closed; i++) {
            Task<?> task = nextTask();
            if (task == null) {
                return false;
            }
            poll(task);
        }
        return true;
    }

    private void poll(Task<?> task) {
        coop.refill();
        stats.polled();
        watch.begins(task);
        DumpRequest dump = dumpRequest;
        if (dump == null) {
            task.run(polling);
        } else {
            dump.run(task, polling);
        }
        watch.ends(task);
    }

    private @Nullable Task<?> nextTask() {
        Task<?> before = lanes.beforeNormal(stats.polls());
        if (before != null) {
            return before;
        }
        Task<?> task;
        if (--turnsToInjection <= 0) {
            turnsToInjection = injectionInterval;
            task = injection.pop();
            task = task != null ? task : local.poll();
        } else {
            task = local.poll();
            task = task != null ? task : injection.pop();
        }
        return task != null ? task : lanes.insteadOfNormal(stats.polls());
    }

    private void lookAtDriver(boolean busy) {
        if (busy) {
            driver.parkNow();
        } else {
            sleep();
        }
        yielded.wakeAll(settings);
    }

    private void sleep() {
        stats.busy(settings.clock().nanoTime() - awakeSinceNanos);
        stats.forcedYields(coop.forcedYields());
        watch.parks();
        stats.parked(stats.polls());
        driver.park();
        stats.unparked();
        watch.unparks();
        awakeSinceNanos = settings.clock().nanoTime();
    }

    /** Wakes the root future of one {@code blockOn}; born woken, so that it is polled first. */
    private final class RootWaker extends ThreadWaker {

        /** Written by its own thread: whether it sleeps in the driver. */
        private volatile boolean drives;

        /** What the root future inherits. */
        private final @Nullable Locals locals = Current.locals();

        RootWaker(Thread thread) {
            super(thread, settings.parking());
        }

        @Override
        void unpark() {
            if (drives && Thread.currentThread() != runner) {
                driver.unpark();
            }
            super.unpark();
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
        if (settings.pollHistograms()) {
            task.readyNow(settings.clock().nanoTime());
        }
        boolean here = Thread.currentThread() == runner;
        if (task.priority() != Priority.NORMAL) {
            shared.push(task);
        } else if (here) {
            local.add(task);
        } else {
            injection.push(task);
        }
        if (here) {
            stats.scheduled();
        } else {
            remoteSchedules.increment();
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
        Consumer<TaskMeta> hook = settings.hooks().taskEnd();
        if (hook != null) {
            settings.tell(hook, task.meta());
        }
    }

    @Override
    public void uncaught(Task<?> task, Throwable failure) {
        settings.report(task.name(), failure);
    }

    // ---- the end ----------------------------------------------------------------------------------------------

    @Override
    public void close() {
        closed = true;
        injection.close();
        shared.close();
        driver.unpark();
        if (!isOnWorker() && core.tryLock()) {
            endWithCore();
        }
    }

    @Override
    public boolean awaitEnd(long timeoutNanos) throws InterruptedException {
        if (!core.tryLock(timeoutNanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        endWithCore();
        return true;
    }

    private void endWithCore() {
        runner = Thread.currentThread();
        try {
            end();
        } finally {
            runner = null;
            core.unlock();
        }
    }

    private void end() {
        if (!ended) {
            ended = true;
            owned.closeAndShutdownAll(0);
            driver.shutdown();
            local.clear();
        }
    }

    // ---- figures ----------------------------------------------------------------------------------------------

    @Override
    public boolean isOnWorker() {
        return Thread.currentThread() == runner;
    }

    @Override
    public SchedulerMetrics metrics() {
        WorkerMetrics worker = stats.snapshot(0, watch.pollNanos(), watch.waitNanos());
        return new SchedulerMetrics(
                owned.size(), injection.size(), shared.size(), remoteSchedules.sum(), List.of(worker));
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
}
