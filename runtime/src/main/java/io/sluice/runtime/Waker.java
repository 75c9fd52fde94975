package io.sluice.runtime;

/**
 * Asks for a task to be polled again.
 *
 * <p>May be called from any thread, any number of times, before, during or after the poll that handed it out; calls
 * that come together cost one poll. It never waits and never throws, and what the caller wrote before is visible to the
 * poll that follows. Two wakers wake the same task exactly if they are the same object.
 *
 * <p>Follows {@code std::task::Waker}.
 */
@FunctionalInterface
public interface Waker {

    /** Does nothing; for polls whose caller will poll again anyway. */
    Waker NOOP = () -> {};

    void wake();
}
