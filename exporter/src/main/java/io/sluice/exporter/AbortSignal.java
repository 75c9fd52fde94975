package io.sluice.exporter;

import io.sluice.batching.DropReason;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Tells all exports of a destination to end at once, and what to count. Any thread; wakes outside of the lock. */
final class AbortSignal {

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}; set once. */
    private @Nullable DropReason reason;

    /** Guarded by {@link #lock}; those that were polled and not cancelled. */
    private final Set<Raised> waiters = new HashSet<>();

    /** Only the first reason counts. */
    void raise(DropReason why) {
        List<Waker> woken = new ArrayList<>();
        lock.lock();
        try {
            if (reason == null) {
                reason = why;
            }
            for (Raised waiter : waiters) {
                woken.add(waiter.waker);
            }
            waiters.clear();
        } finally {
            lock.unlock();
        }
        woken.forEach(Waker::wake);
    }

    /** Ready with the reason once raised. */
    Future<DropReason> raised() {
        return new Raised();
    }

    /** Futures that wait, for leak checks. */
    int waiters() {
        lock.lock();
        try {
            return waiters.size();
        } finally {
            lock.unlock();
        }
    }

    private final class Raised implements Future<DropReason> {

        /** Guarded by {@link #lock}. */
        private Waker waker = Waker.NOOP;

        @Override
        public Poll<DropReason> poll(Context cx) {
            lock.lock();
            try {
                if (reason != null) {
                    return Poll.ready(reason);
                }
                waker = cx.waker();
                waiters.add(this);
                return Poll.pending();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void cancel() {
            lock.lock();
            try {
                waiters.remove(this);
            } finally {
                lock.unlock();
            }
        }
    }
}
