package io.sluice.runtime.select;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.util.Arrays;
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

    private TryJoin(List<? extends Future<?>> futures, All<R> then) {
        this.branches = new Branches(Branches.OnFailure.CANCEL_OTHERS, futures);
        this.then = then;
    }

    /** Two futures, and what their results make. */
    @SuppressWarnings("unchecked") // each result comes from the future of its place
    public static <A, B, R> TryJoin<R> of(Future<A> a, Future<B> b, Two<? super A, ? super B, ? extends R> then) {
        requireNonNull(then, "then");
        return new TryJoin<>(List.of(a, b), results -> then.apply((A) results[0], (B) results[1]));
    }

    /** Three futures, and what their results make. */
    @SuppressWarnings("unchecked") // each result comes from the future of its place
    public static <A, B, C, R> TryJoin<R> of(
            Future<A> a, Future<B> b, Future<C> c, Three<? super A, ? super B, ? super C, ? extends R> then) {
        requireNonNull(then, "then");
        return new TryJoin<>(List.of(a, b, c), results -> then.apply((A) results[0], (B) results[1], (C) results[2]));
    }

    /** Any number of futures; their results in the order of the futures. */
    @SuppressWarnings("unchecked") // each result comes from a future of T
    public static <T> TryJoin<List<T>> all(List<? extends Future<T>> futures) {
        return new TryJoin<>(List.copyOf(futures), results -> (List<T>) Arrays.asList(results));
    }

    /** Looks at the futures in their order in each poll. Called before the first one. */
    public TryJoin<R> biased() {
        branches.biased();
        return this;
    }

    /** @throws Exception what the first future to fail threw, at once */
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
