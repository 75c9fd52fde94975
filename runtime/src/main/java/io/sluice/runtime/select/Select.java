package io.sluice.runtime.select;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Waits for the first of several branches and passes its result to that branch's handler.
 *
 * <p>When a branch is ready the losers that the select <em>owns</em> are cancelled first and then the handler runs, so
 * it may use what they used. <em>Borrowed</em> branches belong to somebody else, who goes on using or cancels them:
 * they are left alone, with the waker that they were given. If a poll throws, the owned branches are cancelled, that
 * one included, and the exception is passed on.
 *
 * <p>{@link #biased()} looks at the branches in the order in which they were added: what comes first starves the rest
 * if it is always ready. {@link #fair()} starts at a random one each time. One shot: a loop makes a new one each time
 * or, on a hot path, polls its branches itself.
 *
 * <p>Follows {@code tokio::select!}.
 *
 * @param <R> what the handlers return
 */
public final class Select<R> implements Future<R> {

    /** What to do with a branch's result. */
    @FunctionalInterface
    public interface Then<T, R> {
        R apply(T value) throws Exception;
    }

    /** A branch that is only ready or not, such as {@code interval.pollTick} or {@code receiver.pollBuffered}. */
    @FunctionalInterface
    public interface Ready {
        /** Whether it is ready; if not, {@code cx} is woken when it may be. */
        boolean poll(Context cx) throws Exception;
    }

    /** The golden ratio in 64 bits, the step of SplitMix64. */
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    /** Makes each select start elsewhere; any value does. */
    private static final AtomicLong SEEDS = new AtomicLong();

    private final List<Branch<?, R>> branches = new ArrayList<>(4);
    private final boolean biased;
    private long randomState;

    private Select(boolean biased, long seed) {
        this.biased = biased;
        this.randomState = seed;
    }

    /** Branches are looked at in their order. */
    public static <R> Select<R> biased() {
        return new Select<>(true, 0);
    }

    /** Each poll starts at a random branch and goes round. */
    public static <R> Select<R> fair() {
        return fair(SEEDS.getAndAdd(GAMMA));
    }

    /** {@link #fair()} with a choice of branches that can be repeated. */
    public static <R> Select<R> fair(long seed) {
        return new Select<>(false, seed);
    }

    /** Adds a branch that is cancelled when it loses. */
    public <T> Select<R> owned(Future<T> future, Then<? super T, ? extends R> then) {
        branches.add(new Branch<>(requireNonNull(future, "future"), requireNonNull(then, "then"), true));
        return this;
    }

    /** Adds a branch that is left alone when it loses. */
    public <T> Select<R> borrowed(Future<T> future, Then<? super T, ? extends R> then) {
        branches.add(new Branch<>(requireNonNull(future, "future"), requireNonNull(then, "then"), false));
        return this;
    }

    /** Adds a branch without a result; borrowed. */
    public Select<R> when(Ready ready, Callable<? extends R> then) {
        requireNonNull(ready, "ready");
        requireNonNull(then, "then");
        return borrowed(cx -> ready.poll(cx) ? Poll.<Void>ready() : Poll.pending(), nothing -> then.call());
    }

    /** @throws IllegalStateException if there is no branch */
    @Override
    public Poll<R> poll(Context cx) throws Exception {
        if (branches.isEmpty()) {
            throw new IllegalStateException("a select without branches is never ready");
        }
        if (!cx.proceed()) {
            return Poll.pending();
        }
        int start = biased ? 0 : randomStart();
        for (int i = 0; i < branches.size(); i++) {
            Poll<R> polled = pollBranch(branches.get((start + i) % branches.size()), cx);
            if (polled.isReady()) {
                return polled;
            }
        }
        return Poll.pending();
    }

    private <T> Poll<R> pollBranch(Branch<T, R> branch, Context cx) throws Exception {
        boolean threw = true;
        Poll<T> polled;
        try {
            polled = branch.future.poll(cx);
            threw = false;
        } finally {
            if (threw) {
                cancel();
            }
        }
        if (polled.isPending()) {
            return Poll.pending();
        }
        branches.remove(branch);
        cancel();
        return Poll.ready(branch.then.apply(polled.get()));
    }

    /** Cancels the owned branches. */
    @Override
    public void cancel() {
        for (Branch<?, R> branch : branches) {
            if (branch.owned) {
                branch.future.cancel();
            }
        }
        branches.clear();
    }

    /** SplitMix64, reduced by multiplication. */
    private int randomStart() {
        randomState += GAMMA;
        long mixed = (randomState ^ (randomState >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        mixed ^= mixed >>> 31;
        return (int) (((mixed >>> 32) * branches.size()) >>> 32);
    }

    private static final class Branch<T, R> {
        final Future<T> future;
        final Then<? super T, ? extends R> then;
        final boolean owned;

        Branch(Future<T> future, Then<? super T, ? extends R> then, boolean owned) {
            this.future = future;
            this.then = then;
            this.owned = owned;
        }
    }
}
