package io.sluice.runtime.scheduler;

import io.sluice.runtime.Coop;
import io.sluice.runtime.task.Task;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One worker of the multi-thread scheduler: takes the next task, polls it, looks for more, sleeps.
 *
 * <p>Unless a field says otherwise it belongs to the worker's thread. The next task comes from the LIFO slot (what the
 * last task woke, still warm in cache), then the local ring, then the injection queue, then other workers' rings. Every
 * {@code globalQueueInterval} turns the injection queue comes first, every {@code eventInterval} turns the driver is
 * looked at. At most {@link #MAX_LIFO_POLLS} tasks in a row run from the LIFO slot, on one budget, so that two tasks that
 * wake each other do not keep out the rest. Follows {@code tokio::runtime::scheduler::multi_thread::worker}.
 */
final class Worker implements Runnable {

    private static final int MAX_LIFO_POLLS = 3;

    private final MultiThreadScheduler scheduler;
    private final int id;
    private final Parker parker;
    private final Coop coop = Coop.limited();

    /** Pushed and popped by this worker, stolen from by others. */
    final LocalQueue queue = new LocalQueue();

    private @Nullable Task<?> lifo;
    private boolean lifoEnabled = true;
    private boolean searching;
    private boolean inDriver;
    private int tick;
    private long random;

    private final LongAdder parks = new LongAdder();
    private final LongAdder steals = new LongAdder();

    Worker(MultiThreadScheduler scheduler, int id, Parker parker, long seed) {
        this.scheduler = scheduler;
        this.id = id;
        this.parker = parker;
        this.random = seed | 1;
    }

    @Override
    public void run() {
        try {
            while (!scheduler.isClosed()) {
                turn();
            }
        } finally {
            scheduler.workerEnds(this);
        }
    }

    private void turn() {
        tick++;
        if (tick % scheduler.settings().eventInterval() == 0) {
            pollDriver();
        }
        Task<?> task = nextTask();
        if (task == null) {
            task = steal();
        }
        if (task == null) {
            park();
        } else {
            runTask(task);
        }
    }

    // ---- running ----------------------------------------------------------------------------------------------

    private void runTask(Task<?> task) {
        if (searching) {
            stopSearching();
        }
        coop.refill();
        task.run(coop);
        int lifoPolls = 0;
        Task<?> next;
        while ((next = takeLifo()) != null) {
            if (!coop.hasRemaining()) {
                queue.push(next, scheduler.injection());
                break;
            }
            lifoPolls++;
            lifoEnabled = lifoPolls < MAX_LIFO_POLLS;
            next.run(coop);
        }
        lifoEnabled = true;
    }

    private @Nullable Task<?> takeLifo() {
        Task<?> task = lifo;
        lifo = null;
        return task;
    }

    /** Queues a task that was woken on this worker's thread. */
    void schedule(Task<?> task, boolean yielded) {
        boolean queued = true;
        if (yielded || !lifoEnabled) {
            queue.push(task, scheduler.injection());
        } else {
            Task<?> displaced = lifo;
            lifo = task;
            if (displaced == null) {
                queued = false; // the LIFO slot cannot be stolen from: no use waking another worker for it
            } else {
                queue.push(displaced, scheduler.injection());
            }
        }
        if (queued && !inDriver) {
            scheduler.notifyParked();
        }
    }

    // ---- finding ----------------------------------------------------------------------------------------------

    private @Nullable Task<?> nextTask() {
        if (tick % scheduler.settings().globalQueueInterval() == 0) {
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

    private @Nullable Task<?> takeInjected() {
        InjectionQueue injection = scheduler.injection();
        if (injection.isEmpty()) {
            return null;
        }
        int share = injection.size() / scheduler.settings().workers() + 1;
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
                    steals.increment();
                    return task;
                }
            }
        }
        return scheduler.injection().pop();
    }

    private void stopSearching() {
        searching = false;
        if (scheduler.idle().transitionFromSearching()) {
            scheduler.notifyParked();
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
        if (scheduler.idle().transitionToParked(id, searching)) {
            searching = false;
            scheduler.notifyIfWorkPending();
        }
        searching = false;
        while (!scheduler.isClosed()) {
            parks.increment();
            inDriver = true; // wakes made by the driver stay here until it is done
            parker.park();
            inDriver = false;
            if (leaveParked()) {
                notifyAboutMany();
                return;
            }
        }
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

    private void pollDriver() {
        inDriver = true;
        parker.parkNow();
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

    /** Forgets queued tasks after they have ended; called by the last worker when all have left their loops. */
    void drain() {
        lifo = null;
        Task<?> task;
        do {
            task = queue.pop();
        } while (task != null);
    }

    long parks() {
        return parks.sum();
    }

    long steals() {
        return steals.sum();
    }

    int id() {
        return id;
    }

    MultiThreadScheduler scheduler() {
        return scheduler;
    }
}
