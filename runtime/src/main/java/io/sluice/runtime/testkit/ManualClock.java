package io.sluice.runtime.testkit;

import io.sluice.runtime.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that stands still until a test moves it.
 *
 * <p>A runtime built on it notices every move at once, also while it is parked: the clock tells those who asked through
 * {@link #onMoved}, on the thread that moves it. Any thread.
 */
public final class ManualClock implements Clock {

    private final AtomicLong nowNanos;
    private volatile boolean autoAdvancing;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** Starts at an odd moment, so that code which takes the clock's origin for zero fails. */
    public ManualClock() {
        this(123_456_789_012_345L);
    }

    public ManualClock(long startNanos) {
        nowNanos = new AtomicLong(startNanos);
    }

    @Override
    public long nanoTime() {
        return nowNanos.get();
    }

    /** Moves the clock by {@code duration}; a negative one moves it back, which no real monotonic clock should do. */
    public void advance(Duration duration) {
        advanceNanos(duration.toNanos());
    }

    /** {@link #advance(Duration)} in nanoseconds. */
    public void advanceNanos(long nanos) {
        nowNanos.addAndGet(nanos);
        listeners.forEach(Runnable::run);
    }

    /**
     * Lets a current-thread runtime on this clock jump to its next deadline whenever it has nothing else to do and no
     * blocking work runs, so that a program full of sleeps runs at once and in order. As {@code tokio::time::pause}.
     */
    public ManualClock autoAdvancing() {
        autoAdvancing = true;
        return this;
    }

    @Override
    public boolean jumpTo(long deadlineNanos) {
        if (autoAdvancing) {
            nowNanos.accumulateAndGet(deadlineNanos, (now, deadline) -> deadline - now > 0 ? deadline : now);
        }
        return autoAdvancing;
    }

    @Override
    public void onMoved(Runnable listener) {
        listeners.add(listener);
    }
}
