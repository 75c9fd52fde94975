package io.sluice.runtime.task;

import io.sluice.runtime.Future;
import org.jspecify.annotations.Nullable;

/**
 * Gives up several things one after the other, all of them even if some throw.
 *
 * <p>Neither a cancel nor a close should throw; one that does must not keep the rest from being released. The first
 * failure is thrown at the end and carries the others as suppressed. One thread at a time.
 */
public final class Release {

    private @Nullable Throwable failure;

    public Release() {}

    /** Goes on from {@code thrown}, to which further failures are added and which the caller throws itself. */
    public Release(Throwable thrown) {
        this.failure = thrown;
    }

    /** Cancels {@code future}. */
    public Release cancel(Future<?> future) {
        return run(future::cancel);
    }

    /** Closes a result that nobody will receive, if it is one that can be closed: a permit, a guard, a stream. */
    public Release drop(@Nullable Object undelivered) {
        return undelivered instanceof AutoCloseable closeable ? run(closeable::close) : this;
    }

    /** Something that may throw. */
    @FunctionalInterface
    public interface Step {
        void run() throws Exception;
    }

    /** Runs {@code step} and notes what it throws. */
    public Release run(Step step) {
        try {
            step.run();
        } catch (Throwable thrown) {
            note(thrown);
        }
        return this;
    }

    private void note(Throwable thrown) {
        Throwable first = failure;
        if (first == null) {
            failure = thrown;
        } else if (first != thrown) {
            first.addSuppressed(thrown);
        }
    }

    /** Throws the first failure, if there was one; one that is checked as the cause of an unchecked one. */
    public void finish() {
        Throwable first = failure;
        if (first instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (first instanceof Error error) {
            throw error;
        }
        if (first != null) {
            throw new IllegalStateException("a release failed", first);
        }
    }
}
