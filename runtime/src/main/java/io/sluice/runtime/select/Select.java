package io.sluice.runtime.select;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.task.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the first of several branches and passes its result to that branch's handler.
 *
 * <p>When a branch is ready the losers that the select <em>owns</em> are cancelled first and then the handler runs, so
 * it may use what they used. <em>Borrowed</em> branches belong to somebody else, who goes on using or cancels them:
 * they are left alone, with the waker that they were given. If a poll throws, the owned branches are cancelled, that
 * one included, and the exception is passed on.
 *
 * <p>A branch may have a precondition, the {@code enabled} of {@link #owned(boolean, Future, Then)}: one that is disabled
 * is not polled, but cancelled with the rest. It may have a pattern, {@link #owned(Future, Predicate, Then)}: a result
 * that does not match disables the branch and is dropped, and the select goes on with the others. When all are disabled
 * the select ends with {@link #orElse}.
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
    private @Nullable Callable<? extends R> otherwise;

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
        return add(future, then, Branch.Ownership.OWNED);
    }

    /** Adds a branch that is cancelled when it loses, and polled only if {@code enabled}. */
    public <T> Select<R> owned(boolean enabled, Future<T> future, Then<? super T, ? extends R> then) {
        return enabled
                ? owned(future, then)
                : add(future, then, Branch.Ownership.OWNED).disableLast();
    }

    /** Adds a branch that is cancelled when it loses, and that wins only with a result that {@code pattern} accepts. */
    public <T> Select<R> owned(Future<T> future, Predicate<? super T> pattern, Then<? super T, ? extends R> then) {
        return add(future, then, Branch.Ownership.OWNED, pattern);
    }

    /** Adds a branch that is left alone when it loses. */
    public <T> Select<R> borrowed(Future<T> future, Then<? super T, ? extends R> then) {
        return add(future, then, Branch.Ownership.BORROWED);
    }

    /** Adds a branch that is left alone when it loses, and polled only if {@code enabled}. */
    public <T> Select<R> borrowed(boolean enabled, Future<T> future, Then<? super T, ? extends R> then) {
        return enabled ? borrowed(future, then) : this;
    }

    /** Adds a branch that is left alone when it loses, and that wins only with a result that {@code pattern} accepts. */
    public <T> Select<R> borrowed(Future<T> future, Predicate<? super T> pattern, Then<? super T, ? extends R> then) {
        return add(future, then, Branch.Ownership.BORROWED, pattern);
    }

    /** Adds a branch without a result; borrowed. */
    public Select<R> when(Ready ready, Callable<? extends R> then) {
        requireNonNull(ready, "ready");
        requireNonNull(then, "then");
        return borrowed(cx -> ready.poll(cx) ? Poll.<Void>ready() : Poll.pending(), nothing -> then.call());
    }

    /** Adds a branch without a result that is polled only if {@code enabled}; borrowed. */
    public Select<R> when(boolean enabled, Ready ready, Callable<? extends R> then) {
        return enabled ? when(ready, then) : this;
    }

    /** What the select ends with when all branches are disabled. */
    public Select<R> orElse(Callable<? extends R> then) {
        otherwise = requireNonNull(then, "then");
        return this;
    }

    private <T> Select<R> add(Future<T> future, Then<? super T, ? extends R> then, Branch.Ownership ownership) {
        return add(future, then, ownership, any -> true);
    }

    private <T> Select<R> add(
            Future<T> future,
            Then<? super T, ? extends R> then,
            Branch.Ownership ownership,
            Predicate<? super T> pattern) {
        branches.add(new Branch<>(
                requireNonNull(future, "future"),
                requireNonNull(then, "then"),
                ownership,
                requireNonNull(pattern, "pattern")));
        return this;
    }

    private Select<R> disableLast() {
        branches.get(branches.size() - 1).enabled = false;
        return this;
    }

    /** @throws IllegalStateException if all branches are disabled, or there is none, and no {@link #orElse} */
    @Override
    public Poll<R> poll(Context cx) throws Exception {
        if (!cx.proceed()) {
            return Poll.pending();
        }
        int count = branches.size();
        int start = biased ? 0 : randomStart();
        boolean pending = false;
        for (int i = 0; i < count; i++) {
            Branch<?, R> branch = branches.get((start + i) % count);
            if (!branch.enabled) {
                continue;
            }
            Poll<R> polled = pollBranch(branch, cx);
            if (polled.isReady()) {
                return polled;
            }
            pending |= branch.enabled;
        }
        return pending ? Poll.pending() : allDisabled();
    }

    /** Pending also if the branch has just been disabled by its pattern. */
    private <T> Poll<R> pollBranch(Branch<T, R> branch, Context cx) throws Exception {
        Poll<T> polled = Poll.pending();
        boolean matches = false;
        try {
            polled = branch.future.poll(cx);
            branch.ended = polled.isReady();
            matches = branch.ended && branch.pattern.test(polled.get());
        } catch (Throwable thrown) {
            Release release = new Release(thrown);
            if (branch.ended) {
                release.drop(polled.get());
            }
            releaseLosers(release);
            throw thrown;
        }
        if (matches) {
            cancel();
            return Poll.ready(branch.then.apply(polled.get()));
        }
        if (branch.ended) {
            branch.enabled = false;
            new Release().drop(polled.get()).finish();
        }
        return Poll.pending();
    }

    private Poll<R> allDisabled() throws Exception {
        cancel();
        Callable<? extends R> then = otherwise;
        if (then == null) {
            throw new IllegalStateException("a select of which all branches are disabled is never ready; see orElse");
        }
        return Poll.ready(then.call());
    }

    /** Cancels the owned branches. */
    @Override
    public void cancel() {
        releaseLosers(new Release()).finish();
    }

    private Release releaseLosers(Release release) {
        for (Branch<?, R> branch : branches) {
            if (branch.ownership == Branch.Ownership.OWNED && !branch.ended) {
                release.cancel(branch.future);
            }
        }
        branches.clear();
        return release;
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

        enum Ownership {
            OWNED,
            BORROWED
        }

        final Future<T> future;
        final Then<? super T, ? extends R> then;
        final Ownership ownership;
        final Predicate<? super T> pattern;
        boolean enabled = true;
        boolean ended;

        Branch(Future<T> future, Then<? super T, ? extends R> then, Ownership ownership, Predicate<? super T> pattern) {
            this.future = future;
            this.then = then;
            this.ownership = ownership;
            this.pattern = pattern;
        }
    }
}
