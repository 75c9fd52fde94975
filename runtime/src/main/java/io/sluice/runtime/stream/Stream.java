package io.sluice.runtime.stream;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Values that are polled one after the other. Follows {@code tokio_stream}.
 *
 * <p>One owner, as a {@link Future} has: only it polls and cancels. After the end, and after a poll that threw, a stream
 * is not polled again unless it says that it may be. The cancel rule holds: the owner calls {@link #cancel} on every exit
 * but the end.
 *
 * <p>What the methods here return owns the stream that they were called on. Functions run within the poll, on a worker,
 * and must not wait. All of them are cancel-safe in this sense: between two polls nothing is held that the next poll
 * would not give.
 *
 * @param <T> the values, none of them null
 */
@FunctionalInterface
public interface Stream<T> {

    /**
     * The next value, or null if the stream has ended. Pending if neither is there yet; the waker is woken then.
     *
     * @throws Exception the failure of this stream
     */
    Poll<T> pollNext(Context cx) throws Exception;

    /** Releases what this stream owns, as {@link Future#cancel} does. Idempotent, never waits, never throws. */
    default void cancel() {}

    // ---- other streams ----------------------------------------------------------------------------------------

    /** What {@code step} makes of each value. */
    default <R> Stream<R> map(Futures.Step<? super T, ? extends R> step) {
        return new MapStream<>(this, requireNonNull(step, "step"));
    }

    /** What the future comes to that {@code step} makes of each value, one after the other. */
    default <R> Stream<R> then(Futures.Step<? super T, ? extends Future<R>> step) {
        return new ThenStream<>(this, requireNonNull(step, "step"));
    }

    /** The values for which {@code condition} is true. */
    default Stream<T> filter(Futures.Step<? super T, Boolean> condition) {
        return new FilterStream<>(this, requireNonNull(condition, "condition"));
    }

    /** The first {@code count} values; the rest is cancelled with the last of them. */
    default Stream<T> take(long count) {
        return new TakeStream<>(this, count);
    }

    /** The values before the first for which {@code condition} is false; the rest is cancelled, with that one. */
    default Stream<T> takeWhile(Futures.Step<? super T, Boolean> condition) {
        return new TakeWhileStream<>(this, requireNonNull(condition, "condition"));
    }

    /** The values of this stream, and after its end those of {@code next}. */
    default Stream<T> chain(Stream<T> next) {
        return new ChainStream<>(this, requireNonNull(next, "next"));
    }

    /** The values of both as they come; each is looked at first in turn, so that neither starves. Ends with the second. */
    default Stream<T> merge(Stream<T> other) {
        return new MergeStream<>(this, requireNonNull(other, "other"));
    }

    /**
     * The values in lists: one as soon as it has {@code maxSize} values, or when {@code limit} has passed since its first
     * value came. Never an empty list.
     *
     * @throws IllegalArgumentException if {@code maxSize} is not positive
     */
    default Stream<List<T>> chunksTimeout(Handle handle, int maxSize, Duration limit) {
        return new ChunkStream<>(this, handle, maxSize, requireNonNull(limit, "limit"));
    }

    /** The values with at least {@code distance} between one and the next; the source is not asked in between. */
    default Stream<T> throttle(Handle handle, Duration distance) {
        return new ThrottleStream<>(this, handle, requireNonNull(distance, "distance"));
    }

    /** The values; fails with {@link java.util.concurrent.TimeoutException} when the next is {@code limit} away. */
    default Stream<T> timeout(Handle handle, Duration limit) {
        return new TimeoutStream<>(this, handle, requireNonNull(limit, "limit"));
    }

    // ---- futures ----------------------------------------------------------------------------------------------

    /** The next value, or null at the end. The stream is borrowed: cancelling the result does not cancel it. */
    default Future<T> next() {
        return this::pollNext;
    }

    /** Gives each value to {@code action}, until the end. */
    default Future<Void> forEach(Action<? super T> action) {
        return new ForEach<>(this, requireNonNull(action, "action"));
    }

    /** What {@code step} makes of {@code initial} and the first value, of that and the second, and so on to the end. */
    default <A> Future<A> fold(A initial, Folding<A, ? super T> step) {
        return new Fold<>(this, initial, requireNonNull(step, "step"));
    }

    /** All values, which must be few enough to keep. */
    default Future<List<T>> toList() {
        return Futures.map(
                fold(new ArrayList<T>(), (list, value) -> {
                    list.add(value);
                    return list;
                }),
                List::copyOf);
    }

    /** What is done with a value. */
    @FunctionalInterface
    interface Action<T> {
        void accept(T value) throws Exception;
    }

    /** One step of {@link #fold}. */
    @FunctionalInterface
    interface Folding<A, T> {
        A apply(A sofar, T value) throws Exception;
    }
}
