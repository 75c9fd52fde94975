package io.sluice.runtime.scheduler;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntPredicate;

/**
 * Which workers sleep, and how many of the others look for work.
 *
 * <p>One word counts searching and unparked workers. A new task wakes a sleeper only while nobody searches, because a
 * searcher will find it; the last searcher that finds something wakes the next one, and the last one that goes to sleep
 * looks once more. No task is lost between the two: a worker that goes to sleep says so in the word, has a full fence,
 * and looks at the queues a last time; a submitter queues the task, has a full fence, and reads the word. So one of them
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
     * @param avoided workers that are woken only if there is no other sleeper: the one that waits in the driver, because
     *     waking it costs a system call and takes the driver away
     */
    int workerToNotify(IntPredicate avoided) {
        VarHandle.fullFence(); // after the caller's push, see above
        return shouldWake() ? popSleeper(avoided) : NOBODY;
    }

    private boolean shouldWake() {
        int seen = state.get();
        return searching(seen) == 0 && unparked(seen) < workers;
    }

    private int popSleeper(IntPredicate avoided) {
        lock.lock();
        try {
            if (!shouldWake() || sleeperCount == 0) {
                return NOBODY;
            }
            state.addAndGet(SEARCHING + UNPARKED);
            return removeAt(latestExcept(avoided));
        } finally {
            lock.unlock();
        }
    }

    /** The worker that fell asleep last is the warmest. Guarded by {@link #lock}. */
    private int latestExcept(IntPredicate avoided) {
        for (int i = sleeperCount - 1; i >= 0; i--) {
            if (!avoided.test(sleepers[i])) {
                return i;
            }
        }
        return sleeperCount - 1;
    }

    /**
     * Counts a worker as asleep; true if it was the last one that searched, and so has to look once more. A full fence
     * lies between this and what the caller reads next.
     */
    boolean transitionToParked(int worker, boolean searching) {
        int before;
        lock.lock();
        try {
            before = state.getAndAdd(-UNPARKED - (searching ? SEARCHING : 0));
            sleepers[sleeperCount++] = worker;
        } finally {
            lock.unlock();
        }
        VarHandle.fullFence();
        return searching && searching(before) == 1;
    }

    /** Whether one more worker may search: at most half of them do. Counts it if so. */
    boolean transitionToSearching() {
        if (2 * searching(state.get()) >= workers) {
            return false;
        }
        state.addAndGet(SEARCHING);
        return true;
    }

    /**
     * True if it was the last one that searched: if it found work it has to wake another, if not to look once more. A
     * full fence lies between this and what the caller reads next.
     */
    boolean transitionFromSearching() {
        int before = state.getAndAdd(-SEARCHING);
        VarHandle.fullFence();
        return searching(before) == 1;
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
