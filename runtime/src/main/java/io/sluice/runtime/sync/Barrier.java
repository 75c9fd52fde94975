package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Holds tasks up until a given number of them has arrived, then lets all of them go on; again and again.
 *
 * <p>A task arrives with the first poll of its {@link #await}. The last to arrive is the leader of its group, and only
 * it. Whoever arrives next begins the next group, also while members of the last one have not been polled yet.
 *
 * <p><b>Not cancel-safe:</b> who has arrived and is cancelled stays counted, so that its group goes on with one less.
 *
 * <p>Any thread. Follows {@code tokio::sync::Barrier}; its {@code wait} is {@code await} here, because in Java every
 * object has a {@code wait} already.
 */
public final class Barrier {

    /** Which part an arrival has played in its group. */
    public enum Role {
        /** The last of the group, for which all others have waited. */
        LEADER,
        FOLLOWER
    }

    private final int parties;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}: how many of the current group have arrived, cancelled ones included. */
    private int arrived;

    /** Guarded by {@link #lock}: tells the current group that it is complete; a new one for each group. */
    private Notify complete = new Notify();

    /**
     * For groups of {@code parties}; 0 is taken for 1, a barrier that holds nobody up.
     *
     * @throws IllegalArgumentException if {@code parties} is negative
     */
    public Barrier(int parties) {
        if (parties < 0) {
            throw new IllegalArgumentException("parties is " + parties + "; allowed: at least 0");
        }
        this.parties = Math.max(1, parties);
    }

    /** Arrives when polled first; ready when the group is complete. */
    public Future<Role> await() {
        return new Arrival(this);
    }

    /** Those of the current group who wait now, for leak checks. */
    public int waiters() {
        lock.lock();
        try {
            return complete.waiters();
        } finally {
            lock.unlock();
        }
    }

    /** Counts an arrival; null if it has completed the group, which the caller has to wake then. */
    private Notify.@Nullable Notified arrive() {
        Notify group;
        lock.lock();
        try {
            group = complete;
            if (++arrived < parties) {
                return group.notified();
            }
            arrived = 0;
            complete = new Notify();
        } finally {
            lock.unlock();
        }
        group.notifyWaiters();
        return null;
    }

    private static final class Arrival implements Future<Role> {

        private final Barrier barrier;

        /** Owner only: from the arrival on, unless it completes the group. */
        private Notify.@Nullable Notified complete;

        Arrival(Barrier barrier) {
            this.barrier = barrier;
        }

        @Override
        public Poll<Role> poll(Context cx) {
            if (!cx.proceed()) {
                return Poll.pending();
            }
            if (complete == null) {
                complete = barrier.arrive();
                if (complete == null) {
                    cx.madeProgress();
                    return Poll.ready(Role.LEADER);
                }
            }
            return complete.poll(cx).isReady() ? Poll.ready(Role.FOLLOWER) : Poll.pending();
        }

        @Override
        public void cancel() {
            if (complete != null) {
                complete.cancel();
            }
        }
    }
}
