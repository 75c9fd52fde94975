package io.sluice.batching;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A value that comes once and that any number of futures wait for.
 *
 * <p>Any thread. Wakers are woken outside of the lock.
 *
 * @param <T> the value; never null
 */
final class Completion<T> {

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}; set once. */
    private @Nullable T value;

    /** Guarded by {@link #lock}; those that were polled and are neither ready nor cancelled. */
    private final List<Waiting> waiters = new ArrayList<>();

    /** Sets the value; only the first call that returns counts. */
    void complete(T result) {
        List<Waker> woken;
        lock.lock();
        try {
            if (value != null) {
                return;
            }
            woken = new ArrayList<>(waiters.size());
            for (Waiting waiter : waiters) {
                woken.add(waiter.waker);
            }
            value = result;
            waiters.clear();
        } finally {
            lock.unlock();
        }
        woken.forEach(Waker::wake);
    }

    /** A future of its own for each caller. */
    Future<T> await() {
        return new Waiting();
    }

    private final class Waiting implements Future<T> {

        /** Guarded by {@link #lock}. */
        private Waker waker = Waker.NOOP;

        @Override
        public Poll<T> poll(Context cx) {
            lock.lock();
            try {
                if (value != null) {
                    return Poll.ready(value);
                }
                if (waker == Waker.NOOP) {
                    waiters.add(this);
                }
                waker = cx.waker();
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
                waker = Waker.NOOP;
            } finally {
                lock.unlock();
            }
        }
    }
}
