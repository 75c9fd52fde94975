package io.sluice.runtime.collect;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.collect.WokenQueue.Member;
import io.sluice.runtime.task.Release;

/**
 * Futures that run within the task of their owner, whose results come in the order in which they end.
 *
 * <p>Each future has a waker of its own, and only those that were woken are polled: a wake costs the same among ten and
 * among a hundred thousand. Nothing is spawned; the futures advance only while the owner polls, on one worker. A set
 * that is empty may be filled and polled again.
 *
 * <p>A future that throws is cancelled and leaves; the poll that met it throws the same, and the others go on with the
 * next one. One poll looks at no more futures than there are and stops earlier when two of them woke themselves, so
 * that the task gives way.
 *
 * <p>Owner only; the futures are woken by any thread. The owner calls {@link #cancel} in the end. Follows {@code
 * futures::stream::FuturesUnordered}.
 *
 * @param <T> what the futures give
 */
public final class FuturesUnordered<T> {

    /** Futures that may wake themselves within one poll; the figure of the original. */
    private static final int MAX_YIELDS = 2;

    private final WokenSet<Future<T>> futures = new WokenSet<>();

    /** Takes {@code future} over. It is polled with the next {@link #pollNext}; a task that waits there is woken. */
    public void push(Future<T> future) {
        futures.add(requireNonNull(future, "future")).wake();
    }

    /** Futures that have not ended. */
    public int size() {
        return futures.size();
    }

    public boolean isEmpty() {
        return futures.isEmpty();
    }

    /** The next result; null if the set is empty. Cancel-safe; to be borrowed, not owned, by a select. */
    public Future<Next<T>> next() {
        return new Future<>() {
            @Override
            public Poll<Next<T>> poll(Context cx) throws Exception {
                return pollNext(cx);
            }

            @Override
            public void cancel() {
                futures.unregister();
            }
        };
    }

    /**
     * As a poll of {@link #next}, without a future.
     *
     * @throws Exception what one of the futures failed with
     */
    public Poll<Next<T>> pollNext(Context cx) throws Exception {
        if (futures.isEmpty()) {
            return Poll.ready();
        }
        futures.register(cx.waker());
        int polls = futures.size();
        int yields = MAX_YIELDS;
        while (polls-- > 0 && yields > 0) {
            if (!cx.proceed()) {
                return Poll.pending();
            }
            Member<Future<T>> member = futures.nextWoken();
            if (member == null) {
                return Poll.pending();
            }
            Poll<T> polled = pollMember(member, cx);
            if (polled.isReady()) {
                return Poll.ready(new Next<>(polled.get()));
            }
            yields -= member.isQueued() ? 1 : 0;
        }
        if (futures.hasWoken()) {
            cx.waker().wake();
        }
        return Poll.pending();
    }

    private Poll<T> pollMember(Member<Future<T>> member, Context cx) throws Exception {
        Future<T> future = WokenSet.valueOf(member);
        try {
            Poll<T> polled = future.poll(cx.withWaker(member));
            if (polled.isReady()) {
                futures.remove(member);
            }
            return polled;
        } catch (Throwable thrown) {
            futures.remove(member);
            new Release(thrown).cancel(future);
            throw thrown;
        }
    }

    /** Cancels all futures; the set is empty then and may be used again. */
    public void cancel() {
        Release release = new Release();
        futures.removeAll().forEach(release::cancel);
        release.finish();
    }
}
