package io.sluice.runtime.select;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.select.Branches.OnFailure;
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

    private final Combined<R> combined;

    private Join(Combined<R> combined) {
        this.combined = combined;
    }

    /** Two futures, and what their results make. */
    public static <A, B, R> Join<R> of(Future<A> a, Future<B> b, Two<? super A, ? super B, ? extends R> then) {
        return new Join<>(Combined.two(OnFailure.FINISH_OTHERS, a, b, then));
    }

    /** Three futures, and what their results make. */
    public static <A, B, C, R> Join<R> of(
            Future<A> a, Future<B> b, Future<C> c, Three<? super A, ? super B, ? super C, ? extends R> then) {
        return new Join<>(Combined.three(OnFailure.FINISH_OTHERS, a, b, c, then));
    }

    /** Any number of futures; their results in the order of the futures. */
    public static <T> Join<List<T>> all(List<? extends Future<T>> futures) {
        return new Join<>(Combined.all(OnFailure.FINISH_OTHERS, futures));
    }

    /** Looks at the futures in their order in each poll. Called before the first one. */
    public Join<R> biased() {
        combined.biased();
        return this;
    }

    /** @throws Exception what the first future to fail threw, once all have ended */
    @Override
    public Poll<R> poll(Context cx) throws Exception {
        return combined.poll(cx);
    }

    /** Cancels the futures that have not ended, and closes results of the others that can be closed. */
    @Override
    public void cancel() {
        combined.cancel();
    }
}
