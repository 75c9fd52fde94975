package io.sluice.runtime.select;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.select.Branches.OnFailure;
import java.util.List;

/**
 * Waits for all of several futures within one task, or for the first that fails.
 *
 * <p>When a future throws, it and all that have not ended are cancelled, results that had come and can be closed are
 * closed, and the exception is passed on. Otherwise as {@link Join}.
 *
 * <p>Follows {@code tokio::try_join!}.
 *
 * @param <R> what the results make together
 */
public final class TryJoin<R> implements Future<R> {

    private final Combined<R> combined;

    private TryJoin(Combined<R> combined) {
        this.combined = combined;
    }

    /** Two futures, and what their results make. */
    public static <A, B, R> TryJoin<R> of(Future<A> a, Future<B> b, Join.Two<? super A, ? super B, ? extends R> then) {
        return new TryJoin<>(Combined.two(OnFailure.CANCEL_OTHERS, a, b, then));
    }

    /** Three futures, and what their results make. */
    public static <A, B, C, R> TryJoin<R> of(
            Future<A> a, Future<B> b, Future<C> c, Join.Three<? super A, ? super B, ? super C, ? extends R> then) {
        return new TryJoin<>(Combined.three(OnFailure.CANCEL_OTHERS, a, b, c, then));
    }

    /** Any number of futures; their results in the order of the futures. */
    public static <T> TryJoin<List<T>> all(List<? extends Future<T>> futures) {
        return new TryJoin<>(Combined.all(OnFailure.CANCEL_OTHERS, futures));
    }

    /** Looks at the futures in their order in each poll. Called before the first one. */
    public TryJoin<R> biased() {
        combined.biased();
        return this;
    }

    /** @throws Exception what the first future to fail threw, at once */
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
