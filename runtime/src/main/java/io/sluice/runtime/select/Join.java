package io.sluice.runtime.select;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.util.Arrays;
import java.util.List;

/**
 * Waits for all of several futures within one task.
 *
 * <p>A future that throws does not keep the others from ending: once they have, the join throws what the first one
 * threw, with the rest as suppressed, and closes the results that can be closed. {@link TryJoin} gives up at once.
 *
 * <p>Each poll looks at every future that has not ended, at another one first each time, unless {@link #biased()}, so
 * that no greedy future takes the budget from the same others in every turn. For more than a handful of futures {@code
 * FuturesUnordered} is the better choice, which looks at the woken ones only.
 *
 * <p>Follows {@code tokio::join!}.
 *
 * @param <R> what the results make together
 */
public final class Join<R> implements Future<R> {

    /** Makes one result of two. */
    @FunctionalInterface
    public interface Two<A, B, R> {
        R apply(A a, B b) throws Exception;
    }

    /** Makes one result of three. */
    @FunctionalInterface
    public interface Three<A, B, C, R> {
        R apply(A a, B b, C c) throws Exception;
    }

    /** Makes one result of all, which come in the order of their futures. */
    @FunctionalInterface
    private interface All<R> {
        R apply(Object[] results) throws Exception;
    }

    private final Branches branches;
    private final All<R> then;

    private Join(List<? extends Future<?>> futures, All<R> then) {
        this.branches = new Branches(Branches.OnFailure.FINISH_OTHERS, futures);
        this.then = then;
    }

    /** Two futures, and what their results make. */
    @SuppressWarnings("unchecked") // each result comes from the future of its place
    public static <A, B, R> Join<R> of(Future<A> a, Future<B> b, Two<? super A, ? super B, ? extends R> then) {
        requireNonNull(then, "then");
        return new Join<>(List.of(a, b), results -> then.apply((A) results[0], (B) results[1]));
    }

    /** Three futures, and what their results make. */
    @SuppressWarnings("unchecked") // each result comes from the future of its place
    public static <A, B, C, R> Join<R> of(
            Future<A> a, Future<B> b, Future<C> c, Three<? super A, ? super B, ? super C, ? extends R> then) {
        requireNonNull(then, "then");
        return new Join<>(List.of(a, b, c), results -> then.apply((A) results[0], (B) results[1], (C) results[2]));
    }

    /** Any number of futures; their results in the order of the futures. */
    @SuppressWarnings("unchecked") // each result comes from a future of T
    public static <T> Join<List<T>> all(List<? extends Future<T>> futures) {
        return new Join<>(List.copyOf(futures), results -> (List<T>) Arrays.asList(results));
    }

    /** Looks at the futures in their order in each poll. Called before the first one. */
    public Join<R> biased() {
        branches.biased();
        return this;
    }

    /** @throws Exception what the first future to fail threw, once all have ended */
    @Override
    public Poll<R> poll(Context cx) throws Exception {
        return branches.poll(cx) ? Poll.ready(then.apply(branches.deliver())) : Poll.pending();
    }

    /** Cancels the futures that have not ended, and closes results of the others that can be closed. */
    @Override
    public void cancel() {
        branches.cancel();
    }
}
