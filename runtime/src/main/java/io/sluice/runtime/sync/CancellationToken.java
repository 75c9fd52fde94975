package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;

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
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Asks everybody who holds it, or a child of it, to stop.
 *
 * <p>Cancelling is final and covers all descendants, each at its own moment; a child of a cancelled token is cancelled
 * when it is made. Cancelling a child does nothing to its parent. Giving a token up cancels nothing, unless it is done
 * through a {@link DropGuard}; nor does it need closing: a parent holds its children weakly, a child holds its parent,
 * and one that somebody waits on is held by that.
 *
 * <p>Any thread; no two locks of a tree are ever held together. Follows {@code tokio_util::sync::CancellationToken}.
 */
public final class CancellationToken {

    private static final int MIN_CHILDREN_TO_SWEEP = 16;

    /** Kept for its path from the root: without it a token in the middle that nobody uses would cut its children off. */
    @SuppressWarnings("unused")
    private final @Nullable CancellationToken parent;

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private final WaiterList<Cancelled> waiting = new WaiterList<>();

    /** Guarded by {@link #lock}. */
    private List<WeakReference<CancellationToken>> children = new ArrayList<>();

    /** Guarded by {@link #lock}: at this number of children those that are gone are removed. */
    private int sweepAt = MIN_CHILDREN_TO_SWEEP;

    /** Written once, under {@link #lock}; any thread reads. */
    private volatile boolean cancelled;

    public CancellationToken() {
        this(null);
    }

    private CancellationToken(@Nullable CancellationToken parent) {
        this.parent = parent;
    }

    public boolean isCancelled() {
        return cancelled;
    }

    /** A token that is cancelled with this one, or before. */
    public CancellationToken child() {
        CancellationToken child = new CancellationToken(this);
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

    /**
     * {@code future}, but given up, and cancelled, when this token is cancelled first. The token is looked at before
     * each poll: a future whose token is cancelled is not polled any more, or at all. Fails as {@code future} does.
     */
    public <T> Future<RunResult<T>> runUntilCancelled(Future<T> future) {
        return new RunUntilCancelled<>(cancelled(), requireNonNull(future, "future"));
    }

    /** Cancels this token when closed, for a scope that is not to leave anybody running behind it. */
    public DropGuard dropGuard() {
        return new DropGuard(this);
    }

    /**
     * What became of a future under {@link #runUntilCancelled}.
     *
     * @param <T> the future's result
     */
    public sealed interface RunResult<T> {

        /**
         * The future ended before the token was cancelled.
         *
         * @param value its result, null where its contract says that it may be
         */
        record Completed<T>(@Nullable T value) implements RunResult<T> {}

        /** The token was cancelled first, and the future was. */
        record Cancelled<T>() implements RunResult<T> {}
    }

    /** Cancels its token when closed, unless disarmed before. Any thread. */
    public static final class DropGuard implements AutoCloseable {

        /** Any thread: null once disarmed. */
        private final AtomicReference<@Nullable CancellationToken> armed;

        private DropGuard(CancellationToken token) {
            this.armed = new AtomicReference<>(token);
        }

        /**
         * From here on the close does nothing.
         *
         * @return the token, or null if this guard was disarmed or closed before
         */
        public @Nullable CancellationToken disarm() {
            return armed.getAndSet(null);
        }

        @Override
        public void close() {
            CancellationToken token = disarm();
            if (token != null) {
                token.cancel();
            }
        }
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
