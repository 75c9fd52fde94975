package io.sluice.runtime.collect;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.task.Release;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Futures that run together within the task of their owner, whose results come in the order of the queue.
 *
 * <p>As {@link FuturesUnordered}, but a result waits until all before it were taken; a failure waits its turn likewise.
 * Owner only. Follows {@code futures::stream::FuturesOrdered}.
 *
 * @param <T> what the futures give
 */
public final class FuturesOrdered<T> {

    private final FuturesUnordered<Slot<T>> running = new FuturesUnordered<>();
    private final Deque<Slot<T>> order = new ArrayDeque<>();

    /** Takes {@code future} over; its result comes last. */
    public void pushBack(Future<T> future) {
        order.addLast(start(future));
    }

    /** Takes {@code future} over; its result comes first. */
    public void pushFront(Future<T> future) {
        order.addFirst(start(future));
    }

    private Slot<T> start(Future<T> future) {
        Slot<T> slot = new Slot<>(requireNonNull(future, "future"));
        running.push(slot);
        return slot;
    }

    /** Results that were not taken, there or not. */
    public int size() {
        return order.size();
    }

    public boolean isEmpty() {
        return order.isEmpty();
    }

    /** The result of the first of the queue; null if the queue is empty. Cancel-safe; to be borrowed by a select. */
    public Future<Next<T>> next() {
        Future<Next<Slot<T>>> any = running.next();
        return new Future<>() {
            @Override
            public Poll<Next<T>> poll(Context cx) throws Exception {
                return pollNext(cx);
            }

            @Override
            public void cancel() {
                any.cancel();
            }
        };
    }

    /**
     * As a poll of {@link #next}, without a future.
     *
     * @throws Exception what the first future of the queue failed with
     */
    public Poll<Next<T>> pollNext(Context cx) throws Exception {
        while (true) {
            Slot<T> first = order.peekFirst();
            if (first == null) {
                return Poll.ready();
            }
            if (first.isEnded()) {
                order.removeFirst();
                return Poll.ready(new Next<>(first.get()));
            }
            if (running.pollNext(cx).isPending()) {
                return Poll.pending();
            }
        }
    }

    /** Cancels what runs and closes results that can be closed; the queue is empty then and may be used again. */
    public void cancel() {
        Release release = new Release().run(running::cancel);
        order.forEach(slot -> release.drop(slot.undelivered()));
        order.clear();
        release.finish();
    }

    /** A future and, once it has ended, how. Ready with itself, also when the future failed. */
    private static final class Slot<T> implements Future<Slot<T>> {

        private final Future<T> future;
        private @Nullable Poll<T> result;
        private @Nullable Throwable failure;

        Slot(Future<T> future) {
            this.future = future;
        }

        @Override
        public Poll<Slot<T>> poll(Context cx) {
            try {
                Poll<T> polled = future.poll(cx);
                if (polled.isPending()) {
                    return Poll.pending();
                }
                result = polled;
            } catch (Throwable thrown) {
                new Release(thrown).cancel(future);
                failure = thrown;
            }
            return Poll.ready(this);
        }

        @Override
        public void cancel() {
            future.cancel();
        }

        boolean isEnded() {
            return result != null || failure != null;
        }

        @Nullable
        Object undelivered() {
            return result == null ? null : result.get();
        }

        T get() throws Exception {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof Exception exception) {
                throw exception;
            }
            return requireNonNull(result, "not ended").get();
        }
    }
}
