package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import io.sluice.runtime.task.WakeList;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Asks everybody who holds it, or a child of it, to stop.
 *
 * <p>Cancelling is final and covers all descendants, each at its own moment; a child of a cancelled token is cancelled
 * when it is made. Cancelling a child does nothing to its parent. A token that is not used any more needs no closing: a
 * parent holds its children weakly, and one that somebody waits on is held by that.
 *
 * <p>Any thread. Follows {@code tokio_util::sync::CancellationToken}.
 */
public final class CancellationToken {

    private static final int MIN_CHILDREN_TO_SWEEP = 16;

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private final WaiterList<Cancelled> waiting = new WaiterList<>();

    /** Guarded by {@link #lock}. */
    private List<WeakReference<CancellationToken>> children = new ArrayList<>();

    /** Guarded by {@link #lock}: at this number of children those that are gone are removed. */
    private int sweepAt = MIN_CHILDREN_TO_SWEEP;

    /** Written once, under {@link #lock}; any thread reads. */
    private volatile boolean cancelled;

    public boolean isCancelled() {
        return cancelled;
    }

    /** A token that is cancelled with this one, or before. */
    public CancellationToken child() {
        CancellationToken child = new CancellationToken();
        lock.lock();
        try {
            if (cancelled) {
                child.cancelled = true;
            } else {
                sweepIfMany();
                children.add(new WeakReference<>(child));
            }
        } finally {
            lock.unlock();
        }
        return child;
    }

    /** Linear, but only each time that the number of live children may have doubled. */
    private void sweepIfMany() {
        if (children.size() >= sweepAt) {
            children.removeIf(child -> child.get() == null);
            sweepAt = Math.max(MIN_CHILDREN_TO_SWEEP, 2 * children.size());
        }
    }

    /** Cancels this token and its descendants and wakes everybody who waits on them. Idempotent. */
    public void cancel() {
        Deque<CancellationToken> toCancel = new ArrayDeque<>();
        WakeList wakes = new WakeList();
        for (CancellationToken next = this; next != null; next = toCancel.poll()) {
            for (Waker waker : next.cancelOne(toCancel)) {
                if (wakes.isFull()) {
                    wakes.wakeAll();
                }
                wakes.add(waker);
            }
        }
        wakes.wakeAll();
    }

    /** Never holds two locks: the children are left to the caller. */
    private List<Waker> cancelOne(Deque<CancellationToken> toCancel) {
        List<Waker> wakers = new ArrayList<>();
        lock.lock();
        try {
            cancelled = true;
            for (Cancelled first = waiting.first(); first != null; first = waiting.first()) {
                waiting.remove(first);
                if (first.waker != null) {
                    wakers.add(first.waker);
                }
                first.waker = null;
            }
            for (WeakReference<CancellationToken> reference : children) {
                CancellationToken child = reference.get();
                if (child != null) {
                    toCancel.add(child);
                }
            }
            children = List.of();
        } finally {
            lock.unlock();
        }
        return wakers;
    }

    /** A future that is ready once this token is cancelled. */
    public Future<Void> cancelled() {
        return new Cancelled(this);
    }

    /** Futures that wait on this token now, for leak checks. */
    public int waiters() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Children that are remembered, gone ones included. */
    int rememberedChildren() {
        lock.lock();
        try {
            return children.size();
        } finally {
            lock.unlock();
        }
    }

    private static final class Cancelled extends WaiterList.Waiter<Cancelled> implements Future<Void> {

        private final CancellationToken token;

        Cancelled(CancellationToken token) {
            this.token = token;
        }

        @Override
        public Poll<Void> poll(Context cx) {
            if (!cx.proceed()) {
                return Poll.pending();
            }
            if (!token.cancelled && !isReadyAfterWaitingWith(cx.waker())) {
                return Poll.pending();
            }
            cx.madeProgress();
            return Poll.ready();
        }

        private boolean isReadyAfterWaitingWith(Waker newWaker) {
            token.lock.lock();
            try {
                if (token.cancelled) {
                    return true;
                }
                if (!isLinked()) {
                    token.waiting.addLast(this);
                }
                waker = newWaker;
                return false;
            } finally {
                token.lock.unlock();
            }
        }

        @Override
        public void cancel() {
            token.lock.lock();
            try {
                token.waiting.remove(this);
                waker = null;
            } finally {
                token.lock.unlock();
            }
        }
    }
}
