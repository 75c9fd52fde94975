package io.sluice.runtime.scheduler;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Current;
import io.sluice.runtime.Handle;
import io.sluice.runtime.PollTurn;
import io.sluice.runtime.WorkerMetrics;
import io.sluice.runtime.task.Task;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One worker of the multi-thread scheduler: takes the next task, polls it, looks for more, sleeps.
 *
 * <p>Unless a field says otherwise it belongs to the thread that runs the worker. The next task comes from the LIFO slot
 * (what the last task woke, still warm in cache), then the local ring, then the injection queue, then other workers'
 * rings; {@link LaneTurns} puts urgent and background tasks around these. Every so often ({@link PollTimes}) the
 * injection queue comes first, every {@code eventInterval} turns the driver is looked at. At most
 * {@link #MAX_LIFO_POLLS} tasks in a row run from the LIFO slot, on one budget, so that two tasks that wake each other do
 * not keep out the rest. Tasks that yield go to the back, behind a look at the driver.
 *
 * <p>A worker outlives what goes wrong around it. What a task throws ends the task; what the driver throws, or a lack
 * of memory in between, is reported and the loop goes on, unless it happens {@link #MAX_MISHAPS} times in a row; a
 * thread that is stopped is replaced. A task that waits gives the worker away ({@link #blockInPlace}): the worker then
 * goes on in another thread, and the loop of the old one ends with that poll. Follows
 * {@code tokio::runtime::scheduler::multi_thread::worker}.
 */
final class Worker implements Runnable {

    /** Tokio's figure: the slot is off while the third of them runs. */
    private static final int MAX_LIFO_POLLS = 3;

    /** Failures without one good turn between them after which the runtime ends instead of spinning. */
    private static final int MAX_MISHAPS = 16;

    /** What a worker leaves to others when there is no memory; that is counted as no failure, because it may end. */
    private static final long WANT_OF_MEMORY_NANOS = 10_000_000;

    private final MultiThreadScheduler scheduler;
    private final int id;
    private final Parker parker;
    private final Handle handle;
    private final Yielded yielded = new Yielded();
    private final PollTimes times;
    private final LaneTurns lanes;
    private final PollWatch watch;

    /** Pushed and popped by this worker, stolen from by others. */
    final LocalQueue queue = new LocalQueue();

    /** Any thread reads. */
    final WorkerStats stats = new WorkerStats();

    /** Replaced when the worker is given away in the middle of a poll, which keeps the old one. */
    private PollTurn polling;

    private @Nullable Task<?> lifo;
    private boolean lifoEnabled = true;

    /** Counted as searching in {@link Idle}. */
    private boolean searching;

    /** On the list of sleepers in {@link Idle}, unless somebody has taken it off. */
    private boolean parked;

    /** Looking at the driver: what that wakes stays here until all is woken, then others are called to help. */
    private boolean inDriver;

    private int turnsToDriver;
    private int turnsToInjection;
    private long awakeSinceNanos;
    private long random;

    Worker(MultiThreadScheduler scheduler, int id, Parker parker, Handle handle, long seed) {
        SchedulerSettings settings = scheduler.settings();
        this.scheduler = scheduler;
        this.id = id;
        this.parker = parker;
        this.handle = handle;
        this.times = new PollTimes(settings.injectionInterval());
        this.lanes = new LaneTurns(scheduler.lanes(), 1 + MAX_LIFO_POLLS);
        this.watch = new PollWatch(settings);
        this.polling = newTurn();
        this.random = seed == 0 ? 1 : seed;
        this.turnsToDriver = settings.eventInterval();
        this.turnsToInjection = times.interval();
    }

    private PollTurn newTurn() {
        return new PollTurn(Coop.limited(), handle, yielded);
    }

    // ---- the loop ---------------------------------------------------------------------------------------------

    /** Runs the worker on the current thread, to which it is assigned, until it ends or is given away. */
    @Override
    public void run() {
        Context outer = Current.swap(polling.context());
        awakeSinceNanos = scheduler.nowNanos();
        times.startBatch(awakeSinceNanos);
        loop((WorkerThread) Thread.currentThread());
        Current.swap(outer);
    }

    private void loop(WorkerThread thread) {
        int mishaps = 0;
        while (thread.worker() == this) {
            if (scheduler.isClosed()) {
                scheduler.workerEnds(this);
                return;
            }
            try {
                if (!turn()) {
                    rest();
                }
                mishaps = 0;
            } catch (Throwable mishap) {
                if (thread.worker() != this) {
                    throw mishap; // no more this thread's worker to mend
                }
                recover(mishap);
                if (Task.isThreadDeath(mishap)) {
                    scheduler.replaceThread(this);
                    return;
                }
                if (mishap instanceof OutOfMemoryError) {
                    LockSupport.parkNanos(WANT_OF_MEMORY_NANOS);
                } else if (++mishaps == MAX_MISHAPS) {
                    scheduler.close();
                }
            }
        }
    }

    /** Runs the next task, if there is one: here, in the shared queues, or with another worker. */
    boolean turn() {
        if (--turnsToDriver <= 0) {
            lookAround();
        }
        Task<?> task = nextTask();
        if (task == null) {
            task = steal();
        }
        if (task == null) {
            task = lanes.insteadOfNormal(stats.polls());
        }
        if (task == null) {
            return false;
        }
        runTask(task);
        return true;
    }

    /** What is to do when there is no task: give the driver and those that yielded their turn, or sleep. */
    void rest() {
        if (yielded.isEmpty()) {
            park();
        } else {
            searchedInVain();
            pollDriver();
        }
    }

    private void lookAround() {
        turnsToDriver = scheduler.settings().eventInterval();
        long nowNanos = scheduler.nowNanos();
        times.endBatch(nowNanos);
        times.startBatch(nowNanos);
        publishStats(nowNanos);
        WorkerThread.tidy();
        pollDriver();
    }

    private void publishStats(long nowNanos) {
        stats.busy(nowNanos - awakeSinceNanos);
        awakeSinceNanos = nowNanos;
        stats.meanPoll(times.meanNanos());
        stats.forcedYields(polling.coop().forcedYields());
        stats.overflows(queue.overflows());
    }

    private void recover(Throwable mishap) {
        inDriver = false;
        lifoEnabled = true;
        if (parked) {
            parked = false;
            searching = !scheduler.idle().unparkById(id);
        }
        scheduler.settings().report(Thread.currentThread().getName(), mishap);
    }

    // ---- running ----------------------------------------------------------------------------------------------

    private void runTask(Task<?> task) {
        if (searching) {
            foundWork();
        }
        polling.coop().refill();
        boolean mine = poll(task);
        int lifoPolls = 0;
        Task<?> next;
        while (mine && (next = takeLifo()) != null) {
            if (!polling.coop().hasRemaining()) {
                queue.push(next, scheduler.injection());
                break;
            }
            lifoPolls++;
            lifoEnabled = lifoPolls < MAX_LIFO_POLLS;
            mine = poll(next);
        }
        if (mine) {
            lifoEnabled = true;
        }
    }

    /** Polls a task; false if that gave this worker away, so that the caller must not touch it any more. */
    private boolean poll(Task<?> task) {
        PollTurn turn = polling;
        times.polled();
        stats.polled();
        watch.begins(task);
        DumpRequest dump = scheduler.dumpRequest();
        if (dump == null) {
            task.run(turn);
        } else {
            dump.run(task, turn);
        }
        if (turn != polling) {
            return resumed();
        }
        watch.ends(task);
        return true;
    }

    /** The poll called {@link #blockInPlace}. Whether the worker came back to this thread. */
    private boolean resumed() {
        if (WorkerThread.currentWorker() != this) {
            return false;
        }
        Current.swap(polling.context());
        return true;
    }

    private @Nullable Task<?> takeLifo() {
        Task<?> task = lifo;
        lifo = null;
        return task;
    }

    /** Queues a task that was woken on this worker's thread; {@code last} for one that shall let others go first. */
    void schedule(Task<?> task, boolean last) {
        stats.scheduled();
        if (last || !lifoEnabled) {
            queue.push(task, scheduler.injection());
        } else {
            Task<?> displaced = lifo;
            lifo = task;
            if (displaced == null) {
                return; // the LIFO slot cannot be stolen from: no use waking another worker for it
            }
            queue.push(displaced, scheduler.injection());
        }
        if (!inDriver) {
            scheduler.notifyParked();
        }
    }

    // ---- waiting inside a poll --------------------------------------------------------------------------------

    /** Runs {@code work}, which may wait, on the current thread, and lends the worker to a spare thread meanwhile. */
    <T> T blockInPlace(Callable<T> work) throws Exception {
        WorkerThread thread = (WorkerThread) Thread.currentThread();
        Handover handover = giveAway(thread);
        Context poll = Current.swap(Context.entered(handle));
        try {
            scheduler.runElsewhere(handover);
            return work.call();
        } finally {
            Current.swap(poll);
            if (handover.claim()) {
                thread.assign(this);
            }
        }
    }

    private Handover giveAway(WorkerThread thread) {
        Task<?> next = takeLifo();
        if (next != null) {
            queue.push(next, scheduler.injection());
        }
        lifoEnabled = true;
        yielded.wakeAll(scheduler.settings());
        next = takeLifo();
        if (next != null) {
            queue.push(next, scheduler.injection());
        }
        watch.ends(null);
        polling.leaveWorker();
        polling = newTurn();
        thread.assign(null);
        return new Handover(this);
    }

    // ---- finding ----------------------------------------------------------------------------------------------

    private @Nullable Task<?> nextTask() {
        Task<?> before = lanes.beforeNormal(stats.polls());
        if (before != null) {
            return before;
        }
        if (--turnsToInjection <= 0) {
            turnsToInjection = times.interval();
            Task<?> task = scheduler.injection().pop();
            return task != null ? task : nextLocalTask();
        }
        Task<?> task = nextLocalTask();
        return task != null ? task : takeInjected();
    }

    private @Nullable Task<?> nextLocalTask() {
        Task<?> task = takeLifo();
        return task != null ? task : queue.pop();
    }

    /** Takes this worker's share of the injection queue. */
    private @Nullable Task<?> takeInjected() {
        InjectionQueue injection = scheduler.injection();
        if (injection.isEmpty()) {
            return null;
        }
        int share = injection.size() / scheduler.workers().length + 1;
        int most = Math.min(share, Math.min(queue.remainingSlots(), LocalQueue.CAPACITY / 2));
        return injection.popInto(queue, Math.max(1, most));
    }

    private @Nullable Task<?> steal() {
        if (!searching && !scheduler.idle().transitionToSearching()) {
            return null;
        }
        searching = true;
        Worker[] workers = scheduler.workers();
        int start = nextRandom(workers.length);
        for (int i = 0; i < workers.length; i++) {
            Worker victim = workers[(start + i) % workers.length];
            if (victim != this) {
                int before = queue.size();
                Task<?> task = victim.queue.stealInto(queue);
                if (task != null) {
                    int stolen = queue.size() - before + 1;
                    stats.stole(stolen);
                    watch.stole(stolen);
                    return task;
                }
            }
        }
        return scheduler.injection().pop();
    }

    /** While somebody searched nobody else was woken, so who found something sends the next one. */
    private void foundWork() {
        searching = false;
        if (scheduler.idle().transitionFromSearching()) {
            scheduler.notifyParked();
        }
    }

    /** Goes back to tasks of its own: somebody else may have to see to what came while it searched. */
    private void searchedInVain() {
        if (searching) {
            searching = false;
            if (scheduler.idle().transitionFromSearching()) {
                scheduler.notifyIfWorkPending();
            }
        }
    }

    private int nextRandom(int bound) {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return (int) Long.remainderUnsigned(random, bound);
    }

    // ---- sleeping ---------------------------------------------------------------------------------------------

    private void park() {
        long nowNanos = scheduler.nowNanos();
        times.endBatch(nowNanos);
        publishStats(nowNanos);
        parked = true;
        if (scheduler.idle().transitionToParked(id, searching)) {
            scheduler.notifyIfWorkPending();
        }
        searching = false;
        watch.parks();
        long pollsBefore = stats.polls();
        do {
            WorkerThread.tidy();
            stats.parked(pollsBefore);
            inDriver = true;
            parker.park();
            inDriver = false;
        } while (!scheduler.isClosed() && !leaveParked());
        parked = false;
        stats.unparked();
        watch.unparks();
        awakeSinceNanos = scheduler.nowNanos();
        times.startBatch(awakeSinceNanos);
        notifyAboutMany();
    }

    /** Whether there is a reason to be awake. */
    private boolean leaveParked() {
        if (lifo != null || !queue.isEmpty()) {
            searching = !scheduler.idle().unparkById(id);
            return true;
        }
        if (scheduler.idle().isParked(id)) {
            return false;
        }
        searching = true; // somebody woke us and counted us as searching
        return true;
    }

    /** Gives the driver a turn, and then those that yielded theirs. */
    private void pollDriver() {
        inDriver = true;
        parker.parkNow();
        if (!yielded.isEmpty()) {
            lifoEnabled = false;
            yielded.wakeAll(scheduler.settings());
            lifoEnabled = true;
        }
        inDriver = false;
        notifyAboutMany();
    }

    private void notifyAboutMany() {
        if (!searching && (lifo == null ? 0 : 1) + queue.size() > 1) {
            scheduler.notifyParked();
        }
    }

    // ---- from elsewhere ---------------------------------------------------------------------------------------

    /** Any thread. */
    void unpark() {
        parker.unpark();
    }

    /** Any thread. */
    boolean isInDriver() {
        return parker.isInDriver();
    }

    /** Forgets queued tasks, which have ended; called by the last worker when all have left their loops. */
    void drain() {
        lifo = null;
        while (queue.pop() != null) {
            // dropped
        }
    }

    int id() {
        return id;
    }

    MultiThreadScheduler scheduler() {
        return scheduler;
    }

    /** Any thread. */
    WorkerMetrics metrics() {
        return stats.snapshot(queue.size(), watch.pollNanos(), watch.waitNanos());
    }

    /** Any thread. */
    PollWatch watch() {
        return watch;
    }
}
