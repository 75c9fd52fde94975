package io.sluice.runtime;

/**
 * A computation that makes progress only while somebody polls it.
 *
 * <p><b>Polling.</b> {@link #poll} does what it can without waiting and returns {@link Poll#ready} with the result, or
 * {@link Poll#pending()} after it has arranged that {@code cx.waker()} is woken as soon as another poll can get
 * further. A future is polled by one thread at a time, not always the same one. After Ready, or after a poll that
 * threw, it must not be polled again.
 *
 * <p><b>One owner.</b> A future belongs to exactly one owner: the task that runs it, or the future that holds it as a
 * field. Only the owner polls and cancels it.
 *
 * <p><b>The cancel rule.</b> Java has no destructor, so the owner calls {@link #cancel} on every exit other than Ready:
 * a lost select, a timeout, its own cancellation, and also when {@code poll} threw. Without this a permit or a timer
 * outlives the work that held it.
 *
 * @param <T> the result; {@code Void} and {@code null} for none
 */
@FunctionalInterface
public interface Future<T> {

    /**
     * Advances the computation without waiting.
     *
     * @throws Exception the failure of this computation; final, like Ready
     */
    Poll<T> poll(Context cx) throws Exception;

    /**
     * Releases everything that this future still owns: wakers it left behind, timers, permits assigned but not handed
     * out, streams it opened. What was returned by Ready belongs to the receiver and is not touched; what was only
     * borrowed is left alone.
     *
     * <p>Idempotent, never waits, never throws, does nothing after Ready.
     */
    default void cancel() {}
}
