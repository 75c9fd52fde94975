package io.sluice.runtime.scheduler;

import io.sluice.runtime.Coop;
import io.sluice.runtime.Handle;
import io.sluice.runtime.PollTurn;
import io.sluice.runtime.task.Task;
import org.jspecify.annotations.Nullable;

/**
 * One worker of the multi-thread scheduler: takes the next task, polls it, looks for more, sleeps.
 *
 * <p>Unless a field says otherwise it belongs to the worker's thread. The next task comes from the LIFO slot (what the
 * last task woke, still warm in cache), then the local ring, then the injection queue, then other workers' rings. Every
 * so often ({@link PollTimes}) the injection queue comes first, every {@code eventInterval} turns the driver is looked
 * at. At most {@link #MAX_LIFO_POLLS} tasks in a row run from the LIFO slot, on one budget, so that two tasks that wake
 * each other do not keep out the rest. Tasks that yield go to the back, behind a look at the driver.
 *
 * <p>A worker outlives what goes wrong around it. What a task throws ends the task; what the driver throws, or a lack
 * of memory in between, is reported and the loop goes on, unless it happens {@link #MAX_MISHAPS} times in a row; a
 * thread that is stopped is replaced. Follows {@code tokio::runtime::scheduler::multi_thread::worker}.
 */
final class Worker implements Runnable {

    /** Tokio's figure: the slot is off while the third of them runs. */
    private static final int MAX_LIFO_POLLS = 3;

    /** Failures without one good turn between them after which the runtime ends instead of spinning. */
    private static final int MAX_MISHAPS = 16;

    private final MultiThreadScheduler scheduler;
    private final int id;
    private final Parker parker;
    private final Yielded yielded = new Yielded();
    private final PollTurn polling;
    private final Coop coop;
    private final PollTimes times = new PollTimes();

    /** Pushed and popped by this worker, stolen from by others. */
    final LocalQueue queue = new LocalQueue();

    /** Any thread reads. */
    final WorkerStats stats = new WorkerStats();

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
    private long random;

    Worker(MultiThreadScheduler scheduler, int id, Parker parker, Handle handle, long seed) {
        this.scheduler = scheduler;
        this.id = id;
        this.parker = parker;
        this.coop = Coop.limited();
        this.polling = new PollTurn(coop, handle, yielded);
        this.random = seed == 0 ? 1 : seed;
        this.turnsToDriver = scheduler.settings().eventInterval();
        this.turnsToInjection = times.interval();
    }

    // ---- the loop ---------------------------------------------------------------------------------------------

    @Override
    public void run() {
        times.startBatch(scheduler.nowNanos());
        int mishaps = 0;
        while (!scheduler.isClosed()) {
            try {
                if (!turn()) {
                    rest();
                }
                mishaps = 0;
            } catch (Throwable mishap) {
                recover(mishap);
                if (Task.isThreadDeath(mishap)) {
                    scheduler.replaceThread(this);
                    return;
                }
                if (++mishaps == MAX_MISHAPS) {
                    scheduler.close();
                }
            }
        }
        scheduler.workerEnds(this);
    }

    /** Runs the next task, if there is one: here, in the injection queue, or with another worker. */
    boolean turn() {
        if (--turnsToDriver <= 0) {
            lookAround();
        }
        Task<?> task = nextTask();
        if (task == null) {
            task = steal();
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
        WorkerThread.tidy();
        pollDriver();
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
        coop.refill();
        poll(task);
        int lifoPolls = 0;
        Task<?> next;
        while ((next = takeLifo()) != null) {
            if (!coop.hasRemaining()) {
                queue.push(next, scheduler.injection());
                break;
            }
            lifoPolls++;
            lifoEnabled = lifoPolls < MAX_LIFO_POLLS;
            poll(next);
        }
        lifoEnabled = true;
    }

    private void poll(Task<?> task) {
        times.polled();
        stats.polled();
        task.run(polling);
    }

    private @Nullable Task<?> takeLifo() {
        Task<?> task = lifo;
        lifo = null;
        return task;
    }

    /** Queues a task that was woken on this worker's thread; {@code last} for one that shall let others go first. */
    void schedule(Task<?> task, boolean last) {
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

    // ---- finding ----------------------------------------------------------------------------------------------

    private @Nullable Task<?> nextTask() {
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
                Task<?> task = victim.queue.stealInto(queue);
                if (task != null) {
                    stats.stole();
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
        times.endBatch(scheduler.nowNanos());
        parked = true;
        if (scheduler.idle().transitionToParked(id, searching)) {
            scheduler.notifyIfWorkPending();
        }
        searching = false;
        do {
            WorkerThread.tidy();
            stats.parked();
            inDriver = true;
            parker.park();
            inDriver = false;
        } while (!scheduler.isClosed() && !leaveParked());
        parked = false;
        times.startBatch(scheduler.nowNanos());
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
}
