package io.sluice.runtime;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.task.Release;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Small futures made of others, and the ways to and from {@link CompletionStage}.
 *
 * <p>Each result owns what it is made of: the futures that are passed in belong to it from then on, and its cancel
 * cancels the one that runs. Functions run within the poll, on a worker, and must not wait.
 */
public final class Futures {

    private Futures() {}

    /** A step from one value to the next. */
    @FunctionalInterface
    public interface Step<T, R> {
        R apply(T value) throws Exception;
    }

    /** What becomes of a stage when the future that waits for it is cancelled. */
    public enum OnCancel {
        /** It goes on, and nobody hears of its end. */
        LEAVE_STAGE,
        /** It is cancelled, if it is a {@link java.util.concurrent.Future}, as {@link CompletableFuture} is. */
        CANCEL_STAGE
    }

    /** Ready with {@code value} at the first poll. */
    public static <T> Future<T> ready(@Nullable T value) {
        Poll<T> poll = Poll.ready(value);
        return cx -> poll;
    }

    /** Fails with {@code failure} at the first poll. */
    public static <T> Future<T> failed(Exception failure) {
        requireNonNull(failure, "failure");
        return cx -> {
            throw failure;
        };
    }

    /** The future that {@code make} gives, made at the first poll; never made if there is none. */
    public static <T> Future<T> lazy(Callable<? extends Future<T>> make) {
        requireNonNull(make, "make");
        return andThen(Futures.<Void>ready(null), nothing -> make.call());
    }

    /** What {@code step} makes of the result. */
    public static <T, R> Future<R> map(Future<T> future, Step<? super T, ? extends R> step) {
        requireNonNull(step, "step");
        return new Adapter<T, R>(future) {
            @Override
            Poll<R> ended(Poll<T> result) throws Exception {
                return Poll.ready(step.apply(result.get()));
            }
        };
    }

    /** The result of the future that {@code step} makes of the result; it is polled at once. */
    public static <T, R> Future<R> andThen(Future<T> future, Step<? super T, ? extends Future<R>> step) {
        return new AndThen<>(future, requireNonNull(step, "step"));
    }

    /** The result, or what {@code step} makes of the exception that the future failed with; errors pass. */
    public static <T> Future<T> recover(Future<T> future, Step<? super Exception, ? extends T> step) {
        requireNonNull(step, "step");
        return new Adapter<T, T>(future) {
            @Override
            Poll<T> ended(Poll<T> result) {
                return result;
            }

            @Override
            Poll<T> failed(Exception failure) throws Exception {
                return Poll.ready(step.apply(failure));
            }
        };
    }

    /** {@link #fromStage(CompletionStage, OnCancel)} that leaves the stage alone when it is cancelled. */
    public static <T> Future<T> fromStage(CompletionStage<T> stage) {
        return fromStage(stage, OnCancel.LEAVE_STAGE);
    }

    /**
     * The end of {@code stage}, which may come from any thread. The stage is asked to tell its end at the first poll.
     *
     * <p>The poll throws what the stage failed with, without the {@link java.util.concurrent.CompletionException}
     * around it; a cause that is neither exception nor error comes as {@link java.util.concurrent.ExecutionException}.
     */
    public static <T> Future<T> fromStage(CompletionStage<T> stage, OnCancel onCancel) {
        return new StageFuture<>(requireNonNull(stage, "stage"), requireNonNull(onCancel, "onCancel"));
    }

    /**
     * Starts {@code future} as a task on {@code runtime} and tells its end to code that knows no polls.
     *
     * <p>However the result is completed from outside, by a cancel above all, the task is aborted. If the task is
     * aborted by the end of its runtime, the result is cancelled. Dependents without an executor run on the worker that
     * ended the task, and must not wait; use the {@code Async} methods for those that do.
     */
    public static <T> CompletableFuture<T> toCompletableFuture(Handle runtime, Future<T> future) {
        return TaskStage.start(runtime, requireNonNull(future, "future"));
    }

    /** A future that does something with the end of one other; keeps the cancel rule for it. Owner only. */
    private abstract static class Adapter<T, R> implements Future<R> {

        /** Null once it has ended or was cancelled. */
        private @Nullable Future<T> inner;

        Adapter(Future<T> inner) {
            this.inner = requireNonNull(inner, "future");
        }

        @Override
        public Poll<R> poll(Context cx) throws Exception {
            Future<T> current = requireNonNull(inner, "polled after its end");
            Poll<T> polled;
            try {
                polled = current.poll(cx);
            } catch (Throwable thrown) {
                inner = null;
                new Release(thrown).cancel(current);
                if (thrown instanceof Exception failure) {
                    return failed(failure);
                }
                throw thrown;
            }
            if (polled.isPending()) {
                return Poll.pending();
            }
            inner = null;
            return ended(polled);
        }

        /** What the result comes to. */
        abstract Poll<R> ended(Poll<T> result) throws Exception;

        /** What a failure comes to, which is the same failure. */
        Poll<R> failed(Exception failure) throws Exception {
            throw failure;
        }

        @Override
        public void cancel() {
            Future<T> current = inner;
            inner = null;
            if (current != null) {
                current.cancel();
            }
        }
    }

    /** One future, and then another that is made of its result. Owner only. */
    private static final class AndThen<T, R> implements Future<R> {

        private final Future<? extends Future<R>> first;
        private @Nullable Future<R> second;

        AndThen(Future<T> future, Step<? super T, ? extends Future<R>> step) {
            this.first = map(future, value -> requireNonNull(step.apply(value), "the step gave no future"));
        }

        @Override
        public Poll<R> poll(Context cx) throws Exception {
            Future<R> current = second;
            if (current == null) {
                Poll<? extends Future<R>> made = first.poll(cx);
                if (made.isPending()) {
                    return Poll.pending();
                }
                current = made.get();
                second = current;
            }
            return current.poll(cx);
        }

        @Override
        public void cancel() {
            Future<R> current = second;
            if (current == null) {
                first.cancel();
            } else {
                current.cancel();
            }
        }
    }
}
