package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import io.sluice.runtime.task.WakeList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tells tasks that something has changed, without saying what.
 *
 * <p>{@link #notifyOne} wakes the one that waits longest, {@link #notifyLast} the one that came last; without anybody it
 * is kept for the next one that comes; more than one is not kept. {@link #notifyWaiters} wakes all whose {@link Notified} was made before, also if it has not been polled yet,
 * and is not kept. So a task makes its {@code Notified}, looks at the condition, and then waits, and misses nothing.
 *
 * <p>Any thread. Follows {@code tokio::sync::Notify}.
 */
public final class Notify {

    private enum Phase {
        NEW,
        WAITING,
        /** By {@link #notifyOne}: passed on if its owner gives up first. */
        BY_ONE,
        /** By {@link #notifyLast}: passed on likewise, again to the last. */
        BY_LAST,
        BY_ALL,
        DONE
    }

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private final WaiterList<Notified> waiting = new WaiterList<>();

    /** Guarded by {@link #lock}: a notification that found nobody. */
    private boolean kept;

    /** Calls of {@link #notifyWaiters}. Written under {@link #lock}; any thread reads. */
    private volatile long rounds;

    /** Wakes the one that waits longest, or the next one to come. */
    public void notifyOne() {
        notify(Phase.BY_ONE);
    }

    /**
     * Wakes the one that came last, whose data is most likely still in the caches, or the next one to come. Those who
     * have waited longer may so wait without end.
     */
    public void notifyLast() {
        notify(Phase.BY_LAST);
    }

    private void notify(Phase how) {
        Waker waker = null;
        lock.lock();
        try {
            Notified chosen = how == Phase.BY_LAST ? waiting.last() : waiting.first();
            if (chosen == null) {
                kept = true;
            } else {
                waker = end(chosen, how);
            }
        } finally {
            lock.unlock();
        }
        if (waker != null) {
            waker.wake();
        }
    }

    /** Wakes everybody whose {@link Notified} exists. */
    public void notifyWaiters() {
        WakeList wakes = new WakeList();
        for (Waker waker : endAll()) {
            if (wakes.isFull()) {
                wakes.wakeAll();
            }
            wakes.add(waker);
        }
        wakes.wakeAll();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    private List<Waker> endAll() {
        List<Waker> wakers = new ArrayList<>();
        lock.lock();
        try {
            rounds++;
            for (Notified first = waiting.first(); first != null; first = waiting.first()) {
                Waker waker = end(first, Phase.BY_ALL);
                if (waker != null) {
                    wakers.add(waker);
                }
            }
        } finally {
            lock.unlock();
        }
        return wakers;
    }

    /** A future of the next notification. */
    public Notified notified() {
        return new Notified(this);
    }

    /** Futures that wait now, for leak checks. */
    public int waiters() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Waker end(Notified waiter, Phase how) {
        Waker waker = waiter.waker;
        waiting.remove(waiter);
        waiter.waker = null;
        waiter.phase = how;
        return waker;
    }

    /** Waits for one notification. A cancel passes a notification that it has got and not used to the next. */
    public static final class Notified extends WaiterList.Waiter<Notified> implements Future<Void> {

        private final Notify notify;
        private final long madeInRound;

        /** Written under the lock of {@link Notify}; read by the owner. */
        private volatile Phase phase = Phase.NEW;

        private Notified(Notify notify) {
            this.notify = notify;
            this.madeInRound = notify.rounds;
        }

        /**
         * Takes a place in the queue before the first poll, so that {@link #notifyOne} counts from now on.
         *
         * @return whether it is notified already
         */
        public boolean enable() {
            join(null);
            return phase != Phase.WAITING;
        }

        @Override
        public Poll<Void> poll(Context cx) {
            if (!cx.proceed()) {
                return Poll.pending();
            }
            if (phase == Phase.NEW || phase == Phase.WAITING) {
                join(cx.waker());
            }
            if (phase == Phase.WAITING) {
                return Poll.pending();
            }
            phase = Phase.DONE;
            cx.madeProgress();
            return Poll.ready();
        }

        private void join(@Nullable Waker newWaker) {
            notify.lock.lock();
            try {
                if (phase == Phase.NEW) {
                    enter();
                }
                if (phase == Phase.WAITING) {
                    waker = newWaker;
                }
            } finally {
                notify.lock.unlock();
            }
        }

        private void enter() {
            if (notify.rounds != madeInRound) {
                phase = Phase.BY_ALL;
            } else if (notify.kept) {
                notify.kept = false;
                phase = Phase.BY_ONE;
            } else {
                notify.waiting.addLast(this);
                phase = Phase.WAITING;
            }
        }

        @Override
        public void cancel() {
            Phase before;
            notify.lock.lock();
            try {
                notify.waiting.remove(this);
                waker = null;
                before = phase;
                phase = Phase.DONE;
            } finally {
                notify.lock.unlock();
            }
            if (before == Phase.BY_ONE || before == Phase.BY_LAST) {
                notify.notify(before);
            }
        }
    }
}
