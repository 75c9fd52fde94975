package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.TaskOptions;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;

/**
 * Counts tasks, so that somebody can wait until all of them have ended.
 *
 * <p>{@link #await} is ready as soon as the tracker is closed and empty at one moment. The close says only that this
 * wait may end: it stops neither the tasks nor new ones. A {@code await()} that exists at such a moment is ready from
 * then on, even if it has never been polled and tasks were spawned, or the tracker reopened, since.
 *
 * <p>Unlike a set of tasks it keeps nothing of a task that has ended, so it suits a program that spawns without end.
 * Giving it up aborts nothing; a {@link CancellationToken} beside it is how tasks are asked to stop.
 *
 * <p>Any thread. Follows {@code tokio_util::task::TaskTracker}; its {@code wait} is {@code await} here, because in Java
 * every object has a {@code wait} already.
 */
public final class TaskTracker {

    private static final long CLOSED = 1;
    private static final long ONE_TASK = 2;
    private static final long ONE_END = 1L << Integer.SIZE;

    /**
     * Any thread: {@code ends << 32 | tasks << 1 | CLOSED}. An end is a step to closed without tasks; whoever makes it
     * counts it in the same step and notifies {@link #ended}. By the count a wait tells an end since its beginning from
     * one before, whose notification is late.
     */
    private final AtomicLong state = new AtomicLong();

    private final Notify ended = new Notify();

    /** Spawns {@code future} on {@code handle} as a task that counts until it has ended and its future is released. */
    public <T> JoinHandle<T> spawn(Handle handle, Future<T> future) {
        return requireNonNull(handle, "handle").spawn(trackFuture(future));
    }

    /** {@link #spawn(Handle, Future)} with a name. */
    public <T> JoinHandle<T> spawn(Handle handle, TaskOptions options, Future<T> future) {
        return requireNonNull(handle, "handle").spawn(requireNonNull(options, "options"), trackFuture(future));
    }

    /**
     * {@code future}, counted from now on until it is ready or cancelled. One that nobody polls or cancels holds up the
     * wait without end.
     */
    public <T> Future<T> trackFuture(Future<T> future) {
        return new Tracked<>(requireNonNull(future, "future"), token());
    }

    /**
     * Counts as a task until closed, for work that is no future.
     *
     * @throws IllegalStateException if there are as many tasks as an int can count
     */
    public Token token() {
        step(TaskTracker::withOneMore);
        return new Token(this);
    }

    /**
     * Lets waits end once there is no task. New tasks are still taken and waited for.
     *
     * @return false if it was closed already
     */
    public boolean close() {
        return (step(seen -> seen | CLOSED) & CLOSED) == 0;
    }

    /**
     * Has waits that begin from now on go on until the next close, also while there is no task.
     *
     * @return false if it was open already
     */
    public boolean reopen() {
        return (step(seen -> seen & ~CLOSED) & CLOSED) != 0;
    }

    /** A future that is ready once this tracker was closed and empty at one moment since this call. Cancel-safe. */
    public Future<Void> await() {
        return new Await(this);
    }

    public boolean isClosed() {
        return (state.get() & CLOSED) != 0;
    }

    public boolean isEmpty() {
        return size() == 0;
    }

    /** Tasks that have not ended. */
    public int size() {
        return (int) state.get() >>> 1;
    }

    /** Those who wait now, for leak checks. */
    public int waiters() {
        return ended.waiters();
    }

    private static long withOneMore(long seen) {
        if ((int) seen >>> 1 == Integer.MAX_VALUE) {
            throw new IllegalStateException("more than " + Integer.MAX_VALUE + " tasks");
        }
        return seen + ONE_TASK;
    }

    /** Returns the state before. */
    private long step(LongUnaryOperator change) {
        for (; ; ) {
            long seen = state.get();
            long next = change.applyAsLong(seen);
            boolean ends = isEnd(next) && !isEnd(seen);
            if (state.compareAndSet(seen, ends ? next + ONE_END : next)) {
                if (ends) {
                    ended.notifyWaiters();
                }
                return seen;
            }
        }
    }

    private static boolean isEnd(long word) {
        return (int) word == CLOSED;
    }

    private static int endsOf(long word) {
        return (int) (word >>> Integer.SIZE);
    }

    /** Counts as a task of a {@link TaskTracker} until closed. Any thread. */
    public static final class Token implements AutoCloseable {

        private final TaskTracker tracker;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Token(TaskTracker tracker) {
            this.tracker = tracker;
        }

        /** The task has ended. Idempotent. */
        @Override
        public void close() {
            if (!closed.getAndSet(true)) {
                tracker.step(seen -> seen - ONE_TASK);
            }
        }
    }

    private static final class Tracked<T> implements Future<T> {

        private final Future<T> inner;
        private final Token token;

        Tracked(Future<T> inner, Token token) {
            this.inner = inner;
            this.token = token;
        }

        @Override
        public Poll<T> poll(Context cx) throws Exception {
            Poll<T> polled = inner.poll(cx);
            if (polled.isReady()) {
                token.close();
            }
            return polled;
        }

        /** Also after a poll that threw: who waits is told when everything is released, not before. */
        @Override
        public void cancel() {
            try {
                inner.cancel();
            } finally {
                token.close();
            }
        }
    }

    private static final class Await implements Future<Void> {

        private final TaskTracker tracker;

        /** Ends before this wait began; the one at which it began, if it did, counts as one after it. */
        private final int endsBefore;

        /** Owner only. Made before the state is looked at, so that an end in between is not missed. */
        private Notify.Notified ended;

        Await(TaskTracker tracker) {
            this.tracker = tracker;
            this.ended = tracker.ended.notified();
            long word = tracker.state.get();
            this.endsBefore = isEnd(word) ? endsOf(word) - 1 : endsOf(word);
        }

        @Override
        public Poll<Void> poll(Context cx) {
            if (!cx.proceed()) {
                return Poll.pending();
            }
            while (endsOf(tracker.state.get()) == endsBefore) {
                if (ended.poll(cx).isPending()) {
                    return Poll.pending();
                }
                ended = tracker.ended.notified();
            }
            ended.cancel();
            cx.madeProgress();
            return Poll.ready();
        }

        @Override
        public void cancel() {
            ended.cancel();
        }
    }
}
