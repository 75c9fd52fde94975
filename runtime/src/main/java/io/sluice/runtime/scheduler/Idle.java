package io.sluice.runtime.scheduler;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which workers sleep, and how many of the others look for work.
 *
 * <p>One word counts searching and unparked workers. A new task wakes a sleeper only while nobody searches, because a
 * searcher will find it; the last searcher that finds something wakes the next one, and the last one that goes to sleep
 * looks once more. The word is read and written with sequential consistency: a worker that goes to sleep publishes so
 * before it looks at the queues a last time, and a submitter publishes the task before it reads the word, so one of them
 * sees the other. Follows {@code tokio::runtime::scheduler::multi_thread::idle}.
 */
final class Idle {

    static final int NOBODY = -1;

    private static final int SEARCHING = 1;
    private static final int UNPARKED = 1 << 16;

    private final int workers;
    private final AtomicInteger state;
    private final ReentrantLock lock = new ReentrantLock();

    /** Ids of sleeping workers, latest last. Guarded by {@link #lock}. */
    private final int[] sleepers;

    /** Guarded by {@link #lock}. */
    private int sleeperCount;

    Idle(int workers) {
        this.workers = workers;
        this.state = new AtomicInteger(workers * UNPARKED);
        this.sleepers = new int[workers];
    }

    /**
     * A sleeper that shall be woken for a new task, already counted as searching; {@link #NOBODY} if none is needed.
     *
     * @param avoid a worker that is woken only if it is the only sleeper: the one that waits in the driver, because
     *     waking it costs a system call and takes the driver away; {@link #NOBODY} for no preference
     */
    int workerToNotify(int avoid) {
        if (!shouldWake()) {
            return NOBODY;
        }
        lock.lock();
        try {
            if (!shouldWake() || sleeperCount == 0) {
                return NOBODY;
            }
            state.addAndGet(SEARCHING + UNPARKED);
            int index = sleeperCount - 1;
            if (sleepers[index] == avoid && index > 0) {
                index--;
            }
            return removeAt(index);
        } finally {
            lock.unlock();
        }
    }

    private boolean shouldWake() {
        int seen = state.getAndAdd(0); // a read-modify-write orders it after the caller's push
        return searching(seen) == 0 && unparked(seen) < workers;
    }

    /** Counts a worker as asleep; true if it was the last one that searched, and so has to look once more. */
    boolean transitionToParked(int worker, boolean searching) {
        lock.lock();
        try {
            int before = state.getAndAdd(-UNPARKED - (searching ? SEARCHING : 0));
            sleepers[sleeperCount++] = worker;
            return searching && searching(before) == 1;
        } finally {
            lock.unlock();
        }
    }

    /** Whether one more worker may search: at most half of them do. Counts it if so. */
    boolean transitionToSearching() {
        if (2 * searching(state.get()) >= workers) {
            return false;
        }
        state.addAndGet(SEARCHING);
        return true;
    }

    /** True if it was the last one that searched, and so has to wake another. */
    boolean transitionFromSearching() {
        return searching(state.getAndAdd(-SEARCHING)) == 1;
    }

    /** Takes a worker that the driver woke off the list of sleepers; false if somebody else woke it meanwhile. */
    boolean unparkById(int worker) {
        lock.lock();
        try {
            for (int i = 0; i < sleeperCount; i++) {
                if (sleepers[i] == worker) {
                    removeAt(i);
                    state.addAndGet(UNPARKED);
                    return true;
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    boolean isParked(int worker) {
        lock.lock();
        try {
            for (int i = 0; i < sleeperCount; i++) {
                if (sleepers[i] == worker) {
                    return true;
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private int removeAt(int index) {
        int worker = sleepers[index];
        sleeperCount--;
        System.arraycopy(sleepers, index + 1, sleepers, index, sleeperCount - index);
        return worker;
    }

    private static int searching(int word) {
        return word & (UNPARKED - 1);
    }

    private static int unparked(int word) {
        return word >>> 16;
    }
}
