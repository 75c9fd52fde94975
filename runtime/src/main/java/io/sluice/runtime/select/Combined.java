package io.sluice.runtime.select;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.select.Branches.OnFailure;
import java.util.Arrays;
import java.util.List;

/** What {@link Join} and {@link TryJoin} share: several futures, and what their results make together. Owner only. */
final class Combined<R> {

    /** Makes one result of all, which come in the order of their futures. */
    @FunctionalInterface
    private interface All<R> {
        R apply(Object[] results) throws Exception;
    }

    private final Branches branches;
    private final All<R> then;

    private Combined(OnFailure onFailure, List<? extends Future<?>> futures, All<R> then) {
        this.branches = new Branches(onFailure, futures);
        this.then = then;
    }

    @SuppressWarnings("unchecked") // each result comes from the future of its place
    static <A, B, R> Combined<R> two(
            OnFailure onFailure, Future<A> a, Future<B> b, Join.Two<? super A, ? super B, ? extends R> then) {
        requireNonNull(then, "then");
        return new Combined<>(onFailure, List.of(a, b), results -> then.apply((A) results[0], (B) results[1]));
    }

    @SuppressWarnings("unchecked") // each result comes from the future of its place
    static <A, B, C, R> Combined<R> three(
            OnFailure onFailure,
            Future<A> a,
            Future<B> b,
            Future<C> c,
            Join.Three<? super A, ? super B, ? super C, ? extends R> then) {
        requireNonNull(then, "then");
        return new Combined<>(
                onFailure, List.of(a, b, c), results -> then.apply((A) results[0], (B) results[1], (C) results[2]));
    }

    @SuppressWarnings("unchecked") // each result comes from a future of T
    static <T> Combined<List<T>> all(OnFailure onFailure, List<? extends Future<T>> futures) {
        return new Combined<>(onFailure, List.copyOf(futures), results -> (List<T>) Arrays.asList(results));
    }

    void biased() {
        branches.biased();
    }

    Poll<R> poll(Context cx) throws Exception {
        return branches.poll(cx) ? Poll.ready(then.apply(branches.deliver())) : Poll.pending();
    }

    void cancel() {
        branches.cancel();
    }
}
