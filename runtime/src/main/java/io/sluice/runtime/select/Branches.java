package io.sluice.runtime.select;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.task.Release;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Futures that are polled in turn until all have ended; what {@link Join} and {@link TryJoin} have in common. Owner
 * only.
 */
final class Branches {

    /** What happens to the others when a branch throws. */
    enum OnFailure {
        FINISH_OTHERS,
        CANCEL_OTHERS
    }

    private final OnFailure onFailure;

    /** Null where a branch has ended. */
    private final @Nullable Future<?>[] futures;

    /** Results so far; null also where one is null. */
    private final @Nullable Object[] results;

    /** Which branch the next poll looks at first. */
    private int first;

    private boolean biased;
    private @Nullable Throwable failure;

    Branches(OnFailure onFailure, List<? extends Future<?>> futures) {
        this.onFailure = onFailure;
        this.futures = futures.toArray(Future<?>[]::new);
        this.results = new Object[this.futures.length];
        for (Future<?> future : this.futures) {
            requireNonNull(future, "future");
        }
    }

    void biased() {
        biased = true;
    }

    /**
     * Polls what has not ended, each once; whether all have ended.
     *
     * @throws Exception what the first branch to fail threw
     */
    boolean poll(Context cx) throws Exception {
        if (!cx.proceed()) {
            return false;
        }
        int start = biased ? 0 : first;
        first = start + 1 < futures.length ? start + 1 : 0;
        int open = 0;
        for (int i = 0; i < futures.length; i++) {
            open += pollBranch((start + i) % futures.length, cx) ? 0 : 1;
        }
        if (open > 0) {
            return false;
        }
        Throwable failed = failure;
        if (failed != null) {
            releaseAll(new Release(failed));
            rethrow(failed);
        }
        return true;
    }

    /** Whether the branch has ended. */
    private boolean pollBranch(int index, Context cx) throws Exception {
        Future<?> future = futures[index];
        if (future == null) {
            return true;
        }
        try {
            Poll<?> polled = future.poll(cx);
            if (polled.isPending()) {
                return false;
            }
            results[index] = polled.get();
        } catch (Throwable thrown) {
            if (onFailure == OnFailure.CANCEL_OTHERS) {
                releaseAll(new Release(thrown));
                throw thrown;
            }
            new Release(thrown).cancel(future);
            note(thrown);
        }
        futures[index] = null;
        return true;
    }

    private void note(Throwable thrown) {
        Throwable earlier = failure;
        if (earlier == null) {
            failure = thrown;
        } else if (earlier != thrown) {
            earlier.addSuppressed(thrown);
        }
    }

    private static void rethrow(Throwable failed) throws Exception {
        if (failed instanceof Error error) {
            throw error;
        }
        throw (Exception) failed;
    }

    void cancel() {
        releaseAll(new Release()).finish();
    }

    /** Cancels what has not ended, and closes those results that nobody will receive and that can be closed. */
    private Release releaseAll(Release release) {
        for (Future<?> future : futures) {
            if (future != null) {
                release.cancel(future);
            }
        }
        for (Object result : results) {
            release.drop(result);
        }
        Arrays.fill(futures, null);
        Arrays.fill(results, null);
        return release;
    }

    /** The results, which belong to the caller from now on. */
    @Nullable
    Object[] deliver() {
        Object[] delivered = results.clone();
        Arrays.fill(results, null);
        return delivered;
    }
}
